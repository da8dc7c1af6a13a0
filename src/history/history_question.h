#pragma once
/*
 * One question, as the lane answers it, piece by piece.  Private to src/history*.c: history.c asks
 * and hands the pieces on, history_question.c finds the values, history_text.c writes them down.
 */
#include "history.h"
#include "history_reader.h"

#define PIECE_SIZE (32 * 1024)
#define METRICS_MAX 32

struct text {
	char *at;
	size_t n, room;
};

/* From here on, up to the next, values come from this level. */
struct segment {
	enum level level;
	int64_t from, to;
};

struct question {
	/* what the loop gives */
	enum history_form form;
	int64_t from, to, interval; /* milliseconds */
	unsigned points;
	char *metrics;
	struct history_name *names;
	size_t names_n;
	uint32_t there; /* for each of the metrics a bit: it is in the latest snapshot */
	struct batch *batches[SOURCES_MAX]; /* those that are not written, held */
	size_t batches_n;

	/* what the lane makes of it */
	bool begun, ended;
	int status;
	struct wanted *wanted;
	size_t n, room;
	struct segment segments[LEVELS];
	size_t segment, segments_n;
	struct reader reader;
	bool reading;
	int64_t step; /* 0: every value */
	struct triple *row;
	size_t rows; /* written so far */
	int64_t bucket;
	struct triple *sums; /* of the bucket; mean: the sum of value × weight */
	double *weights;
	struct text text;
};

/* In the lane: adds a piece to question->text, and sets ended after the last. */
void question_work(struct question *question, struct store *store);
/* On the loop, or at the end; the batches are the loop's to drop. */
void question_clear(struct question *question);

/* history_text.c. */
void text_add(struct text *text, const char *string, size_t n);
void text_say(struct text *text, const char *string);
/* What stands before the first row, a row, and what stands after the last. */
void form_begin(struct question *question);
void form_row(struct question *question, int64_t time, double weight);
void form_end(struct question *question);
/* {"error": "Invalid metric: 'word'", "metrics": [those that there are]} */
void form_refuse(struct question *question, const char *word, const char *const *paths, size_t n);
