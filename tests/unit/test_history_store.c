/* The file of the history: what is written comes back, is rolled up and goes in time, whatever the
 * clock, the disk and the power do. */
#include "unit.h"

#include "../../src/history/history_question.c"
#include "../../src/history/history_store_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGIN INT64_C(1700006400000) /* a midnight */
#define INTERVAL (10 * SECOND)

struct rig {
	char folder[64], path[96];
	struct store *store;
	struct all_series series;
};

static void rig_begin(struct rig *rig, int days, bool rollups)
{
	store_free(rig->store);
	all_series_free(&rig->series);
	rig->store = store_new(rig->path, days, rollups);
}

static int setup(void **state)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));

	strcpy(rig->folder, "/tmp/pistat-history-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->path, sizeof(rig->path), "%s/history.db", rig->folder);
	rig_begin(rig, 7, true);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;
	DIR *dir = opendir(rig->folder);

	store_free(rig->store);
	all_series_free(&rig->series);
	for (struct dirent *entry; (entry = readdir(dir));)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	assert_int_equal(rmdir(rig->folder), 0);
	free(rig);
	return 0;
}

/* CPU usage is the number of the sample within its day, modulo 1000, in tenths. */
static double value_at(int64_t time)
{
	return (double)(time / INTERVAL % 1000) / 10;
}

static struct batch *batch_of(struct rig *rig, int64_t from, int64_t to, int64_t interval)
{
	struct batch *batch = batch_new((size_t)((to - from) / interval) + 1);

	for (int64_t time = from; time < to; time += interval) {
		struct slice slice = {0};
		const struct slice *all[] = {&slice};
		struct snapshot snapshot;

		put(&slice, CPU_USAGE, "", value_at(time));
		put(&slice, LOAD, "1m", 0.25);
		put(&slice, NET_RECV_RATE, "eth0", (double)(time % 1000000));
		put_text(&slice, HARDWARE_MODEL, "", "not a number");
		snapshot = snapshot_seal(all, 1, (double)time / 1000, 0);
		batch_add(batch, &rig->series, &snapshot, time);
		snapshot_free(&snapshot);
		slice_free(&slice);
	}
	return batch;
}

static int write_range(struct rig *rig, int64_t from, int64_t to, int64_t interval)
{
	struct batch *batch = batch_of(rig, from, to, interval);
	int r = store_write(rig->store, batch);

	batch_free(batch);
	return r;
}

/* As the loop does it: in batches of ten minutes. */
static void write_samples(struct rig *rig, int64_t from, int64_t to, int64_t interval)
{
	for (int64_t at = from; at < to; at += 10 * MINUTE)
		assert_int_equal(write_range(rig, at, at + 10 * MINUTE < to ? at + 10 * MINUTE : to,
					 interval),
			0);
}

static char *ask(struct rig *rig, enum history_form form, const char *metrics, int64_t from,
	int64_t to, unsigned points)
{
	struct question question = {.form = form,
		.from = from,
		.to = to,
		.interval = INTERVAL,
		.points = points,
		.metrics = xstrdup(metrics)};
	struct text all = {0};

	while (!question.ended) {
		question_work(&question, rig->store);
		text_add(&all, question.text.at, question.text.n);
		question.text.n = 0;
	}
	question_clear(&question);
	return all.at;
}

static int64_t number(struct rig *rig, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t found = -1;

	assert_int_equal(store_look(rig->store), 0);
	assert_int_equal(sqlite3_prepare_v2(rig->store->db, sql, -1, &statement, NULL), SQLITE_OK);
	if (sqlite3_step(statement) == SQLITE_ROW)
		found = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return found;
}

/* How many values an answer has; they are in the order of their times. */
static size_t count(const char *text, double *ret_first, double *ret_last)
{
	size_t n = 0;
	double before = 0;

	for (const char *at = text; (at = strstr(at, "\"ts\":")); at++) {
		double time = strtod(at + 5, NULL);

		assert_true(time >= before);
		if (!n++ && ret_first)
			*ret_first = time;
		before = time;
	}
	if (ret_last)
		*ret_last = before;
	return n;
}

static size_t count_all(struct rig *rig, int64_t from, int64_t to)
{
	auto_free char *text = ask(rig, HISTORY_VALUES, "cpu_usage", from, to, 0);

	return count(text, NULL, NULL);
}

static void values_come_back(void **state)
{
	struct rig *rig = *state;
	double first, last;
	char expected[128];
	char *text;

	write_samples(rig, BEGIN, BEGIN + 2 * HOUR, INTERVAL);
	text = ask(rig, HISTORY_VALUES, "cpu_usage", BEGIN + MINUTE, BEGIN + 90 * MINUTE, 0);
	assert_int_equal(count(text, &first, &last), 89 * 6);
	assert_true(first == (double)(BEGIN + MINUTE) / 1000);
	snprintf(expected, sizeof(expected), "{\"ts\":%lld.0,\"value\":%g},",
		(long long)((BEGIN + HOUR) / 1000), value_at(BEGIN + HOUR));
	assert_non_null(strstr(text, expected));
	free(text);
	text = ask(rig, HISTORY_VALUES, "cpu_temp", BEGIN, BEGIN + HOUR, 0);
	assert_string_equal(text, "[]\n"); /* this machine might have had one */
	free(text);
	text = ask(rig, HISTORY_VALUES, "nonsense\"", BEGIN, BEGIN + HOUR, 0);
	assert_non_null(strstr(text, "{\"error\":\"Invalid metric: 'nonsense\\\"'\",\"metrics\":["
				     "\"cpu_usage\",\"load_avg.1m\",\"network.eth0.recv_rate\"]}"));
	free(text);
}

static void it_survives_a_restart(void **state)
{
	struct rig *rig = *state;

	write_samples(rig, BEGIN, BEGIN + HOUR, INTERVAL);
	rig_begin(rig, 7, true);
	write_samples(rig, BEGIN + HOUR, BEGIN + 2 * HOUR, INTERVAL);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 720);
	assert_int_equal(number(rig, "SELECT count(*) FROM series"), 3);
}

static void hours_are_rolled_up(void **state)
{
	struct rig *rig = *state;
	double sum = 0, least, mean, greatest;
	char *text, *at;

	write_samples(rig, BEGIN, BEGIN + 3 * HOUR + 10 * MINUTE, INTERVAL);
	assert_int_equal(number(rig, "SELECT count(*) FROM minutes"), 3);
	/* older than what is left of raw */
	assert_int_equal(sqlite3_exec(rig->store->db, "DELETE FROM raw", NULL, NULL, NULL), 0);
	text = ask(rig, HISTORY_BUCKETS, "cpu_usage", BEGIN, BEGIN + 3 * HOUR, 180);
	assert_non_null(strstr(text, "\"step\":60,"));
	at = strstr(text, "\n[");
	for (int64_t time = BEGIN; time < BEGIN + MINUTE; time += INTERVAL)
		sum += value_at(time) / 6;
	assert_int_equal(sscanf(at, "\n[%*[0-9.],[%lf,%lf,%lf]]", &least, &mean, &greatest), 3);
	assert_true(least == value_at(BEGIN));
	assert_true(greatest == value_at(BEGIN + MINUTE - INTERVAL));
	assert_true(fabs(mean - sum) < 0.01);
	free(text);
}

static void days_are_rolled_up(void **state)
{
	struct rig *rig = *state;
	char *text;
	size_t n = 0;

	write_samples(rig, BEGIN, BEGIN + 50 * HOUR, 10 * INTERVAL);
	assert_int_equal(number(rig, "SELECT count(*) FROM quarters"), 2);
	text = ask(rig, HISTORY_BUCKETS, "cpu_usage,load_avg.1m", BEGIN, BEGIN + 50 * HOUR, 200);
	assert_non_null(strstr(text, "\"step\":900,"));
	for (const char *at = text; (at = strstr(at, "\n[")); at++)
		n++;
	assert_int_equal(n, 200); /* those of the third day come from finer levels */
	assert_non_null(strstr(text, "[0.25,0.25,0.25]]"));
	assert_null(strstr(text, "null"));
	free(text);
}

static void without_rollups_there_are_none(void **state)
{
	struct rig *rig = *state;

	rig_begin(rig, 7, false);
	write_samples(rig, BEGIN, BEGIN + 3 * HOUR, INTERVAL);
	assert_int_equal(number(rig, "SELECT count(*) FROM minutes"), 0);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 3 * 360);
}

static void what_was_missed_is_rolled_up_later(void **state)
{
	struct rig *rig = *state;

	rig_begin(rig, 7, false);
	write_samples(rig, BEGIN, BEGIN + 3 * HOUR, INTERVAL);
	rig_begin(rig, 7, true);
	write_samples(rig, BEGIN + 3 * HOUR, BEGIN + 3 * HOUR + 10 * MINUTE, INTERVAL);
	assert_int_equal(number(rig, "SELECT count(*) FROM minutes"), 3);
}

static void old_samples_go(void **state)
{
	struct rig *rig = *state;
	int64_t now = BEGIN + 9 * DAY;

	rig_begin(rig, 2, true);
	write_samples(rig, BEGIN, now, 10 * INTERVAL);
	assert_true(number(rig, "SELECT min(first) FROM raw") >= now - 3 * DAY);
	assert_true(number(rig, "SELECT min(first) FROM raw") <= now - 2 * DAY);
	assert_int_equal(number(rig, "SELECT min(first) FROM minutes"), BEGIN);
	/* the older days as minutes, the newer ones as they were */
	assert_int_equal(count_all(rig, BEGIN, now), 9 * 864);
}

static void a_clock_that_goes_back_overwrites_nothing(void **state)
{
	struct rig *rig = *state;
	char *text;

	write_samples(rig, BEGIN, BEGIN + 3 * HOUR, INTERVAL);
	write_samples(rig, BEGIN + HOUR, BEGIN + 2 * HOUR, INTERVAL); /* the same times again */
	write_samples(rig, BEGIN + HOUR + 5 * SECOND, BEGIN + 4 * HOUR, INTERVAL);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 3 * 360 + 360 + 3 * 360);
	assert_int_equal(number(rig, "SELECT count(*) FROM minutes WHERE first < 1700006400000 + "
				     "3 * 3600000") > 3,
		1);
	text = ask(rig, HISTORY_BUCKETS, "cpu_usage", BEGIN, BEGIN + 4 * HOUR, 240);
	assert_non_null(strstr(text, "\"step\":60,"));
	free(text);
}

static void a_clock_years_ahead_for_a_while_loses_nothing(void **state)
{
	struct rig *rig = *state;
	int64_t years = 3650 * DAY;

	write_samples(rig, BEGIN, BEGIN + DAY, INTERVAL);
	write_samples(rig, BEGIN + years, BEGIN + years + HOUR, INTERVAL);
	write_samples(rig, BEGIN + DAY + HOUR, BEGIN + DAY + 4 * HOUR, INTERVAL);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + 2 * DAY), (24 + 3) * 360);
	assert_int_equal(count_all(rig, BEGIN + years, BEGIN + years + DAY), 360);
	/* rolling up goes on where it was */
	assert_true(number(rig, "SELECT max(first) FROM minutes WHERE first < 1700006400000 + "
				"86400000 + 4 * 3600000") >= BEGIN + DAY + 2 * HOUR);
}

static void a_clock_years_back_for_a_while_loses_nothing(void **state)
{
	struct rig *rig = *state;

	write_samples(rig, BEGIN, BEGIN + DAY, INTERVAL);
	write_samples(rig, 0, 2 * HOUR, INTERVAL);
	write_samples(rig, BEGIN + DAY, BEGIN + DAY + HOUR, INTERVAL);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + 2 * DAY), 25 * 360);
}

/* A board without a clock that is switched on every morning: nothing may grow for ever. */
static void days_that_begin_in_1970_end_like_others(void **state)
{
	struct rig *rig = *state;
	int64_t now = BEGIN;

	for (int day = 0; day < 9; day++, now += DAY) {
		rig_begin(rig, 2, true);
		write_samples(rig, 0, 10 * MINUTE, INTERVAL);
		write_samples(rig, now, now + 12 * HOUR, 10 * INTERVAL);
	}
	assert_true(
		number(rig, "SELECT min(first) FROM raw WHERE first > 86400000") >= now - 4 * DAY);
}

static void fill(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static size_t aside(const struct rig *rig)
{
	DIR *dir = opendir(rig->folder);
	size_t n = 0;

	for (struct dirent *entry; (entry = readdir(dir));)
		n += strncmp(entry->d_name, "history.db.damaged-", 19) == 0 &&
		     !strstr(entry->d_name, "-wal");
	closedir(dir);
	return n;
}

static void a_damaged_file_is_set_aside(void **state)
{
	struct rig *rig = *state;
	char path[128];

	fill(rig->path, "this is no database, but it is longer than a header, which is 100 bytes: "
			"                                                           ");
	write_samples(rig, BEGIN, BEGIN + HOUR, INTERVAL);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 360);
	assert_int_equal(aside(rig), 1);
	for (int i = 0; i < 4; i++) { /* no more than two are kept, the newest */
		snprintf(path, sizeof(path), "%s.damaged-2020010%d-000000", rig->path, i);
		fill(path, "old");
	}
	rig_begin(rig, 7, true);
	fill(rig->path, "no database either, and as long as the other one was, to be read as one: "
			"                                                           ");
	/* two in one second have one name */
	assert_int_equal(store_look(rig->store), 0);
	assert_true(aside(rig) <= 2);
}

/* Damage that shows only when it is read. */
static void damage_inside_is_found(void **state)
{
	struct rig *rig = *state;
	auto_close int fd = -1;
	char noise[512];
	struct stat about;

	write_samples(rig, BEGIN, BEGIN + 30 * HOUR, INTERVAL);
	rig_begin(rig, 7, true);
	fd = open(rig->path, O_RDWR | O_CLOEXEC);
	assert_int_equal(fstat(fd, &about), 0);
	memset(noise, 0x5a, sizeof(noise));
	for (off_t at = 5 * 1024; at < about.st_size; at += 1024)
		assert_int_equal(pwrite(fd, noise, sizeof(noise), at), sizeof(noise));
	(void)count_all(rig, BEGIN, BEGIN + 2 * DAY);
	write_samples(rig, BEGIN + 31 * HOUR, BEGIN + 33 * HOUR, INTERVAL);
	(void)count_all(rig, BEGIN, BEGIN + 2 * DAY);
	write_samples(rig, BEGIN + 33 * HOUR, BEGIN + 34 * HOUR, INTERVAL);
	assert_true(count_all(rig, BEGIN + 33 * HOUR, BEGIN + 2 * DAY) == 360);
}

static void copy_part(const char *from, const char *to, off_t n)
{
	auto_close int in = open(from, O_RDONLY | O_CLOEXEC);
	auto_close int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char part[4096];
	ssize_t got;

	assert_true(out >= 0);
	while (n > 0 && (got = read(in, part, n < 4096 ? (size_t)n : 4096)) > 0) {
		assert_int_equal(write(out, part, (size_t)got), got);
		n -= got;
	}
}

static off_t size_of(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 ? about.st_size : 0;
}

/* The power fails in the middle of a write: any beginning of the log, and of the database. */
static void a_cut_costs_a_batch_and_not_the_file(void **state)
{
	struct rig *rig = *state;
	struct rig copy = {0};
	char log[128], copy_log[128];
	size_t before = 0;

	snprintf(log, sizeof(log), "%s-wal", rig->path);
	write_samples(rig, BEGIN, BEGIN + 100 * MINUTE, INTERVAL);
	strcpy(copy.folder, rig->folder);
	snprintf(copy.path, sizeof(copy.path), "%s/copy.db", rig->folder);
	snprintf(copy_log, sizeof(copy_log), "%s-wal", copy.path);
	assert_true(size_of(log) > 0);
	for (off_t n = 0; n <= size_of(log); n += 611) {
		size_t found;

		store_free(copy.store);
		copy.store = NULL;
		copy_part(rig->path, copy.path, size_of(rig->path));
		copy_part(log, copy_log, n);
		rig_begin(&copy, 7, true);
		found = count_all(&copy, BEGIN, BEGIN + DAY);
		assert_true(found % 60 == 0 && found >= before);
		before = found;
		assert_int_equal(
			write_range(&copy, BEGIN + 3 * HOUR, BEGIN + 3 * HOUR + MINUTE, INTERVAL),
			0);
		assert_int_equal(count_all(&copy, BEGIN, BEGIN + DAY), found + 6);
	}
	assert_true(before >= 9 * 60);
	for (off_t n = 0; n < size_of(rig->path); n += 997) {
		store_free(copy.store);
		copy.store = NULL;
		copy_part(rig->path, copy.path, n);
		copy_part(log, copy_log, size_of(log));
		rig_begin(&copy, 7, true);
		assert_int_equal(
			write_range(&copy, BEGIN + 3 * HOUR, BEGIN + 3 * HOUR + MINUTE, INTERVAL),
			0);
		assert_true(count_all(&copy, BEGIN + 3 * HOUR, BEGIN + DAY) == 6);
	}
	store_free(copy.store);
	all_series_free(&copy.series);
}

static void a_full_disk_is_waited_for(void **state)
{
	struct rig *rig = *state;
	struct batch *batch = batch_of(rig, BEGIN + HOUR, BEGIN + 2 * HOUR, INTERVAL);

	write_samples(rig, BEGIN, BEGIN + HOUR, INTERVAL);
	number(rig, "PRAGMA max_page_count=1"); /* as small as it is */
	assert_int_equal(store_write(rig->store, batch), -ENOSPC);
	assert_int_equal(store_write(rig->store, batch), -ENOSPC);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 360);
	number(rig, "PRAGMA max_page_count=1000000");
	assert_int_equal(store_write(rig->store, batch), 0);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 720);
	batch_free(batch);
}

static void a_deleted_file_is_begun_anew(void **state)
{
	struct rig *rig = *state;

	write_samples(rig, BEGIN, BEGIN + HOUR, INTERVAL);
	assert_int_equal(unlink(rig->path), 0);
	assert_int_equal(write_range(rig, BEGIN + HOUR, BEGIN + 2 * HOUR, INTERVAL), 0);
	assert_int_equal(access(rig->path, F_OK), 0);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 360);
	rig_begin(rig, 7, true);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 360);
	assert_int_equal(aside(rig), 0);
}

/* A folder that cannot be: a file stands in its place. */
static void a_place_that_comes_later_is_waited_for(void **state)
{
	struct rig *rig = *state;
	char below[128];

	snprintf(below, sizeof(below), "%s/place", rig->folder);
	fill(below, "in the way");
	snprintf(rig->path, sizeof(rig->path), "%s/place/history.db", rig->folder);
	rig_begin(rig, 7, true);
	assert_true(write_range(rig, BEGIN, BEGIN + MINUTE, INTERVAL) < 0);
	assert_true(store_look(rig->store) < 0);
	assert_int_equal(unlink(below), 0);
	assert_int_equal(write_range(rig, BEGIN, BEGIN + MINUTE, INTERVAL), 0);
	assert_int_equal(count_all(rig, BEGIN, BEGIN + DAY), 6);
	store_close(rig->store);
	assert_int_equal(unlink(rig->path), 0);
	assert_int_equal(rmdir(below), 0);
}

static void what_is_not_ours_is_left_alone(void **state)
{
	struct rig *rig = *state;
	sqlite3 *other;

	assert_int_equal(sqlite3_open(rig->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE letters (text)", NULL, NULL, NULL), 0);
	sqlite3_close(other);
	assert_int_equal(write_range(rig, BEGIN, BEGIN + MINUTE, INTERVAL), -EPERM);
	assert_int_equal(sqlite3_open(rig->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "SELECT * FROM letters", NULL, NULL, NULL), 0);
	assert_int_not_equal(sqlite3_exec(other, "SELECT * FROM raw", NULL, NULL, NULL), 0);
	sqlite3_close(other);
}

static void what_is_newer_is_left_alone(void **state)
{
	struct rig *rig = *state;

	write_samples(rig, BEGIN, BEGIN + HOUR, INTERVAL);
	number(rig, "PRAGMA user_version=9");
	rig_begin(rig, 7, true);
	assert_int_equal(write_range(rig, BEGIN, BEGIN + MINUTE, INTERVAL), -EPERM);
	assert_int_equal(aside(rig), 0);
}

static void two_do_not_share_a_file(void **state)
{
	struct rig *rig = *state, second = *rig;

	second.store = NULL;
	second.series = (struct all_series){0};
	write_samples(rig, BEGIN, BEGIN + HOUR, INTERVAL);
	rig_begin(&second, 7, true);
	assert_int_equal(write_range(&second, BEGIN + HOUR, BEGIN + 2 * HOUR, INTERVAL), -EBUSY);
	store_close(rig->store);
	assert_int_equal(write_range(&second, BEGIN + HOUR, BEGIN + 2 * HOUR, INTERVAL), 0);
	store_free(second.store);
	all_series_free(&second.series);
}

static void a_table_has_all(void **state)
{
	struct rig *rig = *state;
	char *text, *line;

	write_samples(rig, BEGIN, BEGIN + MINUTE, INTERVAL);
	text = ask(rig, HISTORY_TABLE, "", BEGIN, BEGIN + DAY, 0);
	line = strstr(text, "\r\n");
	assert_memory_equal(text, "id,timestamp,cpu_usage,load_avg.1m,network.eth0.recv_rate\r\n",
		(size_t)(line - text) + 2);
	assert_memory_equal(line + 2, "1700006400,1700006400.0,", 24);
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_come_back),
		TEST(it_survives_a_restart),
		TEST(hours_are_rolled_up),
		TEST(days_are_rolled_up),
		TEST(without_rollups_there_are_none),
		TEST(what_was_missed_is_rolled_up_later),
		TEST(old_samples_go),
		TEST(a_clock_that_goes_back_overwrites_nothing),
		TEST(a_clock_years_ahead_for_a_while_loses_nothing),
		TEST(a_clock_years_back_for_a_while_loses_nothing),
		TEST(days_that_begin_in_1970_end_like_others),
		TEST(a_damaged_file_is_set_aside),
		TEST(damage_inside_is_found),
		TEST(a_cut_costs_a_batch_and_not_the_file),
		TEST(a_full_disk_is_waited_for),
		TEST(a_deleted_file_is_begun_anew),
		TEST(a_place_that_comes_later_is_waited_for),
		TEST(what_is_not_ours_is_left_alone),
		TEST(what_is_newer_is_left_alone),
		TEST(two_do_not_share_a_file),
		TEST(a_table_has_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
