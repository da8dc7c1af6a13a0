/* What stands in captured/ of a machine that somebody sent: statvfs and names, whatever they hold.
 */
#include "../../src/root/kernel.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), line[16], escaped[64];
	struct scan all = scan_text(text);
	struct statvfs answer;

	(void)statvfs_parse(text, "/", &answer);
	(void)statvfs_parse(text, "/srv/my data", &answer);
	line_copy(&all, line, sizeof(line));
	escape(text, escaped, sizeof(escaped));
	if (strlen(line) >= sizeof(line) || strlen(escaped) >= sizeof(escaped))
		abort();
	free(text);
	return 0;
}
