/* What a probe's program may write: any bytes; the first line chooses how they are taken. */
#include "../../src/collect/probe_output.c"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const on[] = {"1", "on", NULL}, *const off[] = {"0", "off", NULL},
				 *const anything[] = {NULL};
	static const enum kind kinds[] = {GAUGE, STATE, TEXT};
	const uint8_t *end = memchr(data, '\n', size);
	auto_free char *json = end ? xstrndup((const char *)data, (size_t)(end - data)) : NULL;
	auto_free char *text = NULL;
	size_t n;

	if (!end || end - data > 128)
		return 0;
	n = size - (size_t)(end + 1 - data);
	text = xcalloc(n + 1, 1);
	memcpy(text, end + 1, n);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct probe probe = {.row.kind = kinds[i],
			.json = json,
			.scale = 0.1,
			.offset = -3,
			.on = on,
			.off = n % 2 ? off : anything};
		struct probe_output output = {.number = 7};
		char why[WHY_SIZE] = "";
		int r = probe_output_parse(&probe, text, n, &output, why);

		if ((r != 0 && r != -ENODATA && r != -EBADMSG) || (r == -EBADMSG) != (*why != 0) ||
			!isfinite(output.number) || (r < 0 && output.number != 7))
			abort();
	}
	return 0;
}
