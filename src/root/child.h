#pragma once
/*
 * The only place where a process is started: programs that the user named, without a shell, each in
 * a process group of its own, with a fixed environment, nothing open but its output, and an end
 * that it cannot put off.  Several run side by side, so that one that hangs holds up nobody.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define CHILD_OUTPUT_MAX (64u << 10)

/* argv: the program's whole path, its arguments, NULL; they may be secret. */
struct child {
	const char *name; /* for captured machines and those who watch */
	const char *const *argv;
	double timeout; /* seconds */

	char *output; /* with a NUL behind it, owned by the caller; NULL unless result is 0 */
	size_t n;
	/* 0: it ended well.  -ETIMEDOUT: killed, with all of its group.  -EFBIG: killed, it wrote
	 * more than CHILD_OUTPUT_MAX.  -ECANCELED: killed, or not even started, since *stop was
	 * set.  -ECHILD: it ended badly, see status.  Else it could not be started. */
	int result;
	int status; /* as of waitpid(2), with -ECHILD */
};

/* Runs all and returns when all have ended; what a program left behind in its group is killed.
 * quiet: what they say on stderr is dropped.  stop may be set by another thread. */
void children_run(struct child *children, size_t n, bool quiet, const atomic_bool *stop);
