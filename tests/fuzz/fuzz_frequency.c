/* The clocks of /proc/cpuinfo, whatever it holds. */
#include "../../src/collect/frequency.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct mean mean = cpuinfo_parse(text);

	if (!(mean.n >= 0) || (mean.n > 0 && !(mean.sum > 0)))
		abort();
	free(text);
	return 0;
}
