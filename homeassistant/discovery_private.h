#pragma once
/* What discovery.c (what there is to tell) and telling.c (when it is told) share. */
#include "announcement.h"
#include "discovery.h"
#include "remembered.h"

#include <math.h>

#define NEVER INFINITY
#define SAMPLES_FIRST 2 /* the first sample has no rates */

struct discovery {
	sd_event *event;
	sd_event_source *timer;
	const struct config *config;
	const struct node *node;
	struct session *session;
	void (*refresh)(void *self);
	void *self;

	struct announced announced; /* what is, or is about to be, known to Home Assistant */
	struct announced former; /* in another style or under another prefix; style < 0: nothing */
	struct remembered *remembered;
	char *context; /* of the newest snapshot */
	uint64_t shape;
	unsigned samples;
	struct outbox outbox;

	bool handed_over, clearing; /* how far it is with the former */
	bool changed;	/* what Home Assistant should know may differ from what it was told */
	bool repeating; /* the connection is new, or somebody was born: all is told again */
	double changed_at, born_at, refresh_at, retry_at;
};

/* What Home Assistant is told is about to be another set of components. */
void discovery_save(struct discovery *discovery);

/* Does what is due and sets the timer for the rest. */
void discovery_work(struct discovery *discovery);
