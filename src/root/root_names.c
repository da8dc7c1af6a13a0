/* The questions of root.h about names rather than contents: directories, links, whether a thing is
 * there. */
#include "root_private.h"

#include "mem.h"
#include "scan.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int compare_names(const void *a, const void *b)
{
	return text_natural(*(char *const *)a, *(char *const *)b);
}

static int open_directory(const struct root *root, const char *path, DIR **ret)
{
	int fd = root_open_file(root, path, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return fd;
	*ret = fdopendir(fd);
	if (*ret)
		return 0;
	close(fd);
	return -ENOMEM;
}

static int list(const struct root *root, const char *path, char ***ret_names, size_t *ret_n,
	size_t *ret_bytes)
{
	auto_dir DIR *dir = NULL;
	char **names = NULL;
	size_t n = 0, room = 0, bytes = 0;
	int r = open_directory(root, path, &dir);

	if (r < 0)
		return r;
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (n == room)
			names = xrealloc(names, room = room ? room * 2 : 16, sizeof(*names));
		names[n++] = xstrdup(entry->d_name);
		bytes += strlen(entry->d_name) + 1;
	}
	*ret_names = names;
	*ret_n = n;
	*ret_bytes = bytes;
	return 0;
}

/* What is seen of a directory is its names. */
static void tell_names(const struct root *root, const char *path, char *const *names, size_t n)
{
	auto_free char *line = NULL;
	size_t length = 1;
	char *at;

	if (!root->watcher)
		return;
	for (size_t i = 0; i < n; i++)
		length += strlen(names[i]) + 1;
	line = xcalloc(length, 1);
	at = line;
	for (size_t i = 0; i < n; i++)
		at = stpcpy(stpcpy(at, names[i]), i + 1 < n ? " " : "");
	root_seen(root, path, line);
}

int root_list(const struct root *root, const char *path, char ***ret_names, size_t *ret_n)
{
	auto_free char **names = NULL;
	size_t n, bytes;
	char **block, *at;
	int r = list(root, path, &names, &n, &bytes);

	if (r < 0)
		return r;
	if (n > 0)
		qsort(names, n, sizeof(*names), compare_names);
	block = xrealloc(NULL, n * sizeof(*block) + bytes + 1, 1);
	at = (char *)(block + n);
	for (size_t i = 0; i < n; i++) {
		block[i] = at;
		at = stpcpy(at, names[i]) + 1;
		free(names[i]);
	}
	capture_directory(root, path, block, n);
	tell_names(root, path, block, n);
	*ret_names = block;
	*ret_n = n;
	return 0;
}

int root_count_numeric(const struct root *root, const char *path, size_t *ret)
{
	auto_dir DIR *dir = NULL;
	size_t n = 0;
	int r = open_directory(root, path, &dir);

	if (r < 0)
		return r;
	for (struct dirent *entry; (entry = readdir(dir));)
		n += entry->d_name[strspn(entry->d_name, "0123456789")] == '\0';
	*ret = n;
	return 0;
}

/* The name itself, not what it points to: that may not have been captured. */
static int open_name(const struct root *root, const char *path)
{
	return root_open_inside(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

bool root_exists(const struct root *root, const char *path)
{
	auto_close int fd = -1;
	struct stat status;

	if (!root_live(root))
		fd = open_name(root, path);
	if (root_live(root) ? lstat(path, &status) < 0 : fd < 0) {
		(void)root_failed(root, path, -errno);
		return false;
	}
	if (root_live(root))
		capture_name(root, path, &status);
	return true;
}

/* The line of captured/<fact> that is about a path: a capture holds files, not the web of links nor
 * their times.  "/sys/class/hwmon/hwmon0/device /sys/devices/platform/coretemp.0" */
static int captured_line(
	const struct root *root, const char *fact, const char *path, char *ret, size_t size)
{
	auto_free char *text = NULL;
	struct scan all, line, name;

	if (root_read(root, fact, &text) < 0)
		return -ENOENT;
	all = scan_text(text);
	while (scan_line(&all, &line))
		if (scan_word(&line, &name) && scan_is(name, path) && scan_word(&line, &name)) {
			scan_copy(name, ret, size);
			return 0;
		}
	return -ENOENT;
}

int root_modified(const struct root *root, const char *path, double *ret)
{
	char line[PATH_MAX + 32], captured[32];
	auto_close int fd = -1;
	struct stat status;
	double modified;

	if (!root_live(root)) {
		/* a copy has the time of the copying */
		if (captured_line(root, "/captured/modified", path, captured, sizeof(captured)) < 0)
			return -ENOENT;
		return text_to_double(captured, ret) ? 0 : -EBADMSG;
	}
	fd = root_open_file(root, path, O_PATH);
	if (fd < 0)
		return fd;
	if (fstat(fd, &status) < 0)
		return -errno;
	modified = (double)status.st_mtim.tv_sec + (double)status.st_mtim.tv_nsec / 1e9;
	snprintf(line, sizeof(line), "%s %.6f\n", path, modified);
	capture_fact(root, "modified", line, false);
	*ret = modified;
	return 0;
}

int root_link_name(const struct root *root, const char *path, char *ret, size_t size)
{
	auto_close int fd = root_live(root) ? -1 : open_name(root, path);
	char target[PATH_MAX];
	const char *last;
	ssize_t n;

	if (fd < 0 && !root_live(root))
		return -errno;
	n = root_live(root) ? readlink(path, target, sizeof(target) - 1)
			    : readlinkat(fd, "", target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	capture_link(root, path, target);
	last = strrchr(target, '/');
	text_copy(ret, size, last ? last + 1 : target);
	return 0;
}

int root_real_path(const struct root *root, const char *path, char *ret, size_t size)
{
	auto_close int fd = root_open_file(root, path, O_PATH);
	char link[64], target[PATH_MAX], dir[PATH_MAX], line[2 * PATH_MAX + 3];
	size_t skipped = 0;
	ssize_t n;

	if (!root_live(root) && captured_line(root, "/captured/paths", path, ret, size) == 0)
		return 0;
	if (fd < 0)
		return fd;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (!root_live(root) && realpath(root->dir, dir) && strncmp(target, dir, strlen(dir)) == 0)
		skipped = strlen(dir);
	if ((size_t)n - skipped >= size)
		return -ENAMETOOLONG;
	strcpy(ret, target + skipped);
	if (root->into) {
		snprintf(line, sizeof(line), "%s %s\n", path, ret);
		capture_fact(root, "paths", line, false);
	}
	return 0;
}
