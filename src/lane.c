/*
 * One thread, one mailbox, one eventfd.  The states move in one direction only, and each side owns
 * what is in its hands: the loop fills the mailbox (IDLE → WORKING), the thread empties it (WORKING
 * → FINISHED) and writes the eventfd, the loop calls done() (FINISHED → IDLE).  The mutex orders
 * the hand-overs, so the job's data need no locks.  A lane that is stuck when it is closed frees
 * itself should its job ever return.
 */
#include "lane.h"

#include "mem.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

/* Enough for getaddrinfo(3) with its alloca()s, NSS modules and OpenSSL; untouched pages cost
 * nothing. */
#define STACK_SIZE (512u * 1024)

struct lane {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	enum { IDLE, WORKING, FINISHED } state;
	bool started, closed, abandoned;
	pthread_t thread;
	struct lane_job job;
	sd_event *event;
	sd_event_source *source;
	int fd;
	char name[16];
};

static void lane_free(struct lane *lane)
{
	close(lane->fd);
	pthread_mutex_destroy(&lane->mutex);
	pthread_cond_destroy(&lane->changed);
	free(lane);
}

static void *lane_run(void *argument)
{
	struct lane *lane = argument;
	uint64_t one = 1;

	pthread_setname_np(pthread_self(), lane->name);
	pthread_mutex_lock(&lane->mutex);
	for (;;) {
		while (lane->state != WORKING && !lane->closed)
			pthread_cond_wait(&lane->changed, &lane->mutex);
		if (lane->state != WORKING)
			break;
		pthread_mutex_unlock(&lane->mutex);
		lane->job.work(lane->job.argument);
		pthread_mutex_lock(&lane->mutex);
		lane->state = FINISHED;
		pthread_cond_broadcast(&lane->changed);
		if (write(lane->fd, &one, sizeof(one)) < 0)
			abort();
	}
	pthread_mutex_unlock(&lane->mutex);
	if (lane->abandoned) {
		if (lane->job.left)
			lane->job.left(lane->job.argument);
		lane_free(lane);
	}
	return NULL;
}

static int lane_finished(sd_event_source *source, int fd, uint32_t events, void *argument)
{
	struct lane *lane = argument;
	struct lane_job job;
	uint64_t count;

	(void)source;
	(void)events;
	if (read(fd, &count, sizeof(count)) < 0)
		return 0;
	pthread_mutex_lock(&lane->mutex);
	job = lane->job;
	lane->state = IDLE;
	pthread_mutex_unlock(&lane->mutex);
	job.done(job.argument);
	return 0;
}

int lane_open(sd_event *event, const char *name, struct lane **ret)
{
	struct lane *lane = xcalloc(1, sizeof(*lane));
	pthread_condattr_t monotonic;
	int r;

	lane->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (lane->fd < 0) {
		r = -errno;
		free(lane);
		return r;
	}
	r = sd_event_add_io(event, &lane->source, lane->fd, EPOLLIN, lane_finished, lane);
	if (r < 0) {
		close(lane->fd);
		free(lane);
		return r;
	}
	lane->event = sd_event_ref(event);
	snprintf(lane->name, sizeof(lane->name), "%s", name);
	pthread_mutex_init(&lane->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&lane->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	*ret = lane;
	return 0;
}

/* Signals are the loop's: a lane blocks them all, so that signalfd sees every one. */
static int lane_begin(struct lane *lane)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&lane->thread, &attributes, lane_run, lane);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	lane->started = r == 0;
	return -r;
}

int lane_submit(struct lane *lane, struct lane_job job)
{
	int r = lane->started ? 0 : lane_begin(lane);

	if (r < 0)
		return r;
	pthread_mutex_lock(&lane->mutex);
	if (lane->state == IDLE) {
		lane->job = job;
		lane->state = WORKING;
		pthread_cond_broadcast(&lane->changed);
	} else {
		r = -EBUSY;
	}
	pthread_mutex_unlock(&lane->mutex);
	return r;
}

bool lane_busy(const struct lane *lane)
{
	struct lane *mutable = (struct lane *)(uintptr_t)lane;
	bool busy;

	pthread_mutex_lock(&mutable->mutex);
	busy = lane->state != IDLE;
	pthread_mutex_unlock(&mutable->mutex);
	return busy;
}

bool lane_drain(struct lane *lane, double seconds)
{
	struct timespec until;
	bool idle;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)seconds;
	until.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&lane->mutex);
	while (lane->state == WORKING &&
		pthread_cond_timedwait(&lane->changed, &lane->mutex, &until) == 0)
		;
	idle = lane->state != WORKING;
	pthread_mutex_unlock(&lane->mutex);
	return idle;
}

bool lane_settle(struct lane *lane, double seconds)
{
	if (!lane_drain(lane, seconds))
		return false;
	if (lane_busy(lane))
		(void)lane_finished(lane->source, lane->fd, EPOLLIN, lane);
	return true;
}

bool lane_close(struct lane *lane)
{
	bool idle, started;

	if (!lane)
		return true;
	sd_event_source_disable_unref(lane->source);
	sd_event_unref(lane->event);
	pthread_mutex_lock(&lane->mutex);
	idle = lane->state != WORKING;
	started = lane->started;
	lane->closed = true;
	lane->abandoned = !idle;
	if (!idle)
		pthread_detach(lane->thread);
	pthread_cond_broadcast(&lane->changed);
	pthread_mutex_unlock(&lane->mutex);
	if (idle) {
		if (started)
			pthread_join(lane->thread, NULL);
		lane_free(lane);
	}
	return idle;
}
