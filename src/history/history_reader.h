#pragma once
/*
 * Rows of values in the order of their times, from a level of the store and from batches that are
 * not written yet.  Rows of the store overlap where the clock went back: a few are open at a time,
 * and the oldest value of any comes next.  Between two calls nothing of SQLite's is held.
 */
#include "history_store.h"

/* What is asked for, in any order. */
struct wanted {
	char *path, *name;
	uint64_t id; /* 0: not in the file */
	bool member; /* of an array: all under one name are one */
};

struct triple {
	double least, mean, greatest; /* NaN: none */
};

#define SOURCES_MAX 48

struct source {
	int64_t *times;
	double *values; /* of wanted × parts columns, one after the other */
	size_t rows, at;
	bool written; /* of the store */
};

struct reader {
	struct store *store;
	const struct wanted *wanted;
	size_t n, parts;
	enum level level;
	int64_t from, to; /* of times: from <= time < to */
	int64_t key, newest;
	bool ended;
	struct source sources[SOURCES_MAX];
	size_t sources_n, written_n;
	const struct batch *const *batches; /* those that are not written */
	size_t batches_n;
};

/* Borrows what it is given.  The batches are of level RAW. */
void reader_open(struct reader *reader, struct store *store, enum level level, int64_t from,
	int64_t to, const struct wanted *wanted, size_t n);
void reader_add(struct reader *reader, const struct batch *const *batches, size_t n);
void reader_close(struct reader *reader);

/* A triple for each that is wanted; false after the last. */
bool reader_next(struct reader *reader, int64_t *ret_time, struct triple *ret);
