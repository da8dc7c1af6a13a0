/* Lines of /proc/diskstats, whatever they hold. */
#include "../../src/collect/diskstats.c"
#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct scan all = scan_text(text), line;
	struct diskstats disk;
	size_t n;

	free(diskstats_all(text, &n));
	while (scan_line(&all, &line))
		if (diskstats_parse(line, &disk) == 0 &&
			(disk.name.at < line.at || disk.name.end > line.end))
			abort();
	free(text);
	return 0;
}
