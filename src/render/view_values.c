#include "view_values.h"

#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define GIGABYTE 1073741824.0
#define MEGABYTE 1048576.0

const struct form_row forms[FORMS] = {
	[END] = {NULL, NULL, NULL},
	[FLOAT] = {"number", NULL, NULL},
	[INTEGER] = {"integer", NULL, NULL},
	[FLOORED] = {"integer", NULL, NULL},
	[GIGABYTES] = {"number", NULL, "GB of 2^30 bytes"},
	[MEGABYTES] = {"integer", NULL, "MB of 2^20 bytes"},
	[SHARE] = {"number", NULL, "%"},
	[BOOLEAN] = {"boolean", NULL, NULL},
	[WORDS] = {"string", NULL, NULL},
	[LITERAL] = {"string", NULL, NULL},
	[NUMBER_OF] = {"integer", NULL, NULL},
	[CARD_KIND] = {"string", NULL, NULL},
	[CARD_CALLED] = {"string", NULL, NULL},
	[UTC] = {"string", "date-time", NULL},
	[LOCAL_TIME] = {"string", "date-time", NULL},
	[DURATION] = {"string", NULL, "days, hours and minutes"},
	[PERCENT_TEXT] = {"string", NULL, NULL},
	[USAGE_TEXT] = {"string", NULL, "GB of 2^30 bytes"},
	[OBJECT] = {"object", NULL, NULL},
};

cJSON *view_item(cJSON *item)
{
	if (!item)
		abort();
	return item;
}

static const struct reading *find(
	const struct subject *subject, const struct view_row *row, enum metric_id metric)
{
	const struct snapshot *snapshot = subject->snapshot;
	const struct reading *primary;
	const char *key = subject->key;

	if (subject->videocore)
		metric = metric == row->metric ? row->videocore : NO_METRIC;
	if (catalogue[metric].family == HOST)
		key = "";
	if (row->over == KEYED)
		key = row->key;
	if (row->over == PRIMARY_INTERFACE) {
		primary = snapshot_find(snapshot, NET_PRIMARY, "");
		if (!primary)
			return NULL;
		key = primary->text;
	}
	return metric == NO_METRIC ? NULL : snapshot_find(snapshot, metric, key);
}

static bool find_sum(const struct subject *subject, const struct view_row *row, double *ret)
{
	struct subject member, *before = NULL;
	const struct reading *reading;
	bool found = false;
	double sum = 0;

	while (view_member(subject->snapshot, row->metric, before, &member)) {
		reading = snapshot_find(subject->snapshot, row->metric, member.key);
		sum += reading ? reading->number : 0;
		found = found || reading;
		before = &member;
	}
	if (found)
		*ret = sum;
	return found;
}

static bool find_number(const struct subject *subject, const struct view_row *row,
	enum metric_id metric, double *ret)
{
	const struct reading *reading;

	if (row->over == SUM)
		return find_sum(subject, row, ret);
	reading = find(subject, row, metric);
	if (!reading)
		return false;
	*ret = reading->number;
	return true;
}

const struct card_shape *view_card_shape(const struct subject *subject)
{
	const struct reading *vendor = snapshot_find(subject->snapshot, CARD_VENDOR, subject->key);
	const char *name = subject->videocore ? "Broadcom" : vendor ? vendor->text : "";
	const struct card_shape *shape = card_shapes;

	while (shape->vendor && strcmp(shape->vendor, name) != 0)
		shape++;
	return shape;
}

/* "12.0"; text_number() would say "12". */
static void print_float(char *ret, size_t size, double number, int digits)
{
	if (!text_number(ret, size - 2, number, digits))
		strcpy(ret, "null");
	else if (!strchr(ret, '.'))
		strcat(ret, ".0");
}

static cJSON *raw_number(double number, int digits, bool point)
{
	char text[64];

	if (point)
		print_float(text, sizeof(text), number, digits);
	else if (!text_number(text, sizeof(text), number, 0))
		strcpy(text, "null");
	return cJSON_CreateRaw(text);
}

/* "2025-09-23T16:18:12.743209+00:00", or without the fraction and with the machine's own offset. */
static cJSON *moment(double seconds, bool local)
{
	time_t whole = (time_t)floor(seconds);
	long micro = (long)fmin((seconds - (double)whole) * 1e6 + 0.5, 999999);
	char text[64], zone[8] = "+0000";
	struct tm parts;
	size_t n;

	if (!(local ? localtime_r(&whole, &parts) : gmtime_r(&whole, &parts)))
		return cJSON_CreateNull();
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
	if (local)
		strftime(zone, sizeof(zone), "%z", &parts);
	else
		n += (size_t)snprintf(text + n, sizeof(text) - n, ".%06ld", micro);
	snprintf(text + n, sizeof(text) - n, "%.3s:%.2s", zone, zone + 3);
	return cJSON_CreateString(text);
}

static cJSON *duration(double seconds)
{
	unsigned long minutes = (unsigned long)(seconds / 60);
	unsigned long days = minutes / (24 * 60), hours = minutes / 60 % 24;
	char text[64];

	if (days)
		snprintf(text, sizeof(text), "%lud %luh %lum", days, hours, minutes % 60);
	else if (hours)
		snprintf(text, sizeof(text), "%luh %lum", hours, minutes % 60);
	else
		snprintf(text, sizeof(text), "%lum", minutes);
	return cJSON_CreateString(text);
}

static cJSON *percent_text(double number, int digits)
{
	char text[64];

	if (digits)
		print_float(text, sizeof(text) - 1, number, digits);
	else
		snprintf(text, sizeof(text) - 1, "%.0f", number);
	strcat(text, "%");
	return cJSON_CreateString(text);
}

static cJSON *usage_text(double used, double total, int digits)
{
	char share[32], text[128];

	print_float(share, sizeof(share), used / total * 100, digits);
	snprintf(text, sizeof(text), "%.2f GB / %.2f GB (%s%%)", used / GIGABYTE, total / GIGABYTE,
		share);
	return cJSON_CreateString(text);
}

static cJSON *words(const struct subject *subject, const struct view_row *row)
{
	const struct reading *reading = find(subject, row, row->metric);

	return reading ? cJSON_CreateString(reading->text) : cJSON_CreateNull();
}

/* Says "card0" for "card#". */
static cJSON *numbered(const char *text, size_t number)
{
	const char *mark = strchr(text, '#');
	char name[64];

	if (!mark)
		return cJSON_CreateString(text);
	snprintf(name, sizeof(name), "%.*s%zu%s", (int)(mark - text), text, number, mark + 1);
	return cJSON_CreateString(name);
}

/* The forms that are made from one number. */
static cJSON *number_value(const struct view_row *row, double number)
{
	switch (row->form) {
	case FLOAT:
		return raw_number(number, row->digits, true);
	case INTEGER:
		return raw_number(number, 0, false);
	case FLOORED:
		return raw_number(floor(number), 0, false);
	case GIGABYTES:
		return raw_number(number / GIGABYTE, 2, true);
	case MEGABYTES:
		return raw_number(number / MEGABYTE, 0, false);
	case BOOLEAN:
		return cJSON_CreateBool(number > 0);
	case UTC:
	case LOCAL_TIME:
		return moment(number, row->form == LOCAL_TIME);
	case DURATION:
		return duration(number);
	case PERCENT_TEXT:
		return percent_text(number, row->digits);
	case END:
	case SHARE:
	case WORDS:
	case LITERAL:
	case NUMBER_OF:
	case CARD_KIND:
	case CARD_CALLED:
	case USAGE_TEXT:
	case OBJECT:
	case FORMS:
		break;
	}
	return cJSON_CreateNull();
}

static cJSON *of_value(const struct subject *subject, const struct view_row *row)
{
	double part, whole;

	if (!find_number(subject, row, row->metric, &part) ||
		!find_number(subject, row, row->of, &whole) || whole <= 0)
		return cJSON_CreateNull();
	if (row->form == SHARE)
		return raw_number(part / whole * 100, row->digits, true);
	return usage_text(part, whole, row->digits);
}

/* A word of the card's shape goes before what the card says itself. */
static cJSON *card_word(const struct subject *subject, const struct view_row *row, const char *word)
{
	return word ? numbered(word, subject->number) : words(subject, row);
}

cJSON *view_value(const struct subject *subject, const struct view_row *row)
{
	double number;

	if (row->form == LITERAL)
		return view_item(cJSON_CreateString(row->text));
	if (row->form == NUMBER_OF)
		return view_item(raw_number((double)subject->number, 0, false));
	if (row->form == WORDS)
		return view_item(words(subject, row));
	if (row->form == CARD_KIND)
		return view_item(card_word(subject, row, view_card_shape(subject)->kind));
	if (row->form == CARD_CALLED)
		return view_item(card_word(subject, row, view_card_shape(subject)->called));
	if (row->form == SHARE || row->form == USAGE_TEXT)
		return view_item(of_value(subject, row));
	if (!find_number(subject, row, row->metric, &number))
		return view_item(cJSON_CreateNull());
	return view_item(number_value(row, number));
}
