/*
 * The loop's side: gathers samples into batches, keeps those that are not written yet, and gives
 * the lane one thing at a time to do, writing before reading.  An answer is made piece by piece,
 * each a job of its own, so that a long one never keeps a batch from being written.
 */
#include "history_private.h"
#include "log.h"
#include "mem.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define CLOSING_SECONDS 2
#define LARGEST_BATCH (NUMBERS_MAX / 4)
#define FIRST_ROOM 64
#define REST_USEC 1000000 /* SQLite is as large in memory as everything else together */
#define JUMP 1.0	  /* seconds; less is the clock's own unrest */

static int give_back(sd_event_source *source, uint64_t usec, void *argument)
{
	(void)source;
	(void)usec;
	(void)argument;
	mem_give_back();
	return 0;
}

void history_rest(struct history *history)
{
	if (history->closing)
		return;
	(void)sd_event_source_set_time_relative(history->rest, REST_USEC);
	(void)sd_event_source_set_enabled(history->rest, SD_EVENT_ONESHOT);
}

static void write_work(void *argument)
{
	struct history *history = argument;
	struct writing *writing = &history->writing;
	int r = writing->n ? 0 : store_look(history->store);

	for (writing->written = 0; r >= 0 && writing->written < writing->n; writing->written++) {
		const struct batch *batch = writing->batches[writing->written];

		r = store_write(history->store, batch);
		if (r == -EBADMSG) /* set aside: into the new one */
			r = store_write(history->store, batch);
		if (r < 0)
			break;
	}
	if (writing->last)
		store_close(history->store);
}

static void forget_waiting(struct history *history, size_t i)
{
	batch_free(history->waiting[i]);
	history->waiting_n--;
	memmove(&history->waiting[i], &history->waiting[i + 1],
		(history->waiting_n - i) * sizeof(struct batch *));
}

/* What waits is to be written. */
static void take_waiting(struct history *history)
{
	history->writing.n = history->waiting_n;
	history->writing.written = 0;
	for (size_t i = 0; i < history->waiting_n; i++)
		history->writing.batches[i] = batch_hold(history->waiting[i]);
}

/* What was written waits no longer. */
static void drop_written(struct history *history)
{
	struct writing *writing = &history->writing;

	for (size_t i = 0; i < writing->n; i++) {
		for (size_t j = 0; i < writing->written && j < history->waiting_n; j++)
			if (history->waiting[j] == writing->batches[i])
				forget_waiting(history, j);
		batch_free(writing->batches[i]);
	}
	writing->n = 0;
}

static void write_done(void *argument)
{
	struct history *history = argument;

	drop_written(history);
	if (history->writing.written && history->lost)
		log_warning("history: %zu samples were lost meanwhile", history->lost);
	if (history->writing.written)
		history->lost = 0;
	history_rest(history);
	history_dispatch(history);
}

static void write_left(void *argument)
{
	history_left(argument);
}

static void begin_writing(struct history *history)
{
	struct lane_job job = {write_work, write_done, history, write_left};

	history->due = false;
	history->writing.last = history->closing;
	take_waiting(history);
	if (lane_submit(history->lane, job) < 0)
		write_done(history);
}

void history_dispatch(struct history *history)
{
	if (lane_busy(history->lane))
		return;
	if (history->due)
		begin_writing(history);
	else if (!history->closing)
		question_dispatch(history);
}

/* A disk that takes nothing costs so much memory, then the oldest samples. */
static void make_room(struct history *history)
{
	size_t numbers = 0;

	for (size_t i = 0; i < history->waiting_n; i++)
		numbers += batch_size(history->waiting[i]);
	while (history->waiting_n && (numbers > NUMBERS_MAX || history->waiting_n == WAITING_MAX)) {
		numbers -= batch_size(history->waiting[0]);
		history->lost += history->waiting[0]->rows;
		forget_waiting(history, 0);
	}
}

static void seal(struct history *history)
{
	struct batch *batch = history->current;

	history->current = NULL;
	if (!batch)
		return;
	history->columns = batch->n;
	make_room(history);
	history->waiting[history->waiting_n++] = batch;
	history->due = true;
}

static bool belongs(const struct history *history, int64_t time)
{
	const struct batch *batch = history->current;
	int64_t first = batch->times[0];

	return batch->rows < batch->room && time > batch->times[batch->rows - 1] &&
	       time_floor(first, history->span) == time_floor(time, history->span) &&
	       time_floor(first, HOUR) == time_floor(time, HOUR);
}

/* Without a clock that runs while it is off, a Raspberry Pi starts in the past.  When it hears what
 * time it is, the samples at hand can still be given theirs. */
static void set_right(struct history *history, double wall, double mono)
{
	struct batch *batch = history->current;
	double jump = (wall - history->wall) - (mono - history->mono);
	int64_t shift = llround(jump * 1000);

	if (!batch || history->synchronised || fabs(jump) < JUMP ||
		time_floor(batch->times[0] + shift, HOUR) !=
			time_floor(batch->times[batch->rows - 1] + shift, HOUR))
		return;
	for (size_t i = 0; i < batch->rows; i++)
		batch->times[i] += shift;
}

static size_t room_of(const struct history *history)
{
	size_t wanted = (size_t)(history->span / history->interval) + 2, most;

	if (!history->columns)
		return wanted < FIRST_ROOM ? wanted : FIRST_ROOM;
	most = LARGEST_BATCH / (history->columns + 1);
	if (most > PACK_ROWS_MAX)
		most = PACK_ROWS_MAX;
	return wanted < most ? wanted : most ? most : 1;
}

void history_sample(void *self, const struct snapshot *snapshot)
{
	struct history *history = self;
	const struct reading *synchronised = snapshot_find(snapshot, SYSTEM_TIME_SYNCHRONISED, "");
	int64_t time = llround(snapshot->wall * 1000);

	set_right(history, snapshot->wall, snapshot->mono);
	if (history->current && !belongs(history, time))
		seal(history);
	if (!history->current)
		history->current = batch_new(room_of(history));
	batch_add(history->current, &history->series, snapshot, time);
	history->wall = snapshot->wall;
	history->mono = snapshot->mono;
	history->synchronised = !synchronised || synchronised->number != 0;
	/* The file is opened when the first values have been published, not before. */
	if (++history->samples == 2)
		history->due = true;
	history_dispatch(history);
}

int history_open(sd_event *event, const struct config *config, struct history **ret)
{
	const char *file = config_text(config, OPTION_HISTORY_FILE);
	const char *folder = config_state_directory(config);
	auto_free char *path = *file	 ? xstrdup(file)
			       : *folder ? xasprintf("%s/history.db", folder)
					 : NULL;
	struct history *history;
	int r;

	*ret = NULL;
	if (!config_flag(config, OPTION_HISTORY_ENABLED))
		return 0;
	if (!path) {
		log_warning("history: there is no place to keep it: set history.file or "
			    "node.state_directory");
		return 0;
	}
	history = xcalloc(1, sizeof(*history));
	r = lane_open(event, "history", &history->lane);
	if (r >= 0)
		r = sd_event_add_time(
			event, &history->rest, CLOCK_MONOTONIC, 0, 1000000, give_back, history);
	if (r >= 0)
		r = sd_event_source_set_enabled(history->rest, SD_EVENT_OFF);
	if (r < 0) {
		lane_close(history->lane);
		sd_event_source_disable_unref(history->rest);
		free(history);
		return r;
	}
	history->store = store_new(path, (int)config_number(config, OPTION_HISTORY_DAYS),
		config_flag(config, OPTION_HISTORY_LONG_TERM));
	history->span = llround(config_number(config, OPTION_HISTORY_BATCH)) * SECOND;
	history->interval = llround(config_number(config, OPTION_SAMPLING_INTERVAL) * 1000);
	*ret = history;
	return 0;
}

/* What is at work is waited for, then the last batch is written; both together take so long at
 * most. */
static void settle(struct history *history)
{
	double end = clock_now() + CLOSING_SECONDS;

	history->closing = history->due = true;
	while (history->due || lane_busy(history->lane)) {
		double left = end - clock_now();

		if (!lane_settle(history->lane, left > 0 ? left : 0))
			return;
		history_dispatch(history);
	}
}

static void history_free(struct history *history)
{
	questions_free(history);
	while (history->waiting_n)
		forget_waiting(history, 0);
	store_free(history->store);
	all_series_free(&history->series);
	free(history);
}

void history_left(struct history *history)
{
	drop_written(history);
	take_waiting(history);
	write_work(history);
	drop_written(history);
	history_free(history);
}

bool history_close(struct history *history)
{
	if (!history)
		return true;
	sd_event_source_disable_unref(history->rest);
	history->rest = NULL;
	seal(history);
	settle(history);
	if (!lane_close(history->lane))
		return false;
	history_free(history);
	return true;
}
