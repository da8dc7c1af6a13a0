#pragma once
/*
 * Snapshot → the state document and scalars; only what moved beyond its deadband, everything at
 * refresh, on CONNACK and on command.  Scalars that no longer exist are cleared, those of earlier
 * runs included.
 */
#include "sampler.h"
#include "session.h"
#include "tree.h"

struct publisher;

/* Borrows all; registers itself with the session. */
int publisher_open(sd_event *event, const struct config *config, const struct node *node,
	struct session *session, struct publisher **ret);
struct publisher *publisher_close(struct publisher *publisher);

/* The sink. */
void publisher_sample(void *publisher, const struct snapshot *snapshot);

/* Everything in full at the next opportunity: now, if the session is up and there is a snapshot. */
void publisher_refresh(struct publisher *publisher);

/* Pure, for tests: is `now` worth telling after `before`? */
bool publisher_moved(
	const struct config *config, const struct reading *before, const struct reading *now);
