/* The forms that answers have: JSON and CSV, row by row. */
#include "history_question.h"

#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define VALUE_DECIMALS 6
#define BUCKET_DECIMALS 3

void text_add(struct text *text, const char *string, size_t n)
{
	if (text->n + n + 1 > text->room) {
		text->room = 2 * (text->n + n + 1);
		text->at = xrealloc(text->at, text->room, 1);
	}
	memcpy(text->at + text->n, string, n);
	text->n += n;
	text->at[text->n] = '\0';
}

void text_say(struct text *text, const char *string)
{
	text_add(text, string, strlen(string));
}

static void say_number(struct text *text, double number, int decimals, const char *without)
{
	char digits[64];

	text_say(text, text_number(digits, sizeof(digits), number, decimals) ? digits : without);
}

/* Seconds with at least one decimal, as those who read it know it: 1708747200.0. */
static void say_time(struct text *text, int64_t time)
{
	char digits[64];

	if (!text_number(digits, sizeof(digits), (double)time / 1000, 3))
		return;
	text_say(text, digits);
	if (!strchr(digits, '.'))
		text_say(text, ".0");
}

static void say_string(struct text *text, const char *string)
{
	char clean[256], escaped[8];

	text_copy(clean, sizeof(clean), string);
	text_say(text, "\"");
	for (const char *at = clean; *at; at++) {
		snprintf(escaped, sizeof(escaped), *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
		text_say(text, escaped);
	}
	text_say(text, "\"");
}

static bool same_name(const struct question *question, size_t a, size_t b)
{
	return b < question->n && strcmp(question->wanted[a].name, question->wanted[b].name) == 0;
}

/* RFC 4180, in case a name has a comma in it. */
static void say_heading(struct text *text, const char *name)
{
	if (strpbrk(name, ",\""))
		say_string(text, name);
	else
		text_say(text, name);
}

static void begin_table(struct question *question)
{
	struct text *text = &question->text;

	text_say(text, "id,timestamp");
	for (size_t i = 0; i < question->n; i++) {
		if (i && same_name(question, i - 1, i))
			continue;
		text_say(text, ",");
		say_heading(text, question->wanted[i].name);
	}
	text_say(text, "\r\n");
}

static void begin_buckets(struct question *question)
{
	struct text *text = &question->text;
	int64_t step = question->step ? question->step : question->interval;

	text_say(text, "{\"from\":");
	say_time(text, question->from);
	text_say(text, ",\"to\":");
	say_time(text, question->to);
	text_say(text, ",\"step\":");
	say_number(text, (double)step / 1000, 3, "null");
	text_say(text, ",\"metrics\":[");
	for (size_t i = 0; i < question->n; i++) {
		text_say(text, i ? "," : "");
		say_string(text, question->wanted[i].name);
	}
	text_say(text, "],\"points\":[");
}

void form_begin(struct question *question)
{
	switch (question->form) {
	case HISTORY_VALUES:
		text_say(&question->text, "[");
		break;
	case HISTORY_BUCKETS:
		begin_buckets(question);
		break;
	case HISTORY_TABLE:
		begin_table(question);
		break;
	}
}

static void say_value(struct question *question, int64_t time)
{
	struct text *text = &question->text;

	if (isnan(question->row[0].mean))
		return;
	text_say(text, question->rows++ ? ",\n{\"ts\":" : "\n{\"ts\":");
	say_time(text, time);
	text_say(text, ",\"value\":");
	say_number(text, question->row[0].mean, VALUE_DECIMALS, "null");
	text_say(text, "}");
}

static void say_triple(struct text *text, const struct triple *triple, int decimals)
{
	text_say(text, ",[");
	say_number(text, triple->least, decimals, "null");
	text_say(text, ",");
	say_number(text, triple->mean, decimals, "null");
	text_say(text, ",");
	say_number(text, triple->greatest, decimals, "null");
	text_say(text, "]");
}

static void say_point(
	struct question *question, int64_t time, const struct triple *triples, int decimals)
{
	struct text *text = &question->text;
	bool empty = true;

	for (size_t i = 0; i < question->n; i++)
		empty &= isnan(triples[i].mean) != 0;
	if (empty)
		return;
	text_say(text, question->rows++ ? ",\n[" : "\n[");
	say_time(text, time);
	for (size_t i = 0; i < question->n; i++) {
		if (isnan(triples[i].mean))
			text_say(text, ",null");
		else
			say_triple(text, &triples[i], decimals);
	}
	text_say(text, "]");
}

/* Writes down the bucket that is over and empties it. */
static void end_bucket(struct question *question)
{
	bool begun = false;

	for (size_t i = 0; i < question->n; i++) {
		begun |= question->weights[i] > 0;
		question->sums[i].mean = question->weights[i] > 0
						 ? question->sums[i].mean / question->weights[i]
						 : NAN;
	}
	if (begun)
		say_point(question, question->bucket, question->sums, BUCKET_DECIMALS);
	for (size_t i = 0; i < question->n; i++) {
		question->sums[i] = (struct triple){INFINITY, 0, -INFINITY};
		question->weights[i] = 0;
	}
}

static void add_to_bucket(struct question *question, int64_t time, double weight)
{
	int64_t bucket = time_floor(time, question->step);

	if (bucket != question->bucket)
		end_bucket(question);
	question->bucket = bucket;
	for (size_t i = 0; i < question->n; i++) {
		const struct triple *row = &question->row[i];
		struct triple *sums = &question->sums[i];

		if (isnan(row->mean))
			continue;
		sums->least = fmin(sums->least, row->least);
		sums->greatest = fmax(sums->greatest, row->greatest);
		sums->mean += row->mean * weight;
		question->weights[i] += weight;
	}
}

/* "[10.5, 15]" of all members of an array, and how many they are. */
static size_t say_array(struct question *question, size_t first)
{
	struct text *text = &question->text;
	size_t n = 0;
	bool empty = true;

	while (!n || same_name(question, first, first + n))
		empty &= isnan(question->row[first + n++].mean) != 0;
	for (size_t i = 0; i < n && !empty; i++) {
		text_say(text, i ? ", " : "\"[");
		say_number(text, question->row[first + i].mean, VALUE_DECIMALS, "null");
	}
	text_say(text, empty ? "" : "]\"");
	return n;
}

static void say_line(struct question *question, int64_t time)
{
	struct text *text = &question->text;

	/* a sample is numbered by the second it was taken in, as in /api/current */
	say_number(text, floor((double)time / 1000), 0, "");
	text_say(text, ",");
	say_time(text, time);
	for (size_t i = 0; i < question->n;) {
		text_say(text, ",");
		if (question->wanted[i].member)
			i += say_array(question, i);
		else
			say_number(text, question->row[i++].mean, VALUE_DECIMALS, "");
	}
	text_say(text, "\r\n");
}

void form_row(struct question *question, int64_t time, double weight)
{
	if (question->form == HISTORY_VALUES)
		say_value(question, time);
	else if (question->form == HISTORY_TABLE)
		say_line(question, time);
	else if (!question->step)
		say_point(question, time, question->row, VALUE_DECIMALS);
	else
		add_to_bucket(question, time, weight);
}

void form_end(struct question *question)
{
	if (question->form == HISTORY_BUCKETS && question->step)
		end_bucket(question);
	if (question->form == HISTORY_VALUES)
		text_say(&question->text, question->rows ? "\n]\n" : "]\n");
	else if (question->form == HISTORY_BUCKETS)
		text_say(&question->text, "\n]}\n");
}

void form_refuse(struct question *question, const char *word, const char *const *paths, size_t n)
{
	struct text *text = &question->text;
	size_t said = 0;
	auto_free char *why = xasprintf("Invalid metric: '%s'", word);

	text_say(text, "{\"error\":");
	say_string(text, why);
	text_say(text, ",\"metrics\":[");
	for (size_t i = 0; i < question->names_n; i++) {
		if (strchr(question->names[i].path, '*'))
			continue;
		text_say(text, said++ ? "," : "");
		say_string(text, question->names[i].name);
	}
	for (size_t i = 0; i < n; i++) {
		text_say(text, said++ ? "," : "");
		say_string(text, paths[i]);
	}
	text_say(text, "]}\n");
}
