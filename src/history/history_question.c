#include "history_question.h"

#include "mem.h"
#include "text.h"

#include <string.h>

static void want(struct question *question, struct store *store, const char *name, const char *path)
{
	struct wanted *wanted;

	if (question->n == question->room) {
		question->room = question->room ? 2 * question->room : 16;
		question->wanted =
			xrealloc(question->wanted, question->room, sizeof(*question->wanted));
	}
	wanted = &question->wanted[question->n++];
	*wanted = (struct wanted){.name = xstrdup(name), .path = xstrdup(path)};
	if (store_series(store, path, &wanted->id) < 0)
		wanted->id = 0;
}

static bool in_memory(const struct question *question, const char *path)
{
	for (size_t i = 0; i < question->batches_n; i++)
		for (size_t j = 0; j < question->batches[i]->n; j++)
			if (strcmp(question->batches[i]->columns[j].series->path, path) == 0)
				return true;
	return false;
}

/* Also what this machine might have, but has not. */
static bool known(const struct question *question, const struct wanted *wanted)
{
	const struct metric *row = &catalogue[catalogue_find(wanted->path)];

	return wanted->id || in_memory(question, wanted->path) ||
	       (row->family == HOST && row->history);
}

static const char *path_named(const struct question *question, const char *word)
{
	for (size_t i = 0; i < question->names_n; i++)
		if (strcmp(question->names[i].name, word) == 0 &&
			!strchr(question->names[i].path, '*'))
			return question->names[i].path;
	return NULL;
}

/* The word that is no metric, or NULL. */
static const char *want_metrics(struct question *question, struct store *store)
{
	char *rest = question->metrics, *word;

	while ((word = strsep(&rest, ","))) {
		const char *path = path_named(question, word);
		bool right = path != NULL;

		want(question, store, word, path ? path : word);
		if (!right && question->n <= METRICS_MAX)
			right = question->there >> (question->n - 1) & 1 ||
				known(question, &question->wanted[question->n - 1]);
		if (!right || question->n > METRICS_MAX)
			return word;
	}
	return NULL;
}

/* All series, of the file and of memory, in natural order, each once. */
struct paths {
	char **at;
	size_t n, room;
};

static void paths_add(void *self, const char *path)
{
	struct paths *paths = self;

	if (paths->n == paths->room) {
		paths->room = paths->room ? 2 * paths->room : 128;
		paths->at = xrealloc(paths->at, paths->room, sizeof(char *));
	}
	paths->at[paths->n++] = xstrdup(path);
}

static int compare_paths(const void *a, const void *b)
{
	return text_natural(*(char *const *)a, *(char *const *)b);
}

static struct paths all_paths(const struct question *question, struct store *store)
{
	struct paths all = {0};
	size_t kept = 0;

	(void)store_all_series(store, paths_add, &all);
	for (size_t i = 0; i < question->batches_n; i++)
		for (size_t j = 0; j < question->batches[i]->n; j++)
			paths_add(&all, question->batches[i]->columns[j].series->path);
	if (all.n)
		qsort(all.at, all.n, sizeof(char *), compare_paths);
	for (size_t i = 0; i < all.n; i++) {
		if (kept && strcmp(all.at[kept - 1], all.at[i]) == 0)
			free(all.at[i]);
		else
			all.at[kept++] = all.at[i];
	}
	all.n = kept;
	return all;
}

static bool named(const struct question *question, const char *path)
{
	for (size_t i = 0; i < question->names_n; i++)
		if (text_glob(question->names[i].path, path))
			return true;
	return false;
}

static void paths_free(struct paths *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		free(paths->at[i]);
	free(paths->at);
}

static void want_array(struct question *question, struct store *store,
	const struct history_name *name, const struct paths *all)
{
	size_t first = question->n;

	for (size_t i = 0; i < all->n; i++)
		if (text_glob(name->path, all->at[i]))
			want(question, store, name->name, all->at[i]);
	if (question->n == first)
		want(question, store, name->name, "");
	for (size_t i = first; i < question->n; i++)
		question->wanted[i].member = true;
}

static void want_all(struct question *question, struct store *store)
{
	struct paths all = all_paths(question, store);

	for (size_t i = 0; i < question->names_n; i++) {
		const struct history_name *name = &question->names[i];

		if (strchr(name->path, '*'))
			want_array(question, store, name, &all);
		else
			want(question, store, name->name, name->path);
	}
	for (size_t i = 0; i < all.n; i++)
		if (!named(question, all.at[i]))
			want(question, store, all.at[i], all.at[i]);
	paths_free(&all);
}

static void refuse(struct question *question, struct store *store, const char *word)
{
	struct paths all = all_paths(question, store);

	question->status = 400;
	question->ended = true;
	form_refuse(question, word, (const char *const *)all.at, all.n);
	paths_free(&all);
}

static void segment_add(struct question *question, enum level level, int64_t from, int64_t to)
{
	if (from < question->from)
		from = question->from;
	if (to > question->to)
		to = question->to;
	if (from < to)
		question->segments[question->segments_n++] = (struct segment){level, from, to};
}

/* The coarsest level that is fine enough; before it begins a coarser one, after it ends a finer. */
static void find_segments(struct question *question, struct store *store)
{
	int64_t quarters = INT64_MIN, minutes = INT64_MIN, oldest[LEVELS];

	for (enum level level = RAW; level < LEVELS; level++)
		if (store_oldest(store, level, &oldest[level]) < 0)
			oldest[level] = INT64_MAX;
	(void)store_watermark(store, MINUTES, question->to, &minutes);
	(void)store_watermark(store, QUARTERS, question->to, &quarters);
	if (question->step < levels[MINUTES].step && oldest[RAW] < minutes)
		minutes = oldest[RAW];
	if (question->step < levels[QUARTERS].step && oldest[MINUTES] < quarters)
		quarters = oldest[MINUTES];
	if (quarters > minutes)
		quarters = minutes;
	segment_add(question, QUARTERS, INT64_MIN, quarters);
	segment_add(question, MINUTES, quarters, minutes);
	segment_add(question, RAW, minutes, INT64_MAX);
}

/* A step that people count in, and that no jitter of the samples leaves without one. */
static int64_t find_step(const struct question *question)
{
	static const int64_t steps[] = {1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600,
		7200, 10800, 21600, 43200, 86400, 172800, 604800};
	int64_t range = question->to - question->from, points = question->points;
	size_t i = 0;

	if (question->form != HISTORY_BUCKETS || !points || range <= points * question->interval)
		return 0;
	while (i + 1 < ARRAY_LEN(steps) &&
		(steps[i] * SECOND * points < range || steps[i] * SECOND < 2 * question->interval))
		i++;
	return steps[i] * SECOND;
}

static void begin(struct question *question, struct store *store)
{
	const char *wrong = NULL;

	(void)store_look(store);
	question->begun = true;
	question->status = 200;
	question->step = find_step(question);
	question->bucket = INT64_MIN;
	if (question->form == HISTORY_TABLE)
		want_all(question, store);
	else
		wrong = want_metrics(question, store);
	if (wrong) {
		refuse(question, store, wrong);
		return;
	}
	question->row = xcalloc(question->n + 1, sizeof(*question->row));
	question->sums = xcalloc(question->n + 1, sizeof(*question->sums));
	question->weights = xcalloc(question->n + 1, sizeof(*question->weights));
	find_segments(question, store);
	form_begin(question);
}

static bool next_segment(struct question *question, struct store *store)
{
	const struct segment *segment = &question->segments[question->segment];

	if (question->segment == question->segments_n)
		return false;
	reader_open(&question->reader, store, segment->level, segment->from, segment->to,
		question->wanted, question->n);
	if (segment->level == RAW)
		reader_add(&question->reader, (const struct batch *const *)question->batches,
			question->batches_n);
	question->reading = true;
	return true;
}

void question_work(struct question *question, struct store *store)
{
	int64_t time;

	if (!question->begun)
		begin(question, store);
	while (!question->ended && question->text.n < PIECE_SIZE) {
		if (!question->reading && !next_segment(question, store)) {
			form_end(question);
			question->ended = true;
		} else if (reader_next(&question->reader, &time, question->row)) {
			int64_t step = levels[question->reader.level].step;

			form_row(question, time, (double)(step ? step : question->interval));
		} else {
			reader_close(&question->reader);
			question->reading = false;
			question->segment++;
		}
	}
	store_rest(store);
}

void question_clear(struct question *question)
{
	if (question->reading)
		reader_close(&question->reader);
	for (size_t i = 0; i < question->n; i++) {
		free(question->wanted[i].name);
		free(question->wanted[i].path);
	}
	free(question->wanted);
	free(question->row);
	free(question->sums);
	free(question->weights);
	free(question->text.at);
	free(question->metrics);
	free(question->names);
}
