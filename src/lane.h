#pragma once
/*
 * A lane is one thread that does one kind of slow work, one job at a time, so that the loop never
 * waits. A job owns its inputs and outputs while it runs; done() is called on the loop afterwards.
 * Nobody ever waits for a lane: lane_submit() says -EBUSY while the last job is out, and a lane
 * that is stuck at the end is left behind with everything its job owns.
 */
#include <stdbool.h>
#include <systemd/sd-event.h>

struct lane;

/* work() runs in the lane, done() later on the loop, with the same argument.  If the lane was
 * closed meanwhile, left() runs in the lane instead, where there is one: nobody else has the
 * argument then. */
struct lane_job {
	void (*work)(void *argument);
	void (*done)(void *argument);
	void *argument;
	void (*left)(void *argument);
};

/* The thread starts with the first job.  name: at most 15 bytes, shown by ps -L.  Owned by the
 * caller. */
int lane_open(sd_event *event, const char *name, struct lane **ret);

/* 0, or -EBUSY while the last job is out (until its done() was called). */
int lane_submit(struct lane *lane, struct lane_job job);

bool lane_busy(const struct lane *lane);

/* Waits for a job at work at most `seconds`, without calling its done(); true if the lane is idle.
 * Only for a last write at shutdown. */
bool lane_drain(struct lane *lane, double seconds);

/* The same, and calls its done(). */
bool lane_settle(struct lane *lane, double seconds);

/* False if a job is still out: the lane then keeps its own memory, and what the job's argument
 * points to must be left alive by the caller, and to the job's left().  Its done() will not be
 * called. */
bool lane_close(struct lane *lane);
