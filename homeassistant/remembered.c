#include "remembered.h"

#include "lane.h"
#include "log.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SIZE_MAX_READ (4 << 20)

/* Owned by the lane while it runs, but for owner, which only done() touches. */
struct writing {
	struct remembered *owner;
	char *directory, *text;
	int error;
};

struct remembered {
	struct lane *lane;
	char *directory;
	struct writing *current; /* in the lane */
	char *waiting;		 /* written when the lane is free again */
	int complaint;		 /* the error already said */
};

static char *file_path(const char *directory, const char *suffix)
{
	return xasprintf("%s/announced%s", directory, suffix);
}

static int make_directories(const char *directory)
{
	auto_free char *path = xstrdup(directory);

	for (char *at = path; (at = strchr(at + 1, '/'));) {
		*at = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -errno;
		*at = '/';
	}
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

static int write_all(int fd, const char *text)
{
	for (size_t left = strlen(text); left;) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		left -= (size_t)n;
	}
	return fdatasync(fd) < 0 ? -errno : 0;
}

static int write_file(const char *directory, const char *text)
{
	auto_free char *path = file_path(directory, ""), *beside = file_path(directory, ".new");
	int r = make_directories(directory);
	int fd = r < 0 ? -1 : open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (r < 0 || fd < 0)
		return r < 0 ? r : -errno;
	r = write_all(fd, text);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(beside, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(beside);
	return r;
}

static void writing_work(void *argument)
{
	struct writing *writing = argument;

	writing->error = write_file(writing->directory, writing->text);
}

static void writing_free(struct writing *writing)
{
	free(writing->directory);
	free(writing->text);
	free(writing);
}

static void complain(struct remembered *remembered, int error)
{
	if (error == remembered->complaint)
		return;
	remembered->complaint = error;
	if (error < 0)
		log_warning(
			"cannot remember in %s what Home Assistant was told: %s; going on without: "
			"what vanishes while pistat is stopped stays in Home Assistant",
			remembered->directory, strerror(-error));
}

static void start(struct remembered *remembered);

static void writing_done(void *argument)
{
	struct writing *writing = argument;
	struct remembered *remembered = writing->owner;

	remembered->current = NULL;
	complain(remembered, writing->error);
	writing_free(writing);
	start(remembered);
}

static void start(struct remembered *remembered)
{
	struct writing *writing;

	if (!remembered->waiting || lane_busy(remembered->lane))
		return;
	writing = xcalloc(1, sizeof(*writing));
	writing->owner = remembered;
	writing->directory = xstrdup(remembered->directory);
	writing->text = take(remembered->waiting);
	if (lane_submit(remembered->lane,
		    (struct lane_job){
			    .work = writing_work, .done = writing_done, .argument = writing}) < 0) {
		remembered->waiting = take(writing->text);
		writing_free(writing);
		return;
	}
	remembered->current = writing;
}

int remembered_open(sd_event *event, const char *directory, struct remembered **ret)
{
	struct remembered *remembered = xcalloc(1, sizeof(*remembered));
	int r = lane_open(event, "remembered", &remembered->lane);

	if (r < 0) {
		free(remembered);
		return r;
	}
	remembered->directory = xstrdup(directory);
	if (!*directory)
		log_warning("no state directory: what Home Assistant was told is not remembered, "
			    "and what "
			    "vanishes while pistat is stopped stays there");
	*ret = remembered;
	return 0;
}

struct remembered *remembered_close(struct remembered *remembered)
{
	if (!remembered)
		return NULL;
	if (lane_drain(remembered->lane, 1) && remembered->waiting)
		write_file(remembered->directory, remembered->waiting);
	/* A write that hangs keeps what it owns; it knows us only by an address it will not use. */
	if (lane_close(remembered->lane) && remembered->current)
		writing_free(remembered->current);
	free(remembered->waiting);
	free(remembered->directory);
	free(remembered);
	return NULL;
}

int remembered_load(struct remembered *remembered, struct announced *ret)
{
	auto_free char *path = file_path(remembered->directory, ""), *text = NULL;
	auto_close int fd = -1;
	ssize_t n;
	int r;

	if (!*remembered->directory)
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	text = xcalloc(1, SIZE_MAX_READ + 1);
	n = fd < 0 ? -1 : read(fd, text, SIZE_MAX_READ);
	r = n < 0 ? -errno : strlen(text) == (size_t)n ? announced_parse(text, ret) : -EBADMSG;
	if (r == -EBADMSG)
		log_warning(
			"%s is not in the form pistat writes: what it remembers is not withdrawn "
			"from Home Assistant",
			path);
	else
		complain(remembered, r);
	return r;
}

void remembered_save(struct remembered *remembered, const struct announced *announced)
{
	if (!*remembered->directory)
		return;
	free(remembered->waiting);
	remembered->waiting = announced_format(announced);
	start(remembered);
}

int remembered_forget(const char *directory)
{
	auto_free char *path = file_path(directory, "");

	return *directory && unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}
