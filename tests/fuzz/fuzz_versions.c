/* Versions, one a line: however strange, they have an order. */
#include "../../src/collect/debian.c"
#include "mem.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 8 };

static int sign(const char *a, const char *b)
{
	int r = debian_version_compare(a, b);

	return (r > 0) - (r < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *version[MOST], *save;
	size_t n = 0;

	for (char *line = strtok_r(text, "\n", &save); line && n < MOST;
		line = strtok_r(NULL, "\n", &save))
		version[n++] = line;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			if (sign(version[i], version[j]) != -sign(version[j], version[i]) ||
				(i == j && sign(version[i], version[j]) != 0))
				abort();
			for (size_t k = 0; k < n; k++)
				if (sign(version[i], version[j]) <= 0 &&
					sign(version[j], version[k]) <= 0 &&
					sign(version[i], version[k]) > 0)
					abort();
		}
	free(text);
	return 0;
}
