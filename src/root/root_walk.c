/* What openat2(2) does with RESOLVE_IN_ROOT, for kernels before 5.6 (and qemu-user before 9). */
#include "root_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_LINKS 40 /* as the kernel has it */

struct walk {
	char done[PATH_MAX]; /* from the root, without links: "sys/devices"; "" is the root itself
			      */
	char left[PATH_MAX]; /* still to go */
	int links;
	bool keep; /* a link in the last place is what is wanted */
};

static void step_up(struct walk *walk)
{
	char *slash = strrchr(walk->done, '/');

	*(slash ? slash : walk->done) = '\0';
}

static int append(struct walk *walk, const char *name, size_t n)
{
	size_t used = strlen(walk->done);
	int more = snprintf(walk->done + used, sizeof(walk->done) - used, "%s%.*s", used ? "/" : "",
		(int)n, name);

	return used + (size_t)more < sizeof(walk->done) ? 0 : -ENAMETOOLONG;
}

/* The last name turned out to be a link: what it says comes before what is left. */
static int follow(struct walk *walk, char *target, size_t n)
{
	size_t left = strlen(walk->left);

	if (++walk->links > MOST_LINKS)
		return -ELOOP;
	if (n + 1 + left >= sizeof(walk->left))
		return -ENAMETOOLONG;
	memmove(walk->left + n + 1, walk->left, left + 1);
	memcpy(walk->left, target, n);
	walk->left[n] = '/';
	if (*target == '/')
		*walk->done = '\0';
	else
		step_up(walk);
	return 0;
}

static int step(struct walk *walk, int root)
{
	char name[PATH_MAX], target[PATH_MAX];
	size_t n;
	ssize_t link;
	int r;

	memmove(walk->left, walk->left + strspn(walk->left, "/"),
		strlen(walk->left + strspn(walk->left, "/")) + 1);
	n = strcspn(walk->left, "/");
	memcpy(name, walk->left, n);
	name[n] = '\0';
	memmove(walk->left, walk->left + n, strlen(walk->left + n) + 1);
	if (n == 0 || !strcmp(name, "."))
		return 0;
	if (!strcmp(name, "..")) {
		step_up(walk);
		return 0;
	}
	r = append(walk, name, n);
	if (r < 0)
		return r;
	if (walk->keep && !walk->left[strspn(walk->left, "/")])
		return 0;
	link = readlinkat(root, walk->done, target, sizeof(target));
	if (link >= 0)
		return follow(walk, target, (size_t)link);
	return errno == EINVAL ? 0 : -errno; /* EINVAL: it is no link */
}

int root_walk(int root, const char *path, int flags)
{
	struct walk walk = {.keep = flags & O_NOFOLLOW};
	size_t n = strlen(path);
	int r = n < sizeof(walk.left) ? 0 : -ENAMETOOLONG;

	if (r == 0)
		memcpy(walk.left, path, n + 1);
	while (r == 0 && *walk.left)
		r = step(&walk, root);
	if (r < 0) {
		errno = -r;
		return -1;
	}
	return openat(root, *walk.done ? walk.done : ".", flags | O_NOFOLLOW);
}
