/* The loop's side of the history: what makes a batch, what waits, what is asked, and the end. */
#include "unit.h"

#include "../../src/history/history.c"
#include "../../src/history/history_ask.c"

#include "settings.h"

#include <dirent.h>
#include <sys/stat.h>

#define BEGIN 1700006400.0 /* a midnight, and a full hour */

struct rig {
	char folder[64], file[128];
	struct machine machine;
	sd_event *event;
	struct history *history;
	char *text;
	size_t n, pieces;
	bool last;
	int status;
	struct history_question *question;
};

static void rig_begin(struct rig *rig, const char *batch)
{
	char file[160], setting[32];

	snprintf(file, sizeof(file), "history.file=%s", rig->file);
	snprintf(setting, sizeof(setting), "history.batch=%s", batch);
	CONFIGURE(&rig->machine, file, setting, "sampling.interval=10");
	assert_int_equal(history_open(rig->event, rig->machine.config, &rig->history), 0);
	assert_non_null(rig->history);
}

static int setup(void **state)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));

	strcpy(rig->folder, "/tmp/pistat-history-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->file, sizeof(rig->file), "%s/history.db", rig->folder);
	assert_true(sd_event_new(&rig->event) >= 0);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;
	DIR *dir;

	assert_true(history_close(rig->history));
	sd_event_unref(rig->event);
	config_free(rig->machine.config);
	dir = opendir(rig->folder);
	for (struct dirent *entry; (entry = readdir(dir));)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	assert_int_equal(rmdir(rig->folder), 0);
	free(rig->text);
	free(rig);
	return 0;
}

static void sample(struct rig *rig, double wall, double mono, bool synchronised)
{
	struct slice slice = {0};
	const struct slice *all[] = {&slice};
	struct snapshot snapshot;

	put(&slice, UPTIME, "", mono);
	put(&slice, CPU_USAGE, "", 12.34);
	put(&slice, SYSTEM_TIME_SYNCHRONISED, "", synchronised);
	snapshot = snapshot_seal(all, 1, wall, mono);
	history_sample(rig->history, &snapshot);
	snapshot_free(&snapshot);
	slice_free(&slice);
}

/* Until the lane has done what there was. */
static void run(struct rig *rig)
{
	for (size_t turn = 0; turn < 5000 && lane_busy(rig->history->lane); turn++)
		assert_true(sd_event_run(rig->event, 10000) >= 0);
	assert_false(lane_busy(rig->history->lane));
}

static void then(void *self, int status, char *text, size_t n, bool last)
{
	struct rig *rig = self;

	rig->text = xrealloc(rig->text, rig->n + n + 1, 1);
	memcpy(rig->text + rig->n, text, n);
	rig->n += n;
	rig->text[rig->n] = '\0';
	rig->pieces++;
	rig->last = last;
	rig->status = status;
	free(text);
}

static const struct history_name names[] = {{"uptime_seconds", "uptime"}};

static struct history_request request(enum history_form form, double from, double to)
{
	return (struct history_request){.form = form,
		.from = from,
		.to = to,
		.metrics = "uptime",
		.names = names,
		.names_n = 1};
}

/* How many values there are from a moment on. */
static size_t asked(struct rig *rig, double from, double to)
{
	struct history_request about = request(HISTORY_VALUES, from, to);
	size_t n = 0;

	rig->n = 0;
	rig->last = false;
	run(rig);
	assert_int_equal(history_ask(rig->history, &about, then, rig, &rig->question), 0);
	for (size_t turn = 0; turn < 5000 && !rig->last; turn++) {
		size_t before = rig->pieces;

		assert_true(sd_event_run(rig->event, 10000) >= 0);
		if (rig->pieces > before && !rig->last)
			history_more(rig->question);
	}
	assert_true(rig->last);
	assert_int_equal(rig->status, 200);
	for (const char *at = rig->text; (at = strstr(at, "\"ts\"")); at++)
		n++;
	return n;
}

static void what_is_not_written_is_part_of_answers(void **state)
{
	struct rig *rig = *state;

	rig_begin(rig, "600");
	for (int i = 0; i < 5; i++)
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
	assert_int_equal(asked(rig, BEGIN, BEGIN + 100), 5);
	assert_int_equal(asked(rig, BEGIN + 10, BEGIN + 30), 2);
	for (int i = 5; i < 100; i++)
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
	run(rig);
	assert_int_equal(rig->history->waiting_n, 0); /* the first batch is written */
	assert_int_equal(rig->history->current->rows, 40);
	assert_int_equal(asked(rig, BEGIN, BEGIN + 1000), 100);
	assert_non_null(strstr(rig->text, "{\"ts\":1700006400.0,\"value\":100},"));
}

static int status_of(struct rig *rig, const char *metrics, const struct snapshot *latest)
{
	struct history_request about = request(HISTORY_BUCKETS, BEGIN, BEGIN + 100);

	about.metrics = metrics;
	about.latest = latest;
	rig->n = 0;
	rig->last = false;
	run(rig);
	assert_int_equal(history_ask(rig->history, &about, then, rig, &rig->question), 0);
	for (size_t turn = 0; turn < 5000 && !rig->last; turn++)
		assert_true(sd_event_run(rig->event, 10000) >= 0);
	return rig->status;
}

/* An interface that has just come is in /stats before it is in the history. */
static void what_has_just_come_is_a_metric(void **state)
{
	struct rig *rig = *state;
	struct slice slice = {0};
	const struct slice *all[] = {&slice};
	struct snapshot latest;

	rig_begin(rig, "600");
	sample(rig, BEGIN, 100, true);
	put(&slice, NET_RECV_RATE, "eth1", 5);
	put_text(&slice, NET_MAC, "eth1", "02:00:00:00:00:01");
	latest = snapshot_seal(all, 1, BEGIN + 5, 105);
	assert_int_equal(status_of(rig, "uptime,network.eth1.recv_rate", NULL), 400);
	assert_int_equal(status_of(rig, "uptime,network.eth1.recv_rate", &latest), 200);
	assert_non_null(strstr(rig->text, "[1700006400.0,[100,100,100],null]"));
	assert_int_equal(status_of(rig, "network.eth1.recv_rate", &latest), 200);
	assert_int_equal(status_of(rig, "uptime,network.eth1.recv", &latest), 400);
	assert_int_equal(
		status_of(rig, "network.eth1.recv_rate,network.eth2.recv_rate", &latest), 400);
	assert_int_equal(status_of(rig, "network.eth1.mac", &latest), 400);
	assert_int_equal(status_of(rig, "", &latest), 400);
	snapshot_free(&latest);
	slice_free(&slice);
}

static void batches_end_with_their_span_and_with_the_hour(void **state)
{
	struct rig *rig = *state;

	rig_begin(rig, "3500");
	for (int i = 0; i < 320; i++)
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
	run(rig);
	assert_true(rig->history->current->times[0] % (3500 * SECOND) == 0);
	for (int i = 320; i < 370; i++)
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
	run(rig);
	assert_true(rig->history->current->times[0] == llround((BEGIN + 3600) * 1000));
}

static void a_clock_that_goes_back_begins_a_batch(void **state)
{
	struct rig *rig = *state;

	rig_begin(rig, "600");
	for (int i = 0; i < 10; i++)
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
	for (int i = 0; i < 10; i++)
		sample(rig, BEGIN + 5 + i * 10, 200 + i * 10, true);
	assert_int_equal(rig->history->current->rows, 10);
	assert_int_equal(asked(rig, BEGIN, BEGIN + 1000), 20);
}

static void samples_before_the_clock_was_set_get_their_time(void **state)
{
	struct rig *rig = *state;

	rig_begin(rig, "600");
	for (int i = 0; i < 3; i++) /* as the clock stood when it was switched off */
		sample(rig, BEGIN - 86400 + i * 10, 20 + i * 10, false);
	for (int i = 3; i < 6; i++)
		sample(rig, BEGIN + i * 10, 20 + i * 10, true);
	assert_int_equal(asked(rig, BEGIN, BEGIN + 100), 6);
	assert_int_equal(asked(rig, BEGIN - 2 * 86400, BEGIN), 0);
}

static void a_clock_that_was_right_is_believed(void **state)
{
	struct rig *rig = *state;

	rig_begin(rig, "600");
	for (int i = 0; i < 3; i++)
		sample(rig, BEGIN - 86400 + i * 10, 20 + i * 10, true);
	sample(rig, BEGIN, 50, true);
	assert_int_equal(asked(rig, BEGIN, BEGIN + 100), 1);
	assert_int_equal(asked(rig, BEGIN - 2 * 86400, BEGIN), 3);
}

static void a_disk_that_takes_nothing_costs_bounded_memory(void **state)
{
	struct rig *rig = *state;
	size_t numbers = 0;

	assert_int_equal(mkdir(rig->file, 0700), 0); /* no file can be there */
	rig_begin(rig, "60");
	for (int i = 0; i < 1000; i++) {
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
		run(rig);
	}
	for (size_t i = 0; i < rig->history->waiting_n; i++)
		numbers += batch_size(rig->history->waiting[i]);
	assert_true(rig->history->waiting_n <= WAITING_MAX && numbers <= NUMBERS_MAX);
	assert_true(rig->history->lost > 0);
	/* the newest are there */
	assert_true(asked(rig, BEGIN + 9000, BEGIN + 10000) >= 99);
	assert_int_equal(rmdir(rig->file), 0);
	for (int i = 1000; i < 1014; i++) {
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
		run(rig);
	}
	assert_int_equal(rig->history->waiting_n, 0);
	assert_int_equal(rig->history->lost, 0);
	assert_true(asked(rig, BEGIN + 9000, BEGIN + 11000) >= 113);
}

static void so_many_questions_and_no_more(void **state)
{
	struct rig *rig = *state;
	struct history_question *questions[QUESTIONS_MAX], *none;
	struct history_request table = request(HISTORY_TABLE, BEGIN, BEGIN + 100);
	struct history_request values = request(HISTORY_VALUES, BEGIN, BEGIN + 100);
	size_t n = 0;

	rig_begin(rig, "600");
	sample(rig, BEGIN, 100, true);
	for (; n < TABLES_MAX; n++)
		assert_int_equal(history_ask(rig->history, &table, then, rig, &questions[n]), 0);
	assert_int_equal(history_ask(rig->history, &table, then, rig, &none), -EBUSY);
	for (; n < QUESTIONS_MAX; n++)
		assert_int_equal(history_ask(rig->history, &values, then, rig, &questions[n]), 0);
	assert_int_equal(history_ask(rig->history, &values, then, rig, &none), -EBUSY);
	for (size_t i = 0; i < n; i++)
		history_leave(questions[i]);
	run(rig);
	assert_null(rig->history->questions);
	assert_int_equal(rig->pieces, 0);
}

static void the_end_writes_the_last_batch(void **state)
{
	struct rig *rig = *state;
	struct history_request values = request(HISTORY_VALUES, BEGIN, BEGIN + 100);

	rig_begin(rig, "600");
	for (int i = 0; i < 7; i++)
		sample(rig, BEGIN + i * 10, 100 + i * 10, true);
	/* while a question is being answered */
	assert_int_equal(history_ask(rig->history, &values, then, rig, &rig->question), 0);
	history_leave(rig->question);
	assert_true(history_close(rig->history));
	rig_begin(rig, "600");
	assert_int_equal(asked(rig, BEGIN, BEGIN + 100), 7);
}

static void off_is_none(void **state)
{
	struct rig *rig = *state;

	CONFIGURE(&rig->machine, "history.enabled=false");
	assert_int_equal(history_open(rig->event, rig->machine.config, &rig->history), 0);
	assert_null(rig->history);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_written_is_part_of_answers),
		TEST(what_has_just_come_is_a_metric),
		TEST(batches_end_with_their_span_and_with_the_hour),
		TEST(a_clock_that_goes_back_begins_a_batch),
		TEST(samples_before_the_clock_was_set_get_their_time),
		TEST(a_clock_that_was_right_is_believed),
		TEST(a_disk_that_takes_nothing_costs_bounded_memory),
		TEST(so_many_questions_and_no_more),
		TEST(the_end_writes_the_last_batch),
		TEST(off_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
