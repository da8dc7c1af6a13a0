#include "root_private.h"

#include "mem.h"
#include "scan.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define FILE_LIMIT (16u << 20)
#define FIRST_ROOM 4096

int root_open(const char *dir, struct root **ret)
{
	int fd = -1;

	if (dir) {
		fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
	}
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->fd = fd;
	(*ret)->held = dir ? NULL : held_new();
	(*ret)->socket = dir ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	(*ret)->dir = xstrdup(dir ? dir : "");
	return 0;
}

int root_open_capturing(const char *into, struct root **ret)
{
	char pages[32];
	int r;

	if (mkdir(into, 0755) < 0 && errno != EEXIST)
		return -errno;
	r = root_open(NULL, ret);
	if (r < 0)
		return r;
	(*ret)->into = xstrdup(into);
	(*ret)->lost = xcalloc(1, sizeof(int));
	snprintf(pages, sizeof(pages), "%ld\n", sysconf(_SC_PAGESIZE));
	capture_fact(*ret, "pagesize", pages, true);
	return 0;
}

struct root *root_close(struct root *root)
{
	if (!root)
		return NULL;
	if (root->fd >= 0)
		close(root->fd);
	if (root->socket >= 0)
		close(root->socket);
	held_free(root->held);
	free(root->dir);
	free(root->into);
	free(root->lost);
	free(root);
	return NULL;
}

int root_lost(const struct root *root)
{
	return root->lost ? -*root->lost : 0;
}

bool root_live(const struct root *root)
{
	return root->fd < 0;
}

bool root_copied(const struct root *root)
{
	auto_close int fd = -1;

	if (root_live(root))
		return false;
	fd = root_open_inside(root, "/captured", O_PATH | O_CLOEXEC);
	return fd < 0;
}

int root_open_inside(const struct root *root, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT};
	int fd = (int)syscall(SYS_openat2, root->fd, path + 1, &how, sizeof(how));

	/* Before Linux 5.6 and where a container forbids the call; and while anything anywhere is
	 * renamed, ".." may not be followed. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM || errno == EAGAIN))
		fd = root_walk(root->fd, path, flags);
	return fd;
}

bool root_denied(const struct root *root, const char *path)
{
	auto_close int fd = -1;
	char text[4097];
	struct scan all, line;
	ssize_t n;

	if (root_live(root))
		return false;
	fd = root_open_inside(root, "/captured/denied", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	for (all = scan_text(text); scan_line(&all, &line);)
		if (scan_is(line, path))
			return true;
	return false;
}

int root_open_file(const struct root *root, const char *path, int flags)
{
	int fd;

	flags |= O_CLOEXEC;
	if (!(flags & O_PATH)) /* openat2(2) refuses what O_PATH would ignore */
		flags |= O_NOCTTY | O_NONBLOCK;
	if (root_live(root)) {
		fd = open(path, flags);
	} else {
		/* First: that it is there may have been captured. */
		bool denied = root_denied(root, path);

		fd = denied ? -1 : root_open_inside(root, path, flags);
		if (denied)
			errno = EACCES;
	}
	return fd < 0 ? root_failed(root, path, -errno) : fd;
}

void root_watch(struct root *root, root_watcher *watcher, void *self)
{
	root->watcher = watcher;
	root->watcher_self = self;
}

void root_watch_failures(struct root *root, root_failure_watcher *watcher, void *self)
{
	root->failure_watcher = watcher;
	root->failure_watcher_self = self;
}

bool root_watched(const struct root *root)
{
	return root->watcher || root->into;
}

void root_seen(const struct root *root, const char *path, const char *text)
{
	if (root->watcher)
		root->watcher(root->watcher_self, path, text);
}

int root_failed(const struct root *root, const char *path, int error)
{
	if (root->failure_watcher)
		root->failure_watcher(root->failure_watcher_self, path, -error);
	if (error == -EACCES)
		capture_denied(root, path);
	return error;
}

void root_saw(const struct root *root, const char *path, const char *text, size_t n)
{
	root_seen(root, path, text);
	capture_file(root, path, text, n);
}

struct file {
	int fd;
	bool again; /* it was read before: by offset from the start */
};

static ssize_t read_next(struct file file, char *to, size_t size, size_t at)
{
	return file.again ? pread(file.fd, to, size, (off_t)at) : read(file.fd, to, size);
}

/*
 * Opens a file and reads its beginning; on errors nothing is left open.  What stayed open may no
 * longer be good: of a FUSE that was started anew, all fails, and lxcfs has nothing to say once its
 * text has outgrown what there was room for when it was opened.
 */
static ssize_t read_first(
	const struct root *root, const char *path, struct file *ret, char *to, size_t size)
{
	ssize_t n;

	*ret = (struct file){held_take(root->held, path), true};
	if (ret->fd >= 0) {
		n = read_next(*ret, to, size, 0);
		if (n > 0)
			return n;
		close(ret->fd);
	}
	*ret = (struct file){root_open_file(root, path, O_RDONLY), false};
	if (ret->fd < 0)
		return ret->fd;
	n = read_next(*ret, to, size, 0);
	if (n >= 0)
		return n;
	n = root_failed(root, path, -errno);
	close(ret->fd);
	return n;
}

/* What comes behind the first n bytes; the whole length. */
static ssize_t read_rest(
	const struct root *root, const char *path, struct file file, char **text, size_t n)
{
	size_t room = FIRST_ROOM;

	for (ssize_t r = (ssize_t)n; r > 0; n += (size_t)r) {
		if (n >= FILE_LIMIT)
			return -EFBIG;
		if (n + 1 == room)
			*text = xrealloc(*text, room *= 2, 1);
		r = read_next(file, *text + n, room - n - 1, n);
		if (r < 0)
			return root_failed(root, path, -errno);
	}
	return (ssize_t)n;
}

ssize_t root_read(const struct root *root, const char *path, char **ret_text)
{
	auto_free char *text = xrealloc(NULL, FIRST_ROOM, 1);
	struct file file;
	ssize_t n = read_first(root, path, &file, text, FIRST_ROOM - 1);

	if (n < 0)
		return n;
	n = read_rest(root, path, file, &text, (size_t)n);
	if (n < 0) {
		close(file.fd);
		return n;
	}
	held_give(root->held, path, file.fd);
	text[n] = '\0';
	root_saw(root, path, text, (size_t)n);
	*ret_text = take(text);
	return n;
}

ssize_t root_read_attribute(const struct root *root, const char *path, char *ret, size_t size)
{
	char text[4097];
	struct file file;
	/* One plain read: broken drivers answer EAGAIN for ever to those who try again. */
	ssize_t n = read_first(root, path, &file, text, sizeof(text) - 1);

	if (n < 0)
		return n;
	held_give(root->held, path, file.fd);
	text[n] = '\0';
	root_saw(root, path, text, (size_t)n);
	/* NUL ends the device tree's text, and tar(1) fills up with it what it was told is 4096
	 * bytes long. */
	while (n > 0 && (isspace((unsigned char)text[n - 1]) || !text[n - 1]))
		n--;
	if ((size_t)n >= size)
		n = (ssize_t)size - 1;
	memcpy(ret, text, (size_t)n);
	ret[n] = '\0';
	return n;
}

int root_read_number(const struct root *root, const char *path, double *ret)
{
	char text[64];
	ssize_t n = root_read_attribute(root, path, text, sizeof(text));

	if (n < 0)
		return (int)n;
	return text_to_double(text, ret) ? 0 : -EBADMSG;
}
