#pragma once
/*
 * Edges worth telling: what changed between two snapshots that a person wants to hear of at once.
 */
#include "sampler.h"
#include "session.h"
#include "tree.h"

/* The event types, for Home Assistant's event entity; NULL ends the list. */
extern const char *const event_types[];

struct events;

int events_open(const struct config *config, const struct node *node, struct session *session,
	struct events **ret);
struct events *events_close(struct events *events);

/* The sink. */
void events_sample(void *events, const struct snapshot *snapshot);

/* At once, between samples: the supply fell below its limit, or is above it again. */
void events_under_voltage(struct events *events, double wall, bool dipped, bool low);

/* Pure, for tests: calls tell() for each edge with the event's JSON. */
void events_compare(const struct snapshot *before, const struct snapshot *now,
	void (*tell)(void *self, const char *json), void *self);
