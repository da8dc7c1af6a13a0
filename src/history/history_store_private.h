#pragma once
/*
 * What the files about the store share: history_store.c writes and reads rows, history_file.c opens
 * the file and copes with what is wrong with it, history_rollup.c makes coarse rows of fine ones.
 */
#include "history_pack.h"
#include "history_store.h"

#include <sqlite3.h>

enum store_sql {
	INSERT_ROW, /* these are of a level */
	NEXT_ROW,
	LAST_ROW,
	FIRST_ROW,
	NTH_ROW,
	PURGE_ROWS,
	INSERT_SERIES, /* and these are not */
	FIND_SERIES,
	ALL_SERIES,
	BEGIN,
	COMMIT,
	ROLLBACK,
	STORE_SQL,
};

struct store {
	char *path;
	int days;
	bool rollups;
	sqlite3 *db; /* NULL: not open */
	sqlite3_stmt *statements[STORE_SQL][LEVELS];
	uint64_t opening;
	int64_t hour, last;    /* when the last batch began, and its hour */
	int64_t doubtful;      /* until then nothing is thrown away */
	int64_t added[LEVELS]; /* rows since the last purge */
	bool foreign;	       /* the file is not ours: it is left alone */
	int trouble;	       /* what was said last; 0: all is well */
};

/* history_file.c: opens it if need be.  And: opens it anew if it is not where it was. */
int file_open(struct store *store);
int file_look(struct store *store);
void file_close(struct store *store);
/* Says what is wrong, once; a damaged file is set aside, and what may mend itself is closed to be
 * opened anew.  Takes an SQLite result, gives what the caller returns. */
int file_result(struct store *store, int result);
/* Something was written: says so if it could not be before. */
void file_well(struct store *store);

/* history_sql.c: results are SQLite's.  Reset and unbound; NULL if it cannot be. */
sqlite3_stmt *store_statement(struct store *store, enum store_sql sql, enum level level);
int store_step(struct store *store, sqlite3_stmt *statement); /* NULL: why it is none */
/* To its end, so that it holds nothing. */
int store_finish(struct store *store, sqlite3_stmt *statement);
int store_run(struct store *store, enum store_sql sql);
/* SQLITE_ROW, or SQLITE_DONE if there is none. */
int store_number(struct store *store, sqlite3_stmt *statement, int64_t *ret);
int store_row(
	struct store *store, enum level level, int64_t after, int64_t until, struct store_row *ret);

/* history_store.c. */
/* Adds a row, and rolls it up at once if its time has been rolled up before; an SQLite result. */
int store_insert(struct store *store, enum level level, int64_t key, const struct packed *packed);

sqlite3_stmt *store_last_row(struct store *store, enum level level, int64_t now);

/* history_retention.c: an SQLite result.  And: a batch of this time comes next. */
int retention_settle(struct store *store, int64_t now);
void retention_doubt(struct store *store, int64_t now);

/* history_rollup.c: SQLite results.  One row of `to` from all rows of the level before it with
 * begin <= key < end; key: that of the new row. */
int rollup_range(struct store *store, enum level to, int64_t begin, int64_t end);
/* All spans that are over. */
int rollup_due(struct store *store, enum level to, int64_t now);
