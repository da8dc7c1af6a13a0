/* root_lines() of root.h: files too large to hold, line by line. */
#include "lz4.h"
#include "mem.h"
#include "root_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#define ROOM 32768

struct lines {
	int fd;
	struct lz4 *lz4; /* NULL: a plain file */
	root_line *each;
	void *self;
	bool keeping; /* what matters, for the capture or the watcher */
	char *kept;
	size_t kept_n, kept_room;
};

static ssize_t more(const struct lines *lines, char *ret, size_t size)
{
	ssize_t r;

	if (lines->lz4)
		return lz4_read(lines->lz4, lines->fd, ret, size);
	r = read(lines->fd, ret, size);
	return r < 0 ? -errno : r;
}

static void keep(struct lines *lines, const char *line)
{
	size_t n = strlen(line);

	if (!lines->kept || lines->kept_n + n + 2 > lines->kept_room) {
		lines->kept_room = 2 * (lines->kept_n + n + 2);
		lines->kept = xrealloc(lines->kept, lines->kept_room, 1);
	}
	memcpy(lines->kept + lines->kept_n, line, n);
	lines->kept_n += n;
	lines->kept[lines->kept_n++] = '\n';
	lines->kept[lines->kept_n] = '\0';
}

static int tell(struct lines *lines, const char *line)
{
	int r = lines->each(lines->self, line);

	if (r > 0 && lines->keeping)
		keep(lines, line);
	return r < 0 ? r : 0;
}

static int read_all(struct lines *lines, char *room)
{
	bool beyond = false; /* in the rest of a line that was too long */
	size_t n = 0;
	int told = 0;

	while (told == 0) {
		ssize_t r = more(lines, room + n, ROOM - n);
		char *at = room, *end;

		if (r < 0)
			return (int)r;
		n += (size_t)r;
		room[n] = '\0';
		if (r == 0)
			return n && !beyond ? tell(lines, room) : 0;
		for (; told == 0 && (end = memchr(at, '\n', (size_t)(room + n - at)));
			at = end + 1) {
			*end = '\0';
			told = beyond ? 0 : tell(lines, at);
			beyond = false;
		}
		n = (size_t)(room + n - at);
		memmove(room, at, n);
		if (n == ROOM) {
			told = beyond ? 0 : tell(lines, room);
			beyond = true;
		}
		if (beyond)
			n = 0;
	}
	return told;
}

/* "Packages.lz4": the length of what comes before; 0 if it is no such name. */
static size_t packed_stem(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcmp(path + n - 4, ".lz4") == 0 ? n - 4 : 0;
}

int root_lines(const struct root *root, const char *path, root_line *each, void *self)
{
	auto_close int fd = root_open_file(root, path, O_RDONLY);
	struct lines lines = {
		.fd = fd, .each = each, .self = self, .keeping = root->into || root->watcher};
	auto_free char *room = NULL, *plain = NULL;
	size_t stem = packed_stem(path);
	int r = 0;

	if (fd < 0)
		return fd;
	if (stem)
		r = lz4_open(&lines.lz4);
	if (r < 0)
		return r;
	room = xrealloc(NULL, ROOM + 1, 1);
	r = read_all(&lines, room);
	lz4_close(lines.lz4);
	if (lines.keeping) { /* a cut copy is never packed again */
		plain = stem ? xstrndup(path, stem) : xstrdup(path);
		root_saw(root, plain, lines.kept ? lines.kept : "", lines.kept_n);
	}
	free(lines.kept);
	return r;
}
