#pragma once
/*
 * The tick: which collectors are due, their slices merged and sealed into a snapshot, the sinks
 * called in order. Timing is by CLOCK_MONOTONIC; a wrong wall clock moves nothing.
 */
#include "collector.h"

#include <systemd/sd-event.h>

struct sampler;

/* A sink sees every sealed snapshot of a regular tick, on the loop.  Borrowed for the call. */
struct sink {
	void (*sample)(void *self, const struct snapshot *snapshot);
	void *self;
};

#define SINKS_MAX 8

/* Borrows event, root and config.  Nothing is sampled before sampler_start(). */
int sampler_open(sd_event *event, const struct root *root, const struct config *config,
	struct sampler **ret);
/* False if a lane is still out: then root and config must be left alive.  sampler_close(NULL) is
 * true. */
bool sampler_close(struct sampler *sampler);

void sampler_add_sink(struct sampler *sampler, struct sink sink);

/* The first sample at once, the second after one second (so that rates exist), then every interval.
 */
int sampler_start(struct sampler *sampler);

/* The newest snapshot, or NULL before the first.  Borrowed until the loop runs on. */
const struct snapshot *sampler_latest(const struct sampler *sampler);

/* Seconds since the newest snapshot was sealed; infinity before the first. */
double sampler_age(const struct sampler *sampler);

/* False when no snapshot came for three intervals: what /health and the watchdog ask. */
bool sampler_well(const struct sampler *sampler);

/* Calls then(self, snapshot) once with a snapshot at most max_age seconds old, at once if there is
 * one, else after sampling (never seen by the sinks).  0: slow collectors are asked too, which
 * otherwise keep their own interval.  A collector is never asked twice within 250
 * ms. */
typedef void sampler_then(void *self, const struct snapshot *snapshot);
void sampler_fresh(struct sampler *sampler, double max_age, sampler_then *then, void *self);

/* The same with the CPU measured over one second from now.  Callers within that second share the
 * next one. */
void sampler_measure(struct sampler *sampler, sampler_then *then, void *self);

/* Forgets a caller that went away before its answer came. */
void sampler_cancel(struct sampler *sampler, const void *self);

/* One collection of everything, in this thread, lanes and all: for `once`, `explain`, `capture` and
 * the machine tests. State is kept between calls on the same sampler, so the second call has rates;
 * mono is the caller's clock. */
struct snapshot sampler_once(
	struct sampler *sampler, const struct root *root, double wall, double mono);
