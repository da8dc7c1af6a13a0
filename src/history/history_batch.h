#pragma once
/*
 * A batch: the samples between two writes, as columns.  The loop fills it; sealed, nobody changes
 * it any more and the lane may read it.  Holders are counted by the loop alone.
 */
#include "snapshot.h"

#include <stdint.h>

/* One series of values: a metric of one member.  Lives as long as the history, where it is. */
struct series {
	enum metric_id metric;
	char key[KEY_SIZE];
	char *path; /* in the document: "network.eth0.recv_rate" */
	int decimals;
	uint64_t id, opening; /* the lane's: its row in the file, and in which opening of it */
};

struct all_series {
	struct series **at;
	size_t n, room;
};

struct batch_column {
	struct series *series;
	double *values; /* NaN where there is none */
};

struct batch {
	size_t holders;
	int64_t *times; /* milliseconds since 1970, ascending */
	size_t rows, room;
	struct batch_column *columns;
	size_t n, columns_room;
};

/* Series beyond are not kept: a bound for memory, twice what the largest machine has. */
#define SERIES_MAX 1024

/* room: rows that it can hold. */
struct batch *batch_new(size_t room);
struct batch *batch_hold(struct batch *batch);
/* A batch of its own with the same rows. */
struct batch *batch_copy(const struct batch *batch);
void batch_free(struct batch *batch);

/* One more row, of all that the catalogue wants kept; there must be room. */
void batch_add(struct batch *batch, struct all_series *series, const struct snapshot *snapshot,
	int64_t time);

/* How many numbers it has room for: what it costs. */
size_t batch_size(const struct batch *batch);

void all_series_free(struct all_series *series);
