/* A row of the history, as a damaged file may hold it. */
#include "../../src/history/history_unpack.c"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t times[PACK_ROWS_MAX];
	double values[PACK_ROWS_MAX];
	struct unpacked unpacked;
	struct packed_column column;

	if (unpack_times(data, size, times, &unpacked) < 0)
		return 0;
	for (size_t i = 1; i < unpacked.rows; i++)
		if (times[i] < times[i - 1])
			abort();
	while (unpack_column(&unpacked, &column) > 0)
		if (unpack_values(&column, unpacked.rows, values) == 0)
			for (size_t i = 0; i < unpacked.rows; i++)
				if (isinf(values[i]))
					abort();
	return 0;
}
