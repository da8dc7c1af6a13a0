/* Lives of an eMMC and names of block devices, whatever they are. */
#include "../../src/collect/block.c"
#include "../../src/collect/storage.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), name[BLOCK_NAME] = "";
	unsigned percent = 10;

	(void)life_parse(text, &percent);
	if (percent < 10 || percent > 110 || percent % 10)
		abort();
	(void)uevent_parse(text, name);
	if (strlen(name) >= sizeof(name) || strchr(name, '/'))
		abort();
	if (name_copy(text, strlen(text), name) == 0 && cut_partition(name) && !*name)
		abort();
	free(text);
	return 0;
}
