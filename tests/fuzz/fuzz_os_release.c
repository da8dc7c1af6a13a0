/* /etc/os-release, whatever it holds: a name that ends within its room and is not empty. */
#include "../../src/collect/system.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), os[TEXT_SIZE];

	if (os_release_parse(text, os, sizeof(os)) == 0 && (!*os || strlen(os) >= sizeof(os)))
		abort();
	free(text);
	return 0;
}
