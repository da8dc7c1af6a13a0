/* /proc/self/stat, whatever the name in it is. */
#include "../../src/collect/agent.c"
#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct self self;

	(void)self_parse(text, &self);
	free(text);
	return 0;
}
