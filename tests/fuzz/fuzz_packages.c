/* The same text as the owner's preferences, as a release, as dpkg's status and as one of apt's
 * lists, one after the other. */
#include "../../src/collect/packages.c"
#include "../../src/collect/preferences.c"
#include "../../src/collect/suite.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const char *text, root_line *each, void *self)
{
	char *copy = xstrdup(text);

	for (char *line = copy, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (each(self, line) < 0)
			break;
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading_lists all = {.native = "all"};
	char *text = xstrndup((const char *)data, size);

	all.preferences.room = 1;
	all.preferences.at = xcalloc(1, sizeof(*all.preferences.at));
	read_all(text, pin_line, &all.preferences);
	(void)pin_line(&all.preferences, "");
	read_all(text, release_line, &all.suite);
	name_parse(text, size / 2 < strlen(text) ? size / 2 : 0, &all.suite);
	read_all(text, status_line, &all);
	status_paragraph(&all);
	if (all.n > 0)
		qsort(all.at, all.n, sizeof(*all.at), compare_names);
	read_all(text, list_line, &all);
	list_paragraph(&all);
	for (size_t i = 0; i < all.n; i++) {
		if (!*all.at[i].name || !*all.at[i].version)
			abort();
		free(all.at[i].name);
	}
	free(all.at);
	preferences_free(&all.preferences);
	free(text);
	return 0;
}
