/* Whatever the lines are: the words lie within them, and asking the list leaves nothing unsaid. */
#include "../../src/collect/mountinfo.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), decoded[64];
	struct mountinfo_entry entries[64];
	struct mountinfo list = {.at = entries};
	struct scan all = scan_text(text), line;

	while (list.n < ARRAY_LEN(entries) && scan_line(&all, &line)) {
		struct mountinfo_entry *entry = &entries[list.n];

		if (mount_parse(line, entry) < 0)
			continue;
		if (entry->point.at < line.at || entry->superblock.end > line.end)
			abort();
		if (mountinfo_unescape(entry->point, decoded, sizeof(decoded)) &&
			strlen(decoded) > mountinfo_length(entry->point))
			abort();
		(void)mountinfo_read_only(entry);
		list.n++;
	}
	for (size_t i = 0; i < list.n; i++)
		(void)mountinfo_reachable(&list, &entries[i]);
	(void)mountinfo_holding(&list, "/mnt/data");
	free(text);
	return 0;
}
