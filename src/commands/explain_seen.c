#include "explain_seen.h"

#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

#define LINES_SHOWN 3

/* The first lines, or of a long file those that name the member. */
static char *excerpt(const char *path, const char *text, const char *key)
{
	char *all = xasprintf("  read        %s\n", path);
	bool choosy = *key && strstr(text, key);
	size_t shown = 0;

	for (size_t n; *text && shown < LINES_SHOWN; text += n + (text[n] == '\n')) {
		char raw[160], line[160], *longer;

		n = strcspn(text, "\n");
		snprintf(raw, sizeof(raw), "%.*s", (int)(n < sizeof(raw) ? n : sizeof(raw) - 1),
			text);
		for (char *tab = raw; (tab = strchr(tab, '\t'));)
			*tab = ' ';
		if (choosy && !strstr(raw, key))
			continue;
		text_copy(line, sizeof(line), raw);
		longer = xasprintf(
			"%s              | %s%s\n", all, line, n >= sizeof(line) ? " …" : "");
		free(all);
		all = longer;
		shown++;
	}
	return all;
}

static void note(void *self, const char *path, const char *text)
{
	struct seen *seen = self;

	if (*seen->key && (strstr(path, seen->key) || strstr(text, seen->key))) {
		if (seen->named_n < SEEN_FILES)
			seen->named[seen->named_n++] = excerpt(path, text, seen->key);
	} else if (seen->other_n < SEEN_FILES) {
		seen->other[seen->other_n++] = excerpt(path, text, seen->key);
	}
}

static void note_failure(void *self, const char *path, int error)
{
	struct seen *seen = self;

	if (seen->failed_n < SEEN_FILES)
		seen->failed[seen->failed_n++] =
			xasprintf("  not read    %s: %s\n", path, strerror(error));
}

void seen_watch(struct seen *seen, struct root *root)
{
	root_watch(root, note, seen);
	root_watch_failures(root, note_failure, seen);
}

void seen_unwatch(struct root *root)
{
	root_watch(root, NULL, NULL);
	root_watch_failures(root, NULL, NULL);
}

static void forget(char **lines, size_t *n)
{
	while (*n)
		free(lines[--*n]);
}

void seen_forget(struct seen *seen)
{
	forget(seen->named, &seen->named_n);
	forget(seen->other, &seen->other_n);
	forget(seen->failed, &seen->failed_n);
}

static void print(char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fputs(lines[i], stdout);
}

void seen_print(const struct seen *seen)
{
	if (seen->named_n)
		print(seen->named, seen->named_n);
	else
		print(seen->other, seen->other_n);
}

void seen_print_failures(const struct seen *seen)
{
	print(seen->failed, seen->failed_n);
}
