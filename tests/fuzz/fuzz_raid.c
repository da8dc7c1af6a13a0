/* /proc/mdstat, whatever it holds: shares are shares, and nobody lacks more than there is. */
#include "../../src/collect/raid.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct slice slice = {0};

	mdstat_put(text, &slice);
	for (size_t i = 0; i < slice.n; i++) {
		const struct reading *reading = &slice.at[i];

		if (!*reading->key || reading->number < 0)
			abort();
		if (reading->metric == RAID_SYNC && reading->number > 100)
			abort();
	}
	slice_free(&slice);
	free(text);
	return 0;
}
