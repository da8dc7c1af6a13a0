/* pistat.conf as libconfig wants it: versions before 1.7 take no comma after the last element. */
#include "config_private.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
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

int config_commas(const char *file, char **ret_text, size_t *ret_n)
{
	auto_close int fd = open(file, O_RDONLY | O_CLOEXEC);
	auto_free char *text = NULL;
	size_t n = 0;
	ssize_t r = 1;

	if (fd < 0)
		return -errno;
	text = xcalloc(FILE_MOST + 1, 1);
	for (; r > 0 && n <= FILE_MOST; n += (size_t)r) {
		r = read(fd, text + n, FILE_MOST + 1 - n);
		if (r < 0)
			return -errno;
	}
	if (n > FILE_MOST)
		return -EFBIG;
	text = xrealloc(text, n + 1, 1);
	text[n] = '\0';
	blank_commas(text);
	*ret_n = n;
	*ret_text = take(text);
	return 0;
}
