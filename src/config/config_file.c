/* pistat.conf as people's editors leave it, made what libconfig takes: versions before 1.7 want no
 * comma after the last element, none wants a byte order mark, and a comment must end with its line.
 */
#include "config_private.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_MOST (1u << 20)

/* What is no code: "text", # comment, // comment, between C's comment marks.  Its length, or 0. */
static size_t skipped(const char *at)
{
	const char *end;

	if (*at == '#' || strncmp(at, "//", 2) == 0)
		return strcspn(at, "\n");
	if (strncmp(at, "/*", 2) == 0) {
		end = strstr(at + 2, "*/");
		return end ? (size_t)(end + 2 - at) : strlen(at);
	}
	if (*at != '"')
		return 0;
	for (end = at + 1; *end && *end != '"'; end++)
		end += *end == '\\' && end[1];
	return (size_t)(end + (*end == '"') - at);
}

static void blank_commas(char *text)
{
	char *comma = NULL;

	for (size_t n; *text; text += n) {
		bool comment = *text == '#' || *text == '/';

		n = skipped(text);
		if (n && comment)
			continue;
		if (comma && (*text == ')' || *text == ']'))
			*comma = ' ';
		if (n || !strchr(" \t\r\n", *text))
			comma = *text == ',' ? text : NULL;
		n += n == 0;
	}
}

/* Lines that name another file: where that path begins, if it counts from where this file is. */
static const char *included(const char *line)
{
	const char *at = line + strspn(line, " \t");

	if (strncmp(at, "@include", 8) != 0)
		return NULL;
	at += 8 + strspn(at + 8, " \t");
	return *at == '"' && at[1] != '/' ? at + 1 : NULL;
}

/* The text with such paths made whole, in memory the caller frees. */
static char *with_folder(const char *text, const char *file, size_t *ret_n)
{
	const char *slash = strrchr(file, '/'), *path;
	char *whole = NULL;
	FILE *to = open_memstream(&whole, ret_n);

	if (!to)
		abort();
	for (size_t n; *text; text += n) {
		n = strcspn(text, "\n");
		n += text[n] == '\n';
		path = slash ? included(text) : NULL;
		if (path) {
			fwrite(text, 1, (size_t)(path - text), to);
			fwrite(file, 1, (size_t)(slash - file) + 1, to);
			n -= (size_t)(path - text);
			text = path;
		}
		fwrite(text, 1, n, to);
	}
	fclose(to);
	return whole;
}

int config_file_text(const char *file, char **ret_text, size_t *ret_n)
{
	auto_close int fd = open(file, O_RDONLY | O_CLOEXEC);
	auto_free char *text = NULL;
	size_t n = 0;
	ssize_t r = 1;

	if (fd < 0)
		return -errno;
	text = xcalloc(FILE_MOST + 2, 1);
	for (; r > 0 && n <= FILE_MOST; n += (size_t)r) {
		r = read(fd, text + n, FILE_MOST + 1 - n);
		if (r < 0)
			return -errno;
	}
	if (n > FILE_MOST)
		return -EFBIG;
	if (strlen(text) < n)
		return -EBADMSG;
	strcpy(text + n, "\n");
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		memset(text, ' ', 3);
	blank_commas(text);
	*ret_text = with_folder(text, file, ret_n);
	return 0;
}
