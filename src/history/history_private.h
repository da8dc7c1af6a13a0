#pragma once
/*
 * What the loop knows about the history.  Private to src/history*.c: history.c gathers and writes,
 * history_ask.c takes questions.
 */
#include "clock.h"
#include "history_pack.h"
#include "history_question.h"
#include "lane.h"

#define NUMBERS_MAX 32768 /* in batches that wait to be written: 256 KiB */
#define WAITING_MAX 24
#define QUESTIONS_MAX 16
#define TABLES_MAX 2 /* of them */

/* What the lane is to write, and how far it came. */
struct writing {
	struct batch *batches[WAITING_MAX];
	size_t n, written;
	bool last;
};

struct history_question {
	struct history *history;
	struct history_question *next;
	history_then *then; /* NULL: nobody waits for it any more */
	void *self;
	enum { ASKED, WORKING, RESTING } state;
	struct question question;
};

struct history {
	struct lane *lane;
	sd_event_source *rest;	/* when nobody has asked for a while */
	struct store *store;	/* the lane's while it works */
	int64_t span, interval; /* of a batch, of samples: milliseconds */
	struct all_series series;
	size_t columns; /* of the batch before */
	struct batch *current, *waiting[WAITING_MAX];
	size_t waiting_n;
	size_t lost, samples;
	double wall, mono; /* of the last sample */
	bool synchronised; /* the clock, then */
	bool due, closing;
	struct writing writing;
	struct history_question *questions;
};

/* Gives the lane what comes next, if it is idle. */
void history_dispatch(struct history *history);

/* In the lane, when it was left behind with all of this: what waits is still written, and the file
 * is closed, so that the next life can open it. */
void history_left(struct history *history);

/* What that took of memory is given back, once it is over. */
void history_rest(struct history *history);

/* history_ask.c: the next question that wants a piece. */
void question_dispatch(struct history *history);
void questions_free(struct history *history);
