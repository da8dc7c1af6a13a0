/* What a new hour brings: coarse rows of the last one, and the end of what is old enough. */
#include "history_store_private.h"

#define MINUTES_DAYS 31
#define QUARTERS_DAYS 731
#define LEAP (2 * DAY)

/* Some at a time, for that costs less than one by one.  And never more than twice what was added
 * since: a clock that is years off for an hour costs two hours of what is oldest, not everything.
 */
static int purge(struct store *store, enum level level, int64_t before)
{
	static const int some[LEVELS] = {[RAW] = 64, [MINUTES] = 24, [QUARTERS] = 7};
	sqlite3_stmt *nth = store_statement(store, NTH_ROW, level), *delete;
	int64_t key = INT64_MAX;
	int result;

	if (nth)
		sqlite3_bind_int(nth, 1, some[level] - 1);
	result = store_number(store, nth, &key);
	if (result != SQLITE_ROW || key >= before)
		return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
	delete = store_statement(store, PURGE_ROWS, level);
	if (delete) {
		sqlite3_bind_int64(delete, 1, before);
		sqlite3_bind_int64(delete, 2,
			2 * (store->added[level] < 2 * some[level] ? store->added[level]
								   : 2 * some[level]));
	}
	store->added[level] = 0;
	return store_finish(store, delete);
}

/* What has not been rolled up yet is kept. */
static int64_t oldest_raw(struct store *store, int64_t now)
{
	int64_t before = now - store->days * DAY, watermark;

	if (!store->rollups)
		return before;
	if (store_watermark(store, MINUTES, now, &watermark) < 0)
		return INT64_MIN;
	return before < watermark ? before : watermark;
}

/* A new hour has begun. */
int retention_settle(struct store *store, int64_t now)
{
	int result = SQLITE_OK;

	for (enum level level = MINUTES; store->rollups && level < LEVELS; level++)
		if (result == SQLITE_OK)
			result = rollup_due(store, level, now);
	if (now < store->doubtful)
		return result;
	if (result == SQLITE_OK)
		result = purge(store, RAW, oldest_raw(store, now));
	if (result == SQLITE_OK)
		result = purge(store, MINUTES, now - MINUTES_DAYS * DAY);
	if (result == SQLITE_OK)
		result = purge(store, QUARTERS, now - QUARTERS_DAYS * DAY);
	return result;
}

/* After a leap of days, ahead of all that is kept, nothing goes for a day of samples: it may be the
 * clock that is wrong, not the samples that are old.  A board without a clock leaps from 1970 to
 * what is kept at every start; that is no leap. */
void retention_doubt(struct store *store, int64_t now)
{
	int64_t newest = now;

	if (store_number(store, store_last_row(store, RAW, now), &newest) == SQLITE_ROW &&
		now - newest > LEAP)
		store->doubtful = now + DAY;
	else if (now < store->last)
		store->doubtful = INT64_MIN;
	store->last = now;
}
