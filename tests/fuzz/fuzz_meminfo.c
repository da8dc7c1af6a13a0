/* /proc/meminfo and /proc/vmstat, whatever they hold: available lies between nothing and the total.
 */
#include "../../src/collect/memory.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	double memory[AMOUNTS], counts[EVENTS];
	struct slice slice = {0};

	if (meminfo_parse(text, memory) == 0) {
		double bytes = available(memory);

		if (!(bytes >= 0 && bytes <= memory[TOTAL]))
			abort();
		put_memory(&slice, memory);
		put_swap(&slice, memory);
	}
	vmstat_parse(text, counts);
	slice_free(&slice);
	free(text);
	return 0;
}
