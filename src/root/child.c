#include "child.h"

#include "clock.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define AT_ONCE 8
/* How late *stop is seen, and on kernels before 5.3 also that a program ended whose output somebody
 * else keeps open. */
#define LOOK_SECONDS 0.1

/* A child that runs.  Free while child is NULL. */
struct process {
	struct child *child;
	pid_t pid;
	int output, ended; /* pipe, -1 at its end; pidfd, -1: none */
	double deadline;
	size_t room;
};

static const char *const environment[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
	NULL};

/* Ours ignores SIGPIPE, and a lane blocks every signal: a program expects neither. */
static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(
		attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
}

static int set_files(posix_spawn_file_actions_t *actions, int output, bool quiet)
{
	int r = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);

	if (r == 0)
		r = posix_spawn_file_actions_addopen(
			actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (r == 0 && quiet)
		r = posix_spawn_file_actions_addopen(
			actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
	return r ? r : posix_spawn_file_actions_addchdir_np(actions, "/");
}

static int spawn(const char *const *argv, int output, bool quiet, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r;

	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_init(&actions);
	r = set_attributes(&attributes);
	if (r == 0)
		r = set_files(&actions, output, quiet);
	if (r == 0)
		r = posix_spawn(ret, argv[0], &actions, &attributes, (char *const *)(uintptr_t)argv,
			(char *const *)(uintptr_t)environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -r;
}

static void begin(struct process *process, struct child *child, bool quiet)
{
	auto_close int writing = -1;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0) {
		child->result = -errno;
		return;
	}
	writing = ends[1];
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	child->result = spawn(child->argv, writing, quiet, &process->pid);
	if (child->result < 0) {
		close(ends[0]);
		return;
	}
	process->child = child;
	process->output = ends[0];
	process->ended = (int)syscall(SYS_pidfd_open, process->pid, 0);
	process->deadline = clock_now() + child->timeout;
	process->room = 4096;
	child->output = xrealloc(NULL, process->room, 1);
	child->n = 0;
}

/* The group, and the child by itself if it has left that, before it is reaped: until then nobody
 * else can get its number.  Waiting takes as long as the kernel needs to end what it does for the
 * child; starting another one meanwhile would only pile them up.  Who may not be killed (sudo) at
 * least has nobody left to write to. */
static void finish(struct process *process, int result)
{
	struct child *child = process->child;
	int status = 0;

	(void)kill(-process->pid, SIGKILL);
	(void)kill(process->pid, SIGKILL);
	if (process->output >= 0)
		close(process->output);
	while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (process->ended >= 0)
		close(process->ended);
	if (result == 0 && status != 0)
		result = -ECHILD;
	child->result = result;
	child->status = status;
	if (result == 0) {
		child->output[child->n] = '\0';
	} else {
		free(child->output);
		child->output = NULL;
		child->n = 0;
	}
	process->child = NULL;
}

/* Reads what is there.  An output at its end is closed, or it would wake us for ever. */
static int drain(struct process *process)
{
	struct child *child = process->child;

	while (process->output >= 0) {
		ssize_t n;

		if (child->n + 1 == process->room) {
			if (process->room > CHILD_OUTPUT_MAX)
				return -EFBIG;
			process->room *= 2;
			child->output = xrealloc(child->output, process->room, 1);
		}
		n = read(process->output, child->output + child->n, process->room - child->n - 1);
		if (n < 0)
			break;
		if (n == 0) {
			close(process->output);
			process->output = -1;
		}
		child->n += (size_t)n;
		if (child->n > CHILD_OUTPUT_MAX)
			return -EFBIG;
	}
	return 0;
}

static bool has_ended(const struct process *process)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == process->pid;
}

static void look(struct process *process, const atomic_bool *stop)
{
	bool ended = has_ended(process); /* before reading: all that it wrote is there then */

	if (drain(process) < 0)
		finish(process, -EFBIG);
	else if (ended)
		finish(process, 0);
	else if (*stop)
		finish(process, -ECANCELED);
	else if (clock_now() >= process->deadline)
		finish(process, -ETIMEDOUT);
}

/* Until one of them writes or ends, or it is time to look for other reasons. */
static void wait_for_any(const struct process processes[static AT_ONCE])
{
	struct pollfd wanted[2 * AT_ONCE];
	double patience = LOOK_SECONDS, now = clock_now();
	nfds_t n = 0;

	for (size_t i = 0; i < AT_ONCE; i++) {
		const struct process *process = &processes[i];

		if (!process->child)
			continue;
		wanted[n++] = (struct pollfd){.fd = process->ended, .events = POLLIN};
		wanted[n++] = (struct pollfd){.fd = process->output, .events = POLLIN};
		if (process->deadline - now < patience)
			patience = process->deadline - now;
	}
	if (n)
		(void)poll(wanted, n, patience > 0 ? (int)(patience * 1000) + 1 : 0);
}

void children_run(struct child *children, size_t n, bool quiet, const atomic_bool *stop)
{
	struct process processes[AT_ONCE] = {0};
	size_t next = 0, running;

	do {
		running = 0;
		for (size_t i = 0; i < AT_ONCE; i++) {
			struct process *process = &processes[i];

			while (!process->child && next < n) {
				children[next].output = NULL;
				children[next].result = -ECANCELED;
				if (!*stop)
					begin(process, &children[next], quiet);
				next++;
			}
			running += process->child != NULL;
		}
		wait_for_any(processes);
		for (size_t i = 0; i < AT_ONCE; i++)
			if (processes[i].child)
				look(&processes[i], stop);
	} while (running);
	/* Where we are process 1, orphans of those groups have become our children.  Elsewhere a
	 * child that is not ours is a library's (NVML starts one), which waits for it itself. */
	while (n && getpid() == 1 && waitpid(-1, NULL, WNOHANG) > 0)
		;
}
