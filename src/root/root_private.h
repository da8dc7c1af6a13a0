#pragma once
/*
 * What root.c (files), kernel.c (questions that no file answers) and capture.c (copying both)
 * share.
 */
#include "root.h"

#include <sys/stat.h>

struct root {
	char *dir;	   /* "" for this machine */
	int fd;		   /* of dir; -1 for this machine */
	char *into;	   /* where everything read is copied; NULL */
	int *lost;	   /* the errno of the last copy that there was no room for; 0 */
	struct held *held; /* files of this machine that stay open; NULL for a captured one */
	int socket;	   /* to ask this machine's network; -1 for a captured one */
	root_watcher *watcher;
	void *watcher_self;
	root_failure_watcher *failure_watcher;
	void *failure_watcher_self;
};

/* Tell the watchers: a text that came from no file (a firmware's reply, a service's answer) under
 * the name by which a person knows it; what could not be opened, with its negative errno, which is
 * returned. */
void root_seen(const struct root *root, const char *path, const char *text);
int root_failed(const struct root *root, const char *path, int error);

/* Does captured/denied of a captured machine list the path: was it there, but not for us? */
bool root_denied(const struct root *root, const char *path);

/* Opens without ever blocking on a FIFO or leaving a captured machine through a symbolic link. */
int root_open_file(const struct root *root, const char *path, int flags);

/* The same within a captured machine, whatever captured/denied says of it; errno tells. */
int root_open_inside(const struct root *root, const char *path, int flags);

/* And by hand: open(2) with the descriptor of a directory for a root, links and ".." included.
 */
int root_walk(int root, const char *path, int flags);

/* A file that stays open, for the caller alone, to be read by offset; -1 for all others and while
 * it is taken. */
int held_take(struct held *held, const char *path);
/* Keeps what was taken or opened for the next time, or closes it. */
void held_give(struct held *held, const char *path, int fd);
struct held *held_new(void);
struct held *held_free(struct held *held);

/* Tells the watcher and the capture what was read. */
void root_saw(const struct root *root, const char *path, const char *text, size_t n);

/* All quietly do nothing unless the root is capturing; a copy that fails costs only the copy. */
void capture_file(const struct root *root, const char *path, const char *text, size_t n);
void capture_directory(const struct root *root, const char *path, char *const *names, size_t n);
void capture_link(const struct root *root, const char *path, const char *target);
/* A thing that was only asked whether it is there; what was captured of it before stays. */
void capture_name(const struct root *root, const char *path, const struct stat *status);
/* Adds a path to captured/denied, once. */
void capture_denied(const struct root *root, const char *path);
/* Adds a line to captured/<name>, or begins it anew. */
void capture_fact(const struct root *root, const char *name, const char *line, bool anew);
