#pragma once
/*
 * The file of the history, an SQLite database: who may use it is the lane alone.  Three tables of
 * the same shape, each row a packed batch (history_pack.h) under its first time:
 *
 *	raw       every sample; a column's id is the series'
 *	minutes   an hour in a row, quarters a day: for each series three columns, the least, the
 *                mean and the greatest value of each minute or quarter of an hour
 *
 * A row is never changed; one whose time is taken (the clock went back) gets the next free one.
 * Errors: -EBADMSG the file is damaged, others as the system says; the store has said them, once.
 */
#include "history_batch.h"

enum level { RAW, MINUTES, QUARTERS, LEVELS };

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define LEVEL_PARTS 3 /* least, mean, greatest */

struct level_row {
	const char *table;
	int64_t step; /* milliseconds from one time to the next; 0: as sampled */
	int64_t span; /* no row reaches further than this */
};

extern const struct level_row levels[LEVELS];

struct store;

/* Nothing is opened before it is needed.  days: how long raw is kept; rollups: whether the other
 * levels are. */
struct store *store_new(const char *path, int days, bool rollups);
void store_free(struct store *store);
/* Opened again when it is needed. */
void store_close(struct store *store);

/* Writes a batch, and when an hour is over what follows from that. */
int store_write(struct store *store, const struct batch *batch);

/* Only looks that the file can be used. */
int store_look(struct store *store);

struct store_row {
	int64_t key;
	const void *bytes; /* the store's until its next call */
	size_t n;
};

/* The first row with key > after and key <= until: 1, 0 if there is none. */
int store_next(
	struct store *store, enum level level, int64_t after, int64_t until, struct store_row *ret);

/* Lets go of the last row: nothing of the file is held. */
void store_rest(struct store *store);

/* Up to here, not beyond now, the level has been made from the one before it; INT64_MIN: nothing
 * yet. */
int store_watermark(struct store *store, enum level level, int64_t now, int64_t *ret);
/* The oldest key; INT64_MAX if there is none. */
int store_oldest(struct store *store, enum level level, int64_t *ret);

/* The id of a series: 0, or -ENOENT. */
int store_series(struct store *store, const char *path, uint64_t *ret);
/* Calls tell() for all of them, in the order of their paths. */
int store_all_series(struct store *store, void (*tell)(void *self, const char *path), void *self);

/* The largest multiple of span that is not after the time. */
int64_t time_floor(int64_t time, int64_t span);
