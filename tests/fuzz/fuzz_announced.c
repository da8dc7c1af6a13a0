/* The remembered announcements, whatever the file holds: refused, or written again as they were. */
#include "announced.h"
#include "mem.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *again;
	struct announced announced;

	if (announced_parse(text, &announced) == 0) {
		again = announced_format(&announced);
		if (strcmp(again, text) != 0)
			abort();
		free(again);
		announced_free(&announced);
	}
	free(text);
	return 0;
}
