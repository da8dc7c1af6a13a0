/* The system manager's answer, whatever a capture says it was. */
#include "../../src/collect/units.c"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), key[KEY_SIZE], *whole;
	struct slice slice = {0};
	double failed = 0;

	if (failed_parse(text, &failed) && !(failed >= 0))
		abort();
	whole = unit_whole(text);
	unit_key(whole, key, sizeof(key));
	put_unit(&slice, text, "ssh.service");
	put_unit(&slice, text, whole);
	slice_free(&slice);
	free(whole);
	free(text);
	return 0;
}
