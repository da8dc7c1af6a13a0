#pragma once
/*
 * The newest snapshot, and beside each reading what was told of it last.  A value that could not be
 * sent is just not told yet: the newest goes out next time.
 */
#include "deadband.h"

struct told {
	double number, mono;
	bool due; /* never told on this connection, or a state or text that changed since */
	struct deadband deadband;
};

struct told_all {
	struct snapshot newest; /* shared */
	struct told *at;	/* as many */
};

/* Keeps the snapshot; gone() hears of each reading whose place in the document is empty now. */
void told_absorb(struct told_all *all, const struct config *config, const struct snapshot *snapshot,
	void (*gone)(void *self, const struct reading *reading), void *self);

/* Is the i-th worth telling?  stale: seconds after which it is, moved or not. */
bool told_due(const struct told_all *all, size_t i, double stale);
void told_mark(struct told_all *all, size_t i);

/* Everything is worth telling again. */
void told_forget(struct told_all *all);
void told_free(struct told_all *all);
