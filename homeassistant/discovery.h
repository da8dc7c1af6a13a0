#pragma once
/*
 * Snapshot → Home Assistant discovery messages; again on Home Assistant's birth, or when a thing
 * appears or goes.  What was announced is remembered in the state directory, so that nothing is
 * orphaned by a restart.
 */
#include "sampler.h"
#include "session.h"
#include "tree.h"

struct discovery;

/* Borrows all; listens on the session for CONNACK and births.  refresh() is called (with self)
 * after a birth or a changed announcement, since Home Assistant then wants every value again. */
int discovery_open(sd_event *event, const struct config *config, const struct node *node,
	struct session *session, void (*refresh)(void *self), void *self, struct discovery **ret);
struct discovery *discovery_close(struct discovery *discovery);

/* The sink. */
void discovery_sample(void *discovery, const struct snapshot *snapshot);

/* The messages for a snapshot, in order, without sending: for `once --format discovery`, tests and
 * discovery_sample(). emit(self, topic, payload). */
void discovery_render(const struct config *config, const struct node *node,
	const struct snapshot *snapshot,
	void (*emit)(void *self, const char *topic, const char *payload), void *self);
