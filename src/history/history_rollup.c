/*
 * Coarse rows from fine ones.  Columns are done one after the other, reading the fine rows anew for
 * each: they lie in SQLite's cache, and all columns at once would cost a megabyte.
 */
#include "history_store_private.h"
#include "mem.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define BUCKETS_MAX 96 /* quarters of a day */
#define SPANS_MAX 48   /* in one go: the rest with the next batch */

struct rollup {
	enum level to;
	int64_t start, begin, end; /* where buckets begin; keys of the fine rows */
	bool used[BUCKETS_MAX];
	struct {
		uint64_t id;
		int decimals;
	} * series;
	size_t n, room;
};

struct bucket {
	double least, sum, greatest;
	size_t n;
};

/* Both levels number their series alike. */
static uint64_t series_of(const struct rollup *rollup, uint64_t column)
{
	return rollup->to == MINUTES ? column : column / LEVEL_PARTS;
}

static void note_series(struct rollup *rollup, const struct packed_column *column)
{
	uint64_t id = series_of(rollup, column->id);

	for (size_t i = 0; i < rollup->n; i++)
		if (rollup->series[i].id == id)
			return;
	if (rollup->n == rollup->room) {
		rollup->room = rollup->room ? 2 * rollup->room : 64;
		rollup->series = xrealloc(rollup->series, rollup->room, sizeof(*rollup->series));
	}
	rollup->series[rollup->n].id = id;
	rollup->series[rollup->n++].decimals = column->decimals;
}

static size_t bucket_of(const struct rollup *rollup, int64_t time)
{
	int64_t bucket = (time - rollup->start) / levels[rollup->to].step;

	return bucket < 0 || bucket >= BUCKETS_MAX ? 0 : (size_t)bucket;
}

static void note_row(struct rollup *rollup, const void *bytes, size_t n, void *unused)
{
	int64_t times[PACK_ROWS_MAX];
	struct unpacked unpacked;
	struct packed_column column;

	(void)unused;
	if (unpack_times(bytes, n, times, &unpacked) < 0)
		return;
	for (size_t i = 0; i < unpacked.rows; i++)
		rollup->used[bucket_of(rollup, times[i])] = true;
	while (unpack_column(&unpacked, &column) > 0)
		note_series(rollup, &column);
}

/* The buckets of one series, and which one. */
struct filling {
	uint64_t id;
	struct bucket buckets[BUCKETS_MAX];
};

static void fill_values(struct rollup *rollup, struct filling *filling, const int64_t *times,
	const double *values, size_t rows, int part)
{
	for (size_t i = 0; i < rows; i++) {
		struct bucket *bucket = &filling->buckets[bucket_of(rollup, times[i])];
		double value = values[i];

		if (isnan(value))
			continue;
		if (part == 0 || part < 0)
			bucket->least = fmin(bucket->least, value);
		if (part == 2 || part < 0)
			bucket->greatest = fmax(bucket->greatest, value);
		if (part == 1 || part < 0) {
			bucket->sum += value;
			bucket->n++;
		}
	}
}

static void fill_row(struct rollup *rollup, const void *bytes, size_t n, void *argument)
{
	struct filling *filling = argument;
	int64_t times[PACK_ROWS_MAX];
	double values[PACK_ROWS_MAX];
	struct unpacked unpacked;
	struct packed_column column;

	if (unpack_times(bytes, n, times, &unpacked) < 0)
		return;
	while (unpack_column(&unpacked, &column) > 0) {
		int part = rollup->to == MINUTES ? -1 : (int)(column.id % LEVEL_PARTS);

		if (series_of(rollup, column.id) == filling->id &&
			unpack_values(&column, unpacked.rows, values) == 0)
			fill_values(rollup, filling, times, values, unpacked.rows, part);
	}
}

static int each_row(struct store *store, struct rollup *rollup,
	void (*tell)(struct rollup *, const void *, size_t, void *), void *argument)
{
	struct store_row row = {.key = rollup->begin - 1};
	int result;

	while ((result = store_row(store, rollup->to - 1, row.key, rollup->end - 1, &row)) ==
		SQLITE_ROW)
		tell(rollup, row.bytes, row.n, argument);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static void pack_parts(struct packed *packed, const struct rollup *rollup,
	const struct filling *filling, int decimals)
{
	double parts[LEVEL_PARTS][BUCKETS_MAX];
	/* a mean of small numbers has more to say than they have */
	int more = decimals >= 0 && decimals < 3 ? decimals + 1 : decimals;
	size_t rows = 0;

	for (size_t i = 0; i < BUCKETS_MAX; i++) {
		const struct bucket *bucket = &filling->buckets[i];

		if (!rollup->used[i])
			continue;
		parts[0][rows] = bucket->n ? bucket->least : NAN;
		parts[1][rows] = bucket->n ? bucket->sum / (double)bucket->n : NAN;
		parts[2][rows++] = bucket->n ? bucket->greatest : NAN;
	}
	for (uint64_t part = 0; part < LEVEL_PARTS; part++)
		pack_column(packed, filling->id * LEVEL_PARTS + part, part == 1 ? more : decimals,
			parts[part], rows);
}

static int pack_rollup(struct store *store, struct rollup *rollup, struct packed *packed)
{
	int64_t times[BUCKETS_MAX];
	struct filling filling;
	size_t rows = 0;
	int result = SQLITE_OK;

	for (int64_t i = 0; i < BUCKETS_MAX; i++)
		if (rollup->used[i])
			times[rows++] = rollup->start + i * levels[rollup->to].step;
	pack_times(packed, times, rows);
	for (size_t i = 0; i < rollup->n && result == SQLITE_OK; i++) {
		filling.id = rollup->series[i].id;
		for (size_t j = 0; j < BUCKETS_MAX; j++)
			filling.buckets[j] = (struct bucket){INFINITY, 0, -INFINITY, 0};
		result = each_row(store, rollup, fill_row, &filling);
		pack_parts(packed, rollup, &filling, rollup->series[i].decimals);
	}
	return result;
}

int rollup_range(struct store *store, enum level to, int64_t begin, int64_t end)
{
	struct rollup rollup = {
		.to = to, .start = time_floor(begin, levels[to].span), .begin = begin, .end = end};
	struct packed packed = {0};
	int result = each_row(store, &rollup, note_row, NULL);

	if (result == SQLITE_OK)
		result = pack_rollup(store, &rollup, &packed);
	if (result == SQLITE_OK) /* also when nothing could be read, so as not to try for ever */
		result = store_insert(store, to, rollup.start, &packed);
	free(packed.at);
	free(rollup.series);
	return result;
}

int rollup_due(struct store *store, enum level to, int64_t now)
{
	int result = SQLITE_OK;

	for (size_t i = 0; i < SPANS_MAX && result == SQLITE_OK; i++) {
		int64_t watermark, start;
		struct store_row row;

		if (store_watermark(store, to, now, &watermark) < 0)
			return sqlite3_errcode(store->db);
		result = store_row(store, to - 1,
			watermark == INT64_MIN ? watermark : watermark - 1, now, &row);
		if (result != SQLITE_ROW)
			return result == SQLITE_DONE ? SQLITE_OK : result;
		start = time_floor(row.key, levels[to].span);
		if (start + levels[to].span > now)
			return SQLITE_OK;
		result = rollup_range(store, to, start, start + levels[to].span);
	}
	return result;
}
