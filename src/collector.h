#pragma once
/*
 * What a collector is: a name, how often, who may block for it, and one function that puts
 * readings.
 *
 * collect() returns 0, or -ENOENT/-ENODATA if this machine has no such thing (its readings go at
 * once), or another negative errno if it failed now (its last readings stay until they are three
 * intervals old).  What it put before failing is thrown away.  It may run in a lane: it touches
 * nothing but its arguments.  It may not run commands or resolve names (probes and ollama may,
 * which is why each has a lane), need root, or keep a file open between calls.
 */
#include "config.h"
#include "root.h"
#include "snapshot.h"

enum lane_kind {
	INLINE,	       /* on the loop: text that the kernel makes in microseconds */
	LANE_DISKS,    /* statvfs(2) on local filesystems */
	LANE_SENSORS,  /* hwmon: some drivers take tens of milliseconds */
	LANE_FIRMWARE, /* VideoCore: a wedged firmware never answers */
	LANE_WIFI,     /* its drivers: some wait seconds for their firmware */
	LANE_GPUS,     /* graphics cards: NVML, and cards that wake up */
	LANE_SYSTEM,   /* the system bus */
	LANE_PACKAGES, /* what dpkg and apt keep on the disk: tens of megabytes */
	LANE_OLLAMA,   /* a server that may be busy with greater things */
	LANE_PROBES,   /* the user's own commands and files */
	LANE_REMOTE,   /* statvfs(2) on a network filesystem: one lane for each mount */
	LANES,
};

struct collector {
	const char *name; /* as in sampling.intervals and agent.collectors.<name> */
	/* Its rows' paths as globs with blanks between, "!" takes away: for `pistat explain` of
	 * what is absent.  What follows as a rate need not be said. */
	const char *gives;
	double interval; /* seconds; 0: every tick */
	double patience; /* seconds that one call may take: shown so much longer if late */
	enum lane_kind lane;
	size_t state;		     /* bytes kept between calls, zero at first */
	void (*forget)(void *state); /* frees what state points to; NULL if nothing */
	/* False: there is nothing to do for its lane, ever; NULL: there may be. */
	bool (*configured)(const struct config *config);
	/* Ends what collect() may be waiting for in its lane right now; NULL: nothing can. */
	void (*interrupt)(void *state);
	int (*collect)(void *state, const struct root *root, const struct config *config,
		struct slice *ret);
};

/* collectors.c: the list of them. */
extern const struct collector *const collectors[];
extern const size_t collectors_n;

/* Is it one of those that put the metric, or what it is the rate of? */
bool collector_gives(const struct collector *collector, enum metric_id metric);
