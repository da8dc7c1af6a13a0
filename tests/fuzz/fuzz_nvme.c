/* SMART pages of an NVMe disk, whatever they hold. */
#include "../../src/collect/nvme.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char page[SMART_SIZE] = {0};
	char *disk = xstrndup((const char *)data, size), controller[24];
	struct smart smart;

	memcpy(page, data, size < sizeof(page) ? size : sizeof(page));
	if (smart_parse(page, &smart) == 0 &&
		(smart.spare > 100 || smart.used > 255 || !(smart.media_errors >= 0)))
		abort();
	if (controller_of(disk, controller, sizeof(controller)) &&
		strncmp(disk, controller, strlen(controller)) != 0)
		abort();
	free(disk);
	return 0;
}
