#include "history_private.h"
#include "mem.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static void free_question(struct history_question *question)
{
	struct history_question **at = &question->history->questions;

	while (*at != question)
		at = &(*at)->next;
	*at = question->next;
	for (size_t i = 0; i < question->question.batches_n; i++)
		batch_free(question->question.batches[i]);
	question_clear(&question->question);
	free(question);
}

void questions_free(struct history *history)
{
	while (history->questions)
		free_question(history->questions);
}

static void work(void *argument)
{
	struct history_question *question = argument;

	question_work(&question->question, question->history->store);
}

static void done(void *argument)
{
	struct history_question *question = argument;
	struct history *history = question->history;
	struct text text = question->question.text;
	history_then *then = question->then;
	void *self = question->self;
	int status = question->question.status;
	bool last = question->question.ended;

	history_rest(history);
	question->state = RESTING;
	question->question.text = (struct text){0};
	if (last || !then)
		free_question(question);
	if (then)
		then(self, status, text.at, text.n, last);
	else
		free(text.at);
	history_dispatch(history);
}

static void left(void *argument)
{
	struct history_question *question = argument;

	history_left(question->history);
}

/* In turn: who has had a piece goes to the end. */
void question_dispatch(struct history *history)
{
	struct history_question **at = &history->questions, *question;

	while (*at && (*at)->state != ASKED)
		at = &(*at)->next;
	question = *at;
	if (!question)
		return;
	*at = question->next;
	while (*at)
		at = &(*at)->next;
	question->next = NULL;
	*at = question;
	question->state = WORKING;
	if (lane_submit(history->lane, (struct lane_job){work, done, question, left}) < 0)
		question->state = ASKED; /* with the next sample */
}

/* What is not written yet, as it is now. */
static void hold_batches(const struct history *history, struct question *question)
{
	for (size_t i = 0; i < history->waiting_n; i++)
		question->batches[question->batches_n++] = batch_hold(history->waiting[i]);
	if (history->current)
		question->batches[question->batches_n++] = batch_copy(history->current);
}

/* The place of a path among words with commas between, or -1. */
static int place_among(const char *words, const char *path)
{
	size_t n = strlen(path);

	for (int place = 0; words; place++, words = strchr(words, ',')) {
		words += place > 0;
		if (!strncmp(words, path, n) && (!words[n] || words[n] == ','))
			return place;
	}
	return -1;
}

/* A member that has just come is seen before it is kept. */
static uint32_t find_there(const struct history_request *request)
{
	uint32_t there = 0;
	char path[256];

	for (size_t i = 0; request->latest && request->metrics && i < request->latest->n; i++) {
		const struct reading *reading = &request->latest->at[i];
		int place;

		if (!reading_row(reading)->history || reading_row(reading)->kind == TEXT)
			continue;
		reading_path(reading, '.', path, sizeof(path));
		place = place_among(request->metrics, path);
		if (place >= 0 && place < METRICS_MAX)
			there |= UINT32_C(1) << place;
	}
	return there;
}

static bool too_many(const struct history *history, enum history_form form)
{
	size_t questions = 0, tables = form == HISTORY_TABLE;

	for (const struct history_question *at = history->questions; at; at = at->next) {
		questions++;
		tables += at->question.form == HISTORY_TABLE;
	}
	return questions == QUESTIONS_MAX || tables > TABLES_MAX;
}

int history_ask(struct history *history, const struct history_request *request, history_then *then,
	void *self, struct history_question **ret)
{
	struct history_question *asked;
	struct question *question;

	if (too_many(history, request->form))
		return -EBUSY;
	asked = xcalloc(1, sizeof(*asked));
	*asked = (struct history_question){
		.history = history, .next = history->questions, .then = then, .self = self};
	history->questions = asked;
	question = &asked->question;
	question->form = request->form;
	question->from = llround(request->from * 1000);
	question->to = llround(request->to * 1000);
	question->interval = history->interval;
	question->points = request->points;
	question->there = find_there(request);
	question->metrics = xstrdup(request->metrics ? request->metrics : "");
	question->names = xcalloc(request->names_n + 1, sizeof(*question->names));
	question->names_n = request->names_n;
	for (size_t i = 0; i < request->names_n; i++)
		question->names[i] = request->names[i];
	hold_batches(history, question);
	*ret = asked;
	history_dispatch(history);
	return 0;
}

void history_more(struct history_question *question)
{
	question->state = ASKED;
	history_dispatch(question->history);
}

void history_leave(struct history_question *question)
{
	question->then = NULL;
	if (question->state != WORKING)
		free_question(question);
}
