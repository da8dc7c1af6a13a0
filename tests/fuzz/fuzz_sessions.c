/* A session of logind, and the records of utmp, whatever they hold. */
#include "../../src/collect/users.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	size_t at = 0, logins = 0;

	(void)session_parse(text);
	while (utmp_next((const char *)data, size, &at) > 0)
		logins++;
	if (at > size || logins > size / UTMP_SHORT)
		abort();
	free(text);
	return 0;
}
