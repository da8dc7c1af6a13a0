#pragma once
/*
 * The collectors at work: one slot for each, with its state and what it said last.  The sampler
 * decides when; this runs them, turns counters into rates, and says which slices are young enough
 * to be shown.
 */
#include "collector.h"

struct slot {
	const struct collector *collector;
	void *state;
	double interval;      /* seconds between runs */
	double due;	      /* CLOCK_MONOTONIC */
	double resting;	      /* absent: not asked again before */
	struct slice latest;  /* what is shown */
	struct slice working; /* what is being collected; the lane's while it is out */
	int result;	      /* of the last run, negative errno; the lane's while it is out */
	int settled;	      /* the result that slot_settle() saw last; -EAGAIN before the first */
	bool failing;	      /* and said so in the log */
};

struct slots {
	const struct root *root;
	const struct config *config;
	struct slot *at;
	size_t n;
	bool wide;	  /* the kernel's unsigned long has 64 bits */
	struct slice own; /* timestamp, health of the collectors */
	unsigned crowded; /* families of which not all members are shown, and it was said */
};

/* A collector is never asked twice within this many seconds, however many want fresh values. */
#define SLOT_REST 0.25

void slots_open(struct slots *slots, const struct root *root, const struct config *config);
void slots_close(struct slots *slots);

/* Runs the collector into slot->working; in a lane or on the loop. */
void slot_run(struct slot *slot, const struct root *root, const struct config *config, double mono);

/* Takes over what slot_run() left: rates, success or failure.  On the loop. */
void slot_settle(struct slots *slots, struct slot *slot);

/* All that may be shown at `mono`, sealed; `instead` replaces the slice of the slot `of` (NULL:
 * none).  more: extra slices, such as remote mounts'. */
struct snapshot slots_seal(struct slots *slots, double wall, double mono, const struct slot *of,
	const struct slice *instead, const struct slice *const *more, size_t more_n);
