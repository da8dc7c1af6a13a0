#include "history_batch.h"

#include "history_pack.h"
#include "mem.h"
#include "text.h"

#include <math.h>
#include <string.h>

struct batch *batch_new(size_t room)
{
	struct batch *batch = xcalloc(1, sizeof(*batch));

	batch->holders = 1;
	batch->room = room;
	batch->times = xcalloc(room, sizeof(*batch->times));
	return batch;
}

struct batch *batch_hold(struct batch *batch)
{
	batch->holders++;
	return batch;
}

void batch_free(struct batch *batch)
{
	if (!batch || --batch->holders)
		return;
	for (size_t i = 0; i < batch->n; i++)
		free(batch->columns[i].values);
	free(batch->columns);
	free(batch->times);
	free(batch);
}

size_t batch_size(const struct batch *batch)
{
	return batch->room * (batch->n + 1);
}

static double *copied(const double *from, size_t n)
{
	double *copy = xcalloc(n ? n : 1, sizeof(*copy));

	memcpy(copy, from, n * sizeof(*copy));
	return copy;
}

struct batch *batch_copy(const struct batch *batch)
{
	struct batch *copy = batch_new(batch->rows);

	copy->rows = batch->rows;
	copy->n = copy->columns_room = batch->n;
	copy->columns = xcalloc(batch->n ? batch->n : 1, sizeof(*copy->columns));
	memcpy(copy->times, batch->times, batch->rows * sizeof(*copy->times));
	for (size_t i = 0; i < batch->n; i++) {
		copy->columns[i].series = batch->columns[i].series;
		copy->columns[i].values = copied(batch->columns[i].values, batch->rows);
	}
	return copy;
}

static struct series *series_of(struct all_series *all, const struct reading *reading)
{
	struct series *series;
	char path[256];

	for (size_t i = 0; i < all->n; i++) {
		series = all->at[i];
		if (series->metric == reading->metric && strcmp(series->key, reading->key) == 0)
			return series;
	}
	if (all->n == SERIES_MAX)
		return NULL;
	if (all->n == all->room) {
		all->room = all->room ? 2 * all->room : 64;
		all->at = xrealloc(all->at, all->room, sizeof(struct series *));
	}
	reading_path(reading, '.', path, sizeof(path));
	series = xcalloc(1, sizeof(*series));
	series->metric = reading->metric;
	series->decimals = reading_row(reading)->precision;
	series->path = xstrdup(path);
	text_copy(series->key, sizeof(series->key), reading->key);
	return all->at[all->n++] = series;
}

static struct batch_column *column_new(struct batch *batch, struct series *series)
{
	struct batch_column *column;

	if (batch->n == batch->columns_room) {
		batch->columns_room = batch->columns_room ? 2 * batch->columns_room : 64;
		batch->columns =
			xrealloc(batch->columns, batch->columns_room, sizeof(*batch->columns));
	}
	column = &batch->columns[batch->n++];
	column->series = series;
	column->values = xcalloc(batch->room, sizeof(*column->values));
	for (size_t i = 0; i < batch->rows; i++)
		column->values[i] = NAN;
	return column;
}

static bool is_of(const struct batch_column *column, const struct reading *reading)
{
	return column->series->metric == reading->metric &&
	       strcmp(column->series->key, reading->key) == 0;
}

/* Snapshots have their readings in one order, so mostly it is the column after the last. */
static struct batch_column *column_of(struct batch *batch, size_t expected,
	struct all_series *series, const struct reading *reading)
{
	struct series *new;

	if (expected < batch->n && is_of(&batch->columns[expected], reading))
		return &batch->columns[expected];
	for (size_t i = 0; i < batch->n; i++)
		if (is_of(&batch->columns[i], reading))
			return &batch->columns[i];
	new = series_of(series, reading);
	return new ? column_new(batch, new) : NULL;
}

void batch_add(struct batch *batch, struct all_series *series, const struct snapshot *snapshot,
	int64_t time)
{
	size_t row = batch->rows, expected = 0;

	for (size_t i = 0; i < batch->n; i++)
		batch->columns[i].values[row] = NAN;
	for (size_t i = 0; i < snapshot->n; i++) {
		const struct reading *reading = &snapshot->at[i];
		const struct metric *kept = reading_row(reading);
		struct batch_column *column;

		if (!kept->history || kept->kind == TEXT)
			continue;
		column = column_of(batch, expected, series, reading);
		if (!column)
			continue;
		column->values[row] = pack_rounded(reading->number, column->series->decimals);
		expected = (size_t)(column - batch->columns) + 1;
	}
	batch->times[row] = time;
	batch->rows++;
}

void all_series_free(struct all_series *series)
{
	for (size_t i = 0; i < series->n; i++) {
		free(series->at[i]->path);
		free(series->at[i]);
	}
	free(series->at);
	*series = (struct all_series){0};
}
