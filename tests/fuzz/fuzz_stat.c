/* /proc/stat, whatever it holds: no share outside 0 to 100, and no more cores than there is room
 * for. */
#include "../../src/collect/cpu.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sample before, now;
	struct slice slice = {0};
	char *text = xstrndup((const char *)data, size);

	if (stat_parse(text, &now) == 0) {
		if (now.cores_n > CORES_MAX || now.cores_n > now.online)
			abort();
		put_shares(&slice, &before, &now);
		for (size_t i = 0; i < slice.n; i++)
			if (!(slice.at[i].number >= 0 && slice.at[i].number <= 100.001))
				abort();
		before = now;
	}
	slice_free(&slice);
	free(text);
	return 0;
}
