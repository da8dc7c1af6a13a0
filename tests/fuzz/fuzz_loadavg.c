/* /proc/loadavg and /proc/PID/stat, whatever they hold. */
#include "../../src/collect/load.c"
#include "../../src/collect/processes.c"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct load load;
	double threads;

	if (load_parse(text, &load) == 0 && (isnan(load.minutes1) || isnan(load.minutes15)))
		abort();
	if (threads_parse(text, &threads) == 0 && !(threads >= 0))
		abort();
	(void)zombie_parse(text);
	free(text);
	return 0;
}
