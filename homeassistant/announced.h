#pragma once
/*
 * What Home Assistant was told: the set of components, with those that are missing now and those
 * being withdrawn.  It outlives us as a text file (remembered.h), so that what vanished while we
 * did not run is withdrawn too.  Plain data and plain functions; times are CLOCK_MONOTONIC seconds
 * of the caller.
 */
#include "component.h"

/* How many samples must lack a component before it counts as gone: a reset counter skips one rate.
 */
#define ANNOUNCED_MISSED 2

/* How many times longer that takes for what an earlier run announced: after a boot the clock, the
 * Wi-Fi and other services may come late. */
#define ANNOUNCED_PATIENCE 10

struct announced_entry {
	char key[COMPONENT_KEY_SIZE];
	const char *platform;
	char *json;	    /* NULL: remembered from an earlier run and not seen in this one */
	bool enabled;	    /* whenever it was announced; see device_message() */
	enum family family; /* with json: whose value it is */
	char member[KEY_SIZE];
	bool present; /* in the newest snapshot, or its thing is and only the value is missing */
	unsigned missed;
	double missing_since;
	bool withdrawn; /* being removed: shown to Home Assistant as nothing but its platform */
	bool told;	/* … since told_at */
	double told_at;
	uint64_t sent; /* entities style: hash of the last message */
};

struct announced {
	int style; /* index of the choice of homeassistant.style */
	char prefix[TOPIC_SIZE], id[KEY_SIZE], node[KEY_SIZE];
	struct announced_entry *at;
	size_t n;
	uint64_t sent; /* device style: hash of the last message */
};

#define STYLE_DEVICE 0
#define STYLE_ENTITIES 1

/*
 * The file, a line with style, prefix, id and node, then one with key, platform and "on" or "off"
 * (enabled) for each component, separated by tabs.  0, or -EBADMSG for what is not wholly
 * understood.  The caller frees with announced_free().
 */
int announced_parse(const char *text, struct announced *ret);
char *announced_format(const struct announced *announced);
void announced_free(struct announced *announced);

/* The snapshot and its components; takes their JSON.  True if components came that were not in the
 * set, or other things are to be remembered of them. */
bool announced_update(struct announced *announced, const struct snapshot *snapshot,
	struct component *components, size_t n, double now);

/* Once for each sample: what has been missing in ANNOUNCED_MISSED samples and for `grace` seconds,
 * ANNOUNCED_PATIENCE times that if it was missing from the start, is withdrawn from now on.  True
 * if there is such a thing. */
bool announced_age(struct announced *announced, double now, double grace);

/* What an earlier run announced: all of it is missing since now. */
void announced_recall(struct announced *announced, const struct announced *before, double now);

/* Home Assistant is told all of it now; or it is not known whether it heard. */
void announced_tell(struct announced *announced, double now);
void announced_doubt(struct announced *announced);

/* Forgets what was told to be withdrawn `keep` seconds ago.  True if there was any. */
bool announced_drop(struct announced *announced, double now, double keep);

/* When announced_drop() will have something to do; infinity: never. */
double announced_next_drop(const struct announced *announced, double keep);
