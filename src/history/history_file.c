/*
 * The file itself.  Exclusive locking keeps the index of the write-ahead log in memory: in a shared
 * file beside it, it would cost more writes than the values.  Commits go to the log unsynchronised
 * (the kernel writes it within half a minute); once an hour it is moved into the database, with
 * syncs before and after.  A cut loses what is not on the disk by then, never what was there.
 */
#include "history_store_private.h"
#include "log.h"
#include "mem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define APPLICATION 0x70697374 /* "pist" */
#define FORMAT 1
#define KEPT_ASIDE 2

static const char settings[] =
	"PRAGMA page_size=1024;"
	"PRAGMA locking_mode=EXCLUSIVE;"
	"PRAGMA journal_mode=WAL;"
	"PRAGMA synchronous=NORMAL;"
	"PRAGMA wal_autocheckpoint=0;"
	"PRAGMA cache_size=-256;"   /* KiB */
	"PRAGMA secure_delete=OFF;" /* Debian's default is to write what is deleted once more */
	"PRAGMA cache_spill=OFF;"
	"PRAGMA temp_store=MEMORY;";

static const char schema[] =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE series (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);"
	"CREATE TABLE raw (first INTEGER PRIMARY KEY, packed BLOB NOT NULL);"
	"CREATE TABLE minutes (first INTEGER PRIMARY KEY, packed BLOB NOT NULL);"
	"CREATE TABLE quarters (first INTEGER PRIMARY KEY, packed BLOB NOT NULL);"
	"PRAGMA application_id=1885959028;" /* APPLICATION */
	"PRAGMA user_version=1;"	    /* FORMAT */
	"COMMIT;";

void file_close(struct store *store)
{
	for (size_t sql = 0; sql < STORE_SQL; sql++) {
		for (size_t level = 0; level < LEVELS; level++) {
			sqlite3_finalize(store->statements[sql][level]);
			store->statements[sql][level] = NULL;
		}
	}
	sqlite3_close(store->db);
	store->db = NULL;
}

/* Keeps the newest few: "history.db.damaged-20261121-130501" sorts by its time. */
static void drop_oldest_aside(const char *path)
{
	auto_free char *prefix = NULL, *oldest = NULL, *folder = xstrdup(path);
	char *slash = strrchr(folder, '/');
	size_t n = 0;
	auto_dir DIR *dir = NULL;

	prefix = xasprintf("%s.damaged-", slash ? slash + 1 : folder);
	if (slash)
		*slash = '\0';
	dir = opendir(!slash ? "." : slash == folder ? "/" : folder);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		size_t end = strlen(entry->d_name);

		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
			strcmp(entry->d_name + (end > 4 ? end - 4 : 0), "-wal") == 0)
			continue;
		n++;
		if (!oldest || strcmp(entry->d_name, oldest) < 0) {
			free(oldest);
			oldest = xstrdup(entry->d_name);
		}
	}
	if (n > KEPT_ASIDE) {
		auto_free char *log_name = xasprintf("%s-wal", oldest);

		(void)unlinkat(dirfd(dir), oldest, 0);
		(void)unlinkat(dirfd(dir), log_name, 0);
		drop_oldest_aside(path);
	}
}

static void set_aside(struct store *store, const char *why)
{
	char when[32] = "";
	time_t now = time(NULL);
	struct tm utc;
	auto_free char *to = NULL, *log_from = NULL, *log_to = NULL;

	if (gmtime_r(&now, &utc))
		(void)strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &utc);
	to = xasprintf("%s.damaged-%s", store->path, when);
	log_from = xasprintf("%s-wal", store->path);
	log_to = xasprintf("%s-wal", to);
	file_close(store);
	if (rename(store->path, to) < 0) {
		log_error("history: %s is damaged (%s) and cannot be set aside: %s", store->path,
			why, strerror(errno));
		return;
	}
	(void)rename(log_from, log_to);
	drop_oldest_aside(store->path);
	log_warning("history: %s is damaged (%s): set aside as %s, beginning anew", store->path,
		why, to);
}

static int error_of(struct store *store, int result)
{
	int system = store->db ? sqlite3_system_errno(store->db) : 0;

	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_PERM:
		return -EACCES;
	default:
		return system > 0 ? -system : -EIO;
	}
}

int file_result(struct store *store, int result)
{
	int r = error_of(store, result);

	if (r == 0)
		return 0;
	if (r == -EBADMSG) {
		set_aside(store, sqlite3_errstr(result));
		return r;
	}
	if (!store->trouble)
		log_warning("history: %s: %s; values wait in memory until it can be written",
			store->path, r == -EBUSY ? "another pistat uses it" : strerror(-r));
	store->trouble = r;
	/* what was opened for reading only would stay so */
	if (r != -ENOSPC)
		file_close(store);
	return r;
}

void file_well(struct store *store)
{
	if (store->trouble)
		log_info("history: %s: written again", store->path);
	store->trouble = 0;
}

static int number_of(sqlite3 *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? SQLITE_OK : result;
}

/* A log that was left behind means that the last end was none: then it pays to look at all pages.
 */
static int look_for_damage(sqlite3 *db, bool unclean)
{
	sqlite3_stmt *statement = NULL;
	int result;

	if (!unclean)
		return SQLITE_OK;
	result = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW) {
		const char *said = (const char *)sqlite3_column_text(statement, 0);

		result = said && strcmp(said, "ok") == 0 ? SQLITE_OK : SQLITE_CORRUPT;
	}
	sqlite3_finalize(statement);
	return result;
}

/* Empty, ours, or somebody else's. */
static int prepare(struct store *store, bool unclean)
{
	int64_t application = 0, format = 0, tables = 0;
	int result = sqlite3_exec(store->db, settings, NULL, NULL, NULL);

	if (result == SQLITE_OK)
		result = number_of(store->db, "PRAGMA application_id", &application);
	if (result == SQLITE_OK)
		result = number_of(store->db, "PRAGMA user_version", &format);
	if (result == SQLITE_OK)
		result = number_of(store->db, "SELECT count(*) FROM sqlite_master", &tables);
	if (result != SQLITE_OK)
		return result;
	if (!application && !tables)
		return sqlite3_exec(store->db, schema, NULL, NULL, NULL);
	if (application != APPLICATION || format != FORMAT) {
		log_error("history: %s is %s: left alone, nothing is kept", store->path,
			application == APPLICATION ? "of another version of pistat"
						   : "not pistat's");
		store->foreign = true;
		return SQLITE_OK;
	}
	return look_for_damage(store->db, unclean);
}

/* Whoever writes there first makes the folder. */
static void make_folder(const char *path)
{
	auto_free char *folder = xstrdup(path);

	for (char *at = folder; (at = strchr(at + 1, '/')); *at = '/') {
		*at = '\0';
		(void)mkdir(folder, strchr(at + 1, '/') ? 0755 : 0700);
	}
}

static int open_once(struct store *store)
{
	auto_free char *log_name = xasprintf("%s-wal", store->path);
	bool unclean = access(log_name, F_OK) == 0;
	int result, r;

	make_folder(store->path);
	result = sqlite3_open_v2(store->path, &store->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	if (result == SQLITE_OK) {
		sqlite3_extended_result_codes(store->db, 1);
		result = prepare(store, unclean);
	}
	r = file_result(store, result);
	if (store->db && (r < 0 || store->foreign))
		file_close(store);
	return store->foreign ? -EPERM : r;
}

/* Who wants to begin anew deletes the file, and what went to it from then on would be lost. */
static bool is_moved(struct store *store)
{
	int moved = 0;

	return store->db &&
	       sqlite3_file_control(store->db, NULL, SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
	       moved;
}

int file_look(struct store *store)
{
	if (is_moved(store)) {
		file_close(store);
		log_warning("history: %s was taken away: beginning anew", store->path);
	}
	return file_open(store);
}

int file_open(struct store *store)
{
	int r;

	if (store->db)
		return 0;
	if (store->foreign)
		return -EPERM;
	r = open_once(store);
	if (r == -EBADMSG) /* it has been set aside, and the next is a new one */
		r = open_once(store);
	if (r >= 0)
		store->opening++;
	return r;
}
