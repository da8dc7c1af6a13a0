#pragma once
/*
 * Retained topics that may no longer carry a value: of readings that went away, and of earlier
 * runs, as the broker told them after we connected.  They are cleared once, when it is sure that
 * nothing speaks there.
 */
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/* More than any node can have; whoever fills our tree with more keeps the rest. */
#define LEFTOVERS_MAX 16384

struct leftovers {
	char **topics;
	size_t n, room;
};

void leftovers_add(struct leftovers *leftovers, const char *topic);
void leftovers_clear(struct leftovers *leftovers);

/* Seconds after the first sample in which a topic may be ours although nothing speaks there yet. */
double leftovers_patience(const struct config *config);

/* Takes away those that used() wants to keep; clear() returns negative to try the rest another
 * time. */
void leftovers_purge(struct leftovers *leftovers, bool (*used)(void *self, const char *topic),
	int (*clear)(void *self, const char *topic), void *self);
