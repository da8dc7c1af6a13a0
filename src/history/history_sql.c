/* The statements of the store, each compiled when it is first needed. */
#include "history_store_private.h"

#include <stdio.h>

/* %s is the level's table. */
static const char *const texts[STORE_SQL] = {
	[INSERT_ROW] = "INSERT INTO %s VALUES (?1, ?2)",
	[NEXT_ROW] = "SELECT first, packed FROM %s WHERE first > ?1 AND first <= ?2"
		     " ORDER BY first LIMIT 1",
	[LAST_ROW] = "SELECT first FROM %s WHERE first <= ?1 ORDER BY first DESC LIMIT 1",
	[FIRST_ROW] = "SELECT first FROM %s ORDER BY first LIMIT 1",
	[NTH_ROW] = "SELECT first FROM %s ORDER BY first LIMIT 1 OFFSET ?1",
	[PURGE_ROWS] = "DELETE FROM %1$s WHERE first IN"
		       " (SELECT first FROM %1$s WHERE first < ?1 ORDER BY first LIMIT ?2)",
	[INSERT_SERIES] = "INSERT INTO series (path) SELECT ?1"
			  " WHERE (SELECT count(*) FROM series) < ?2 RETURNING id",
	[FIND_SERIES] = "SELECT id FROM series WHERE path = ?1",
	[ALL_SERIES] = "SELECT path FROM series ORDER BY path",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

sqlite3_stmt *store_statement(struct store *store, enum store_sql sql, enum level level)
{
	sqlite3_stmt **statement = &store->statements[sql][level];
	char text[256];

	if (!*statement) {
		snprintf(text, sizeof(text), texts[sql], levels[level].table);
		if (sqlite3_prepare_v3(store->db, text, -1, SQLITE_PREPARE_PERSISTENT, statement,
			    NULL) != SQLITE_OK)
			return NULL;
	}
	sqlite3_reset(*statement);
	sqlite3_clear_bindings(*statement);
	return *statement;
}

int store_step(struct store *store, sqlite3_stmt *statement)
{
	return statement ? sqlite3_step(statement) : sqlite3_errcode(store->db);
}

/* To its end, so that it holds nothing. */
int store_finish(struct store *store, sqlite3_stmt *statement)
{
	int result = store_step(store, statement);

	if (statement && result != SQLITE_ROW && result != SQLITE_DONE)
		result = sqlite3_reset(statement);
	else if (statement)
		sqlite3_reset(statement);
	return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

int store_run(struct store *store, enum store_sql sql)
{
	return store_finish(store, store_statement(store, sql, RAW));
}

/* One number; SQLITE_ROW, or SQLITE_DONE if there is none. */
int store_number(struct store *store, sqlite3_stmt *statement, int64_t *ret)
{
	int result = store_step(store, statement);

	if (result == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	if (statement)
		sqlite3_reset(statement);
	return result;
}

int store_row(
	struct store *store, enum level level, int64_t after, int64_t until, struct store_row *ret)
{
	sqlite3_stmt *next = store_statement(store, NEXT_ROW, level);
	int result;

	if (next) {
		sqlite3_bind_int64(next, 1, after);
		sqlite3_bind_int64(next, 2, until);
	}
	result = store_step(store, next);
	if (result == SQLITE_ROW)
		*ret = (struct store_row){sqlite3_column_int64(next, 0),
			sqlite3_column_blob(next, 1), (size_t)sqlite3_column_bytes(next, 1)};
	else if (next)
		sqlite3_reset(next);
	return result;
}

/* A row that is still held keeps the log from being moved into the database; and pages are cheap to
 * get again. */
void store_rest(struct store *store)
{
	for (enum level level = RAW; level < LEVELS; level++)
		if (store->statements[NEXT_ROW][level])
			sqlite3_reset(store->statements[NEXT_ROW][level]);
	if (store->db)
		(void)sqlite3_db_release_memory(store->db);
}
