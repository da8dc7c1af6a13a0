/*
 * Copies of what was read, laid out as the machine was, so that any machine can be sent by mail and
 * replayed.  What identifies it is masked: mask.h.
 */
#include "mask.h"
#include "mem.h"
#include "root_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Makes the folders above a path below root->into; the whole path in ret. */
static bool place(const struct root *root, const char *path, char *ret, size_t size)
{
	if (!root->into || (size_t)snprintf(ret, size, "%s%s", root->into, path) >= size)
		return false;
	mask_macs(ret + strlen(root->into), strlen(path));
	for (char *slash = ret + strlen(root->into) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(ret, 0755);
		*slash = '/';
	}
	return true;
}

/* That something else stands there already is no loss; that there is no room is. */
static void write_copy(const struct root *root, const char *to, int how, const char *path,
	const char *text, size_t n)
{
	auto_free char *copy = mask_text(path, text, n, &n);
	auto_close int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0644);
	ssize_t r = 0;

	for (size_t at = 0; fd >= 0 && r >= 0 && at < n; at += (size_t)r)
		r = write(fd, copy + at, n - at);
	if (r < 0 || (fd < 0 && (errno == ENOSPC || errno == EDQUOT)))
		*root->lost = errno;
}

void capture_file(const struct root *root, const char *path, const char *text, size_t n)
{
	char to[PATH_MAX];

	if (place(root, path, to, sizeof(to)))
		write_copy(root, to, O_TRUNC, path, text, n);
}

void capture_directory(const struct root *root, const char *path, char *const *names, size_t n)
{
	char to[PATH_MAX], from[PATH_MAX];
	struct stat status;

	if (place(root, path, to, sizeof(to)))
		(void)mkdir(to, 0755); /* an empty one is something else than none */
	for (size_t i = 0; root->into && i < n; i++) {
		if ((size_t)snprintf(from, sizeof(from), "%s/%s", path, names[i]) >= sizeof(from) ||
			stat(from, &status) < 0 || !S_ISDIR(status.st_mode))
			continue;
		if (place(root, from, to, sizeof(to)))
			(void)mkdir(to, 0755);
	}
}

void capture_link(const struct root *root, const char *path, const char *target)
{
	char to[PATH_MAX], masked[PATH_MAX];

	snprintf(masked, sizeof(masked), "%s", target);
	mask_macs(masked, strlen(masked));
	if (place(root, path, to, sizeof(to)) && symlink(masked, to) < 0)
		return;
}

void capture_name(const struct root *root, const char *path, const struct stat *status)
{
	char to[PATH_MAX], target[PATH_MAX];
	ssize_t n;

	if (!place(root, path, to, sizeof(to)))
		return;
	if (S_ISLNK(status->st_mode)) {
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		capture_link(root, path, target);
	} else if (S_ISDIR(status->st_mode)) {
		(void)mkdir(to, 0755);
	} else {
		int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

		if (fd >= 0)
			close(fd);
	}
}

void capture_fact(const struct root *root, const char *name, const char *line, bool anew)
{
	char path[PATH_MAX], to[PATH_MAX];

	snprintf(path, sizeof(path), "/captured/%s", name);
	if (place(root, path, to, sizeof(to)))
		write_copy(root, to, anew ? O_TRUNC : O_APPEND, path, line, strlen(line));
}

void capture_denied(const struct root *root, const char *path)
{
	auto_free char *line = NULL;
	auto_close int fd = -1;
	char to[PATH_MAX], known[4097];
	ssize_t n;

	if (!place(root, "/captured/denied", to, sizeof(to)))
		return;
	fd = open(to, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, known, sizeof(known) - 1);
	known[n > 0 ? n : 0] = '\0';
	line = xasprintf("%s\n", path);
	for (char *at = known; (at = strstr(at, line)); at++)
		if (at == known || at[-1] == '\n')
			return;
	capture_fact(root, "denied", line, false);
}
