/* /proc/pressure, whatever it holds: a share of time is a share. */
#include "../../src/collect/pressure.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct pressure pressure;

	if (pressure_parse(text, &pressure) == 0) {
		if (!(pressure.some >= 0 && pressure.some <= 100))
			abort();
		if (!isnan(pressure.full) && !(pressure.full >= 0 && pressure.full <= 100))
			abort();
	}
	free(text);
	return 0;
}
