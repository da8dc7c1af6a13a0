#include "history_reader.h"

#include "history_pack.h"
#include "mem.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define WRITTEN_MAX 8 /* rows of the store open at a time: the clock goes back seldom */

void reader_open(struct reader *reader, struct store *store, enum level level, int64_t from,
	int64_t to, const struct wanted *wanted, size_t n)
{
	*reader = (struct reader){
		.store = store,
		.wanted = wanted,
		.n = n,
		.parts = level == RAW ? 1 : LEVEL_PARTS,
		.level = level,
		.from = from,
		.to = to,
		.key = from - levels[level].span,
		.ended = from >= to,
	};
}

static void source_drop(struct reader *reader, size_t i)
{
	struct source *source = &reader->sources[i];

	reader->written_n -= source->written;
	free(source->times);
	free(source->values);
	*source = reader->sources[--reader->sources_n];
}

void reader_close(struct reader *reader)
{
	while (reader->sources_n)
		source_drop(reader, 0);
}

/* A place with room for the rows from `begin` on that are in range; NULL if there are none. */
static struct source *source_new(
	struct reader *reader, const int64_t *times, size_t rows, size_t *ret_begin)
{
	struct source *source = &reader->sources[reader->sources_n];
	size_t begin = 0, end = rows, cells;

	while (begin < end && times[begin] < reader->from)
		begin++;
	while (end > begin && times[end - 1] >= reader->to)
		end--;
	if (begin == end)
		return NULL;
	reader->sources_n++;
	*source = (struct source){.rows = end - begin};
	cells = source->rows * reader->n * reader->parts;
	source->times = xcalloc(source->rows, sizeof(*source->times));
	source->values = xcalloc(cells ? cells : 1, sizeof(*source->values));
	memcpy(source->times, times + begin, source->rows * sizeof(*times));
	for (size_t i = 0; i < cells; i++)
		source->values[i] = NAN;
	*ret_begin = begin;
	return source;
}

/* What is written already is read from the file. */
static bool holds_same(const struct reader *reader, const int64_t *times, size_t rows)
{
	for (size_t i = 0; i < reader->batches_n; i++)
		if (rows == reader->batches[i]->rows && times[0] == reader->batches[i]->times[0])
			return true;
	return false;
}

/* The place of a column among what is wanted, or -1. */
static ptrdiff_t place_of(const struct reader *reader, const struct packed_column *column)
{
	uint64_t id = reader->level == RAW ? column->id : column->id / LEVEL_PARTS;

	for (size_t i = 0; i < reader->n; i++)
		if (reader->wanted[i].id == id)
			return (ptrdiff_t)(i * reader->parts +
					   (reader->level == RAW ? 0 : column->id % LEVEL_PARTS));
	return -1;
}

/* Columns that make no sense are left out. */
static void source_unpack(struct reader *reader, const struct store_row *row)
{
	int64_t times[PACK_ROWS_MAX];
	double values[PACK_ROWS_MAX];
	struct unpacked unpacked;
	struct packed_column column;
	struct source *source;
	size_t begin;

	if (unpack_times(row->bytes, row->n, times, &unpacked) < 0 || !unpacked.rows ||
		(reader->level == RAW && holds_same(reader, times, unpacked.rows)))
		return;
	source = source_new(reader, times, unpacked.rows, &begin);
	if (!source)
		return;
	source->written = true;
	reader->written_n++;
	reader->newest = times[0];
	while (unpack_column(&unpacked, &column) > 0) {
		ptrdiff_t place = place_of(reader, &column);

		if (place >= 0 && unpack_values(&column, unpacked.rows, values) == 0)
			memcpy(source->values + (size_t)place * source->rows, values + begin,
				source->rows * sizeof(*values));
	}
}

static void source_copy(struct reader *reader, const struct batch *batch)
{
	struct source *source;
	size_t begin;

	if (reader->sources_n == SOURCES_MAX - WRITTEN_MAX)
		return;
	source = source_new(reader, batch->times, batch->rows, &begin);
	for (size_t i = 0; source && i < batch->n; i++)
		for (size_t j = 0; j < reader->n; j++)
			if (strcmp(reader->wanted[j].path, batch->columns[i].series->path) == 0)
				memcpy(source->values + j * source->rows,
					batch->columns[i].values + begin,
					source->rows * sizeof(*source->values));
}

void reader_add(struct reader *reader, const struct batch *const *batches, size_t n)
{
	reader->batches = batches;
	reader->batches_n = n;
	for (size_t i = 0; i < n; i++)
		source_copy(reader, batches[i]);
}

static struct source *oldest(struct reader *reader)
{
	struct source *first = NULL;

	for (size_t i = 0; i < reader->sources_n; i++) {
		struct source *source = &reader->sources[i];

		if (!first || source->times[source->at] < first->times[first->at])
			first = source;
	}
	return first;
}

/* Rows come by their first times: those that may have something older than what is open. */
static void open_rows(struct reader *reader)
{
	while (!reader->ended && reader->written_n < WRITTEN_MAX) {
		const struct source *first = oldest(reader);
		struct store_row row;
		int r;

		if (reader->written_n && first->times[first->at] < reader->newest)
			break;
		r = store_next(reader->store, reader->level, reader->key, reader->to, &row);
		reader->ended = r <= 0; /* what is wrong with the file, the store has said */
		if (r > 0) {
			reader->key = row.key;
			source_unpack(reader, &row);
		}
	}
}

bool reader_next(struct reader *reader, int64_t *ret_time, struct triple *ret)
{
	struct source *source;

	open_rows(reader);
	source = oldest(reader);
	if (!source)
		return false;
	*ret_time = source->times[source->at];
	for (size_t i = 0; i < reader->n; i++) {
		const double *values = source->values + i * reader->parts * source->rows;
		bool parted = reader->parts > 1;

		ret[i].least = values[source->at];
		ret[i].mean = values[(parted ? source->rows : 0) + source->at];
		ret[i].greatest = values[(parted ? 2 * source->rows : 0) + source->at];
	}
	if (++source->at == source->rows)
		source_drop(reader, (size_t)(source - reader->sources));
	return true;
}
