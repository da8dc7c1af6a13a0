/* Cells and commits of the device tree, and revision codes, whatever they are. */
#include "../../src/collect/bootloader.c"
#include "../../src/root/devicetree.c"

#include "collect/revision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), words[TEXT_SIZE];
	struct revision revision;
	uint32_t value = 0;

	(void)cell_parse((const char *)data, size < 4 ? size : 4, &value);
	version_join(value, text, words, sizeof(words));
	if (strlen(words) > 19)
		abort();
	if (revision_decode(value, &revision)) {
		revision_describe(&revision, words, sizeof(words));
		if (strncmp(words, "Raspberry Pi ", 13) != 0 || revision.memory < 256)
			abort();
	}
	free(text);
	return 0;
}
