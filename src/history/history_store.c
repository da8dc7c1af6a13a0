#include "history_store_private.h"
#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SERIES_ROWS_MAX 8192 /* in the file, over the years; what is new beyond is not kept */

const struct level_row levels[LEVELS] = {
	[RAW] = {"raw", 0, HOUR},
	[MINUTES] = {"minutes", MINUTE, HOUR},
	[QUARTERS] = {"quarters", 15 * MINUTE, DAY},
};

int64_t time_floor(int64_t time, int64_t span)
{
	int64_t rest = time % span;

	return time - (rest < 0 ? rest + span : rest);
}

struct store *store_new(const char *path, int days, bool rollups)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->path = xstrdup(path);
	store->days = days;
	store->rollups = rollups;
	store->hour = store->last = store->doubtful = INT64_MIN;
	return store;
}

void store_free(struct store *store)
{
	if (!store)
		return;
	file_close(store);
	free(store->path);
	free(store);
}

void store_close(struct store *store)
{
	file_close(store);
}

static int find_series(struct store *store, const char *path, uint64_t *ret)
{
	sqlite3_stmt *find = store_statement(store, FIND_SERIES, RAW);
	int64_t id = 0;
	int result;

	if (find)
		sqlite3_bind_text(find, 1, path, -1, SQLITE_STATIC);
	result = store_number(store, find, &id);
	*ret = (uint64_t)id;
	return result;
}

/* SQLITE_DONE: there are too many. */
static int series_id(struct store *store, struct series *series)
{
	sqlite3_stmt *insert;
	int64_t id = 0;
	int result;

	if (series->opening == store->opening)
		return SQLITE_ROW;
	result = find_series(store, series->path, &series->id);
	if (result == SQLITE_DONE) {
		insert = store_statement(store, INSERT_SERIES, RAW);
		if (insert) {
			sqlite3_bind_text(insert, 1, series->path, -1, SQLITE_STATIC);
			sqlite3_bind_int(insert, 2, SERIES_ROWS_MAX);
		}
		result = store_number(store, insert, &id);
		series->id = (uint64_t)id;
	}
	if (result == SQLITE_ROW)
		series->opening = store->opening;
	return result;
}

static int pack_batch(struct store *store, const struct batch *batch, struct packed *packed)
{
	pack_times(packed, batch->times, batch->rows);
	for (size_t i = 0; i < batch->n; i++) {
		const struct batch_column *column = &batch->columns[i];
		int result = series_id(store, column->series);

		if (result == SQLITE_DONE)
			continue;
		if (result != SQLITE_ROW)
			return result;
		pack_column(packed, column->series->id, column->series->decimals, column->values,
			batch->rows);
	}
	return SQLITE_OK;
}

sqlite3_stmt *store_last_row(struct store *store, enum level level, int64_t now)
{
	sqlite3_stmt *last = store_statement(store, LAST_ROW, level);

	if (last)
		sqlite3_bind_int64(last, 1, now);
	return last;
}

int store_insert(struct store *store, enum level level, int64_t key, const struct packed *packed)
{
	int64_t watermark;
	int result;

	do {
		sqlite3_stmt *insert = store_statement(store, INSERT_ROW, level);

		if (insert) {
			sqlite3_bind_int64(insert, 1, key);
			sqlite3_bind_blob64(insert, 2, packed->at, packed->n, SQLITE_STATIC);
		}
		result = store_finish(store, insert);
		/* taken: the clock went back, and two batches begin at the same time */
	} while (result == SQLITE_CONSTRAINT_PRIMARYKEY && ++key);
	store->added[level]++;
	if (result != SQLITE_OK || level + 1 == LEVELS || !store->rollups)
		return result;
	if (store_watermark(store, level + 1, key, &watermark) < 0)
		return sqlite3_errcode(store->db);
	return key < watermark ? rollup_range(store, level + 1, key, key + 1) : SQLITE_OK;
}

static int write_all(struct store *store, const struct batch *batch, bool new_hour)
{
	struct packed packed = {0};
	int result = store_run(store, BEGIN);

	if (result == SQLITE_OK)
		result = pack_batch(store, batch, &packed);
	if (result == SQLITE_OK)
		result = store_insert(store, RAW, batch->times[0], &packed);
	if (result == SQLITE_OK && new_hour)
		result = retention_settle(store, batch->times[0]);
	store_rest(store);
	if (result == SQLITE_OK)
		result = store_run(store, COMMIT);
	free(packed.at);
	return result;
}

int store_write(struct store *store, const struct batch *batch)
{
	int64_t hour = time_floor(batch->times[0], HOUR);
	bool new_hour = hour != store->hour;
	int result, r = file_look(store);

	if (r < 0)
		return r;
	retention_doubt(store, batch->times[0]);
	result = write_all(store, batch, new_hour);
	if (result != SQLITE_OK) {
		if (!sqlite3_get_autocommit(store->db))
			(void)store_run(store, ROLLBACK);
		store->opening++; /* ids given in it are none */
		return file_result(store, result);
	}
	store->hour = hour;
	file_well(store);
	if (new_hour)
		result = sqlite3_wal_checkpoint_v2(
			store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	store_rest(store);
	(void)file_result(store, result); /* the batch is kept, whatever came of that */
	return 0;
}

int store_look(struct store *store)
{
	int r = file_look(store);

	store_rest(store);
	return r;
}

int store_next(
	struct store *store, enum level level, int64_t after, int64_t until, struct store_row *ret)
{
	int result, r = file_open(store);

	if (r < 0)
		return r;
	result = store_row(store, level, after, until, ret);
	if (result == SQLITE_ROW)
		return 1;
	return result == SQLITE_DONE ? 0 : file_result(store, result);
}

static int find_key(struct store *store, sqlite3_stmt *statement, int64_t *ret)
{
	int result = store_number(store, statement, ret);

	return result == SQLITE_ROW || result == SQLITE_DONE ? 0 : -EIO;
}

int store_watermark(struct store *store, enum level level, int64_t now, int64_t *ret)
{
	int64_t key = INT64_MIN;

	if (!store->db || find_key(store, store_last_row(store, level, now), &key) < 0)
		return -EIO;
	*ret = key == INT64_MIN ? key : time_floor(key, levels[level].span) + levels[level].span;
	return 0;
}

int store_oldest(struct store *store, enum level level, int64_t *ret)
{
	*ret = INT64_MAX;
	return store->db ? find_key(store, store_statement(store, FIRST_ROW, level), ret) : -EIO;
}

int store_series(struct store *store, const char *path, uint64_t *ret)
{
	int result, r = file_open(store);

	if (r < 0)
		return r;
	result = find_series(store, path, ret);
	if (result == SQLITE_DONE)
		return -ENOENT;
	return result == SQLITE_ROW ? 0 : file_result(store, result);
}

int store_all_series(struct store *store, void (*tell)(void *self, const char *path), void *self)
{
	int result, r = file_open(store);
	sqlite3_stmt *all;

	if (r < 0)
		return r;
	all = store_statement(store, ALL_SERIES, RAW);
	while ((result = store_step(store, all)) == SQLITE_ROW)
		tell(self, (const char *)sqlite3_column_text(all, 0));
	if (all)
		sqlite3_reset(all);
	return result == SQLITE_DONE ? 0 : file_result(store, result);
}
