/* The same text as dpkg's status, as one of apt's lists and as a release, one after the other. */
#include "../../src/collect/packages.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const char *text, root_line *each, struct reading_lists *all)
{
	char *copy = xstrdup(text);

	for (char *line = copy, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (each(all, line) < 0)
			break;
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading_lists all = {.native = "all"};
	char *text = xstrndup((const char *)data, size);

	read_all(text, status_line, &all);
	status_paragraph(&all);
	if (all.n > 0)
		qsort(all.at, all.n, sizeof(*all.at), compare_names);
	read_all(text, list_line, &all);
	list_paragraph(&all);
	read_all(text, release_line, &all);
	for (size_t i = 0; i < all.n; i++) {
		if (!*all.at[i].name || !*all.at[i].version)
			abort();
		free(all.at[i].name);
	}
	free(all.at);
	free(text);
	return 0;
}
