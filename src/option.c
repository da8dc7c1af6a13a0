/* What an option may be, and what it is. */
#include "config_private.h"
#include "mem.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct option_row options[OPTIONS] = {
#define OPTION(id, ...) [OPTION_##id] = {__VA_ARGS__},
#include "options.def"
#undef OPTION
};

enum option_id option_find(const char *path)
{
	enum option_id id = 0;

	while (id < OPTIONS && strcmp(options[id].path, path) != 0)
		id++;
	return id;
}

char *option_unknown(const char *path)
{
	const char *names[OPTIONS], *nearest;

	for (enum option_id id = 0; id < OPTIONS; id++)
		names[id] = options[id].path;
	nearest = text_nearest(path, names, OPTIONS);
	return nearest ? xasprintf("unknown option %s; did you mean %s?", path, nearest)
		       : xasprintf("unknown option %s; `pistat print-config` shows them all", path);
}

void config_environment_name(enum option_id option, char *ret, size_t size)
{
	size_t n = (size_t)snprintf(ret, size, "PISTAT_%s", options[option].path);

	for (size_t i = 0; i < n && i + 1 < size; i++)
		ret[i] = ret[i] == '.' ? '_' : (char)toupper((unsigned char)ret[i]);
}

static bool flag_parse(const char *text, double *ret)
{
	static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no",
									     "off", "0"};

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcasecmp(text, yes[i]) == 0)
			return *ret = 1, true;
		if (strcasecmp(text, no[i]) == 0)
			return *ret = 0, true;
	}
	return false;
}

static bool choice_parse(const char *choices, const char *text, double *ret)
{
	int index = 0;

	for (const char *at = choices; *at; index++) {
		size_t n = strcspn(at, " ");

		if (strlen(text) == n && strncasecmp(text, at, n) == 0)
			return *ret = index, true;
		at += n + (at[n] == ' ');
	}
	return false;
}

static bool number_parse(const struct option_row *row, const char *text, double *ret)
{
	double number;

	if (!text_to_double(text, &number) || number < row->minimum || number > row->maximum ||
		(!row->fraction && number != trunc(number)))
		return false;
	*ret = number;
	return true;
}

/* Entries of these lists are "glob=number". */
static bool named_number_parse(const char *text, double *ret)
{
	const char *equals = strrchr(text, '=');

	return equals && equals != text && text_to_double(equals + 1, ret) && *ret >= 0;
}

static bool printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

#define TOPIC_MAX 128 /* bytes; the rest of a topic must fit behind it */

/* What others subscribe to: MQTT 4.7.1, 4.7.2. */
static bool names_topic(enum option_id option)
{
	return option == OPTION_MQTT_BASE || option == OPTION_HA_PREFIX ||
	       option == OPTION_HA_STATUS_TOPIC;
}

static bool check(enum option_id option, const char *text, double *ret_number)
{
	const struct option_row *row = &options[option];

	if (!printable(text) ||
		(names_topic(option) && (strpbrk(text, "+#") || *text == '$' || *text == '/' ||
						strlen(text) > TOPIC_MAX)))
		return false;
	switch (row->kind) {
	case OPTION_FLAG:
		return flag_parse(text, ret_number);
	case OPTION_NUMBER:
		return number_parse(row, text, ret_number);
	case OPTION_CHOICE:
		return choice_parse(row->choices, text, ret_number);
	case OPTION_TEXT:
		return row->empty || *text;
	case OPTION_LIST:
		break;
	}
	if (option == OPTION_SAMPLING_INTERVALS || option == OPTION_SAMPLING_DEADBANDS)
		return named_number_parse(text, ret_number);
	return true;
}

static char *refusal(enum option_id option, const char *text)
{
	const struct option_row *row = &options[option];
	char minimum[32], maximum[32];

	if (!printable(text))
		return xasprintf("%s: control characters are not allowed", row->path);
	if (names_topic(option) && strlen(text) > TOPIC_MAX)
		return xasprintf("%s: more than %d bytes", row->path, TOPIC_MAX);
	if (names_topic(option) && *text)
		return xasprintf("%s: \"%s\" is no topic to publish to: + and # are not allowed, "
				 "nor $ or / in front",
			row->path, text);
	switch (row->kind) {
	case OPTION_FLAG:
		return xasprintf("%s: \"%s\" is neither true nor false", row->path, text);
	case OPTION_NUMBER:
		text_number(minimum, sizeof(minimum), row->minimum, 3);
		text_number(maximum, sizeof(maximum), row->maximum, 3);
		return xasprintf("%s: \"%s\" is not a %snumber from %s to %s", row->path, text,
			row->fraction ? "" : "whole ", minimum, maximum);
	case OPTION_CHOICE:
		return xasprintf("%s: \"%s\" is not one of: %s", row->path, text, row->choices);
	case OPTION_TEXT:
		return xasprintf("%s: must not be empty", row->path);
	case OPTION_LIST:
		break;
	}
	return xasprintf("%s: \"%s\" is not \"name=number\"", row->path, text);
}

static void value_clear(struct option_value *value)
{
	for (size_t i = 0; i < value->list_n; i++)
		free(value->list[i]);
	free(value->list);
	free(value->text);
	free(value->origin);
	*value = (struct option_value){0};
}

int option_assign(struct config *config, enum option_id option, const char *const *texts, size_t n,
	const char *origin, char **ret_complaint)
{
	struct option_value *value = &config->values[option];
	double number = 0;
	size_t length = 1;

	for (size_t i = 0; i < n; i++) {
		if (!check(option, texts[i], &number)) {
			*ret_complaint = refusal(option, texts[i]);
			return -EINVAL;
		}
		length += strlen(texts[i]) + 1;
	}
	value_clear(value);
	value->number = number;
	value->origin = xstrdup(origin);
	value->text = xcalloc(length, 1);
	value->list = xcalloc(n, sizeof(char *));
	for (size_t i = 0; i < n; i++) {
		strcat(strcat(value->text, i ? "," : ""), texts[i]);
		value->list[value->list_n++] = xstrdup(texts[i]);
	}
	return 0;
}

int option_assign_text(struct config *config, enum option_id option, const char *text,
	const char *origin, char **ret_complaint)
{
	auto_free char *copy = xstrdup(text);
	auto_free const char **texts = xcalloc(strlen(text) + 1, sizeof(char *));
	size_t n = 0;

	if (options[option].kind != OPTION_LIST)
		return option_assign(config, option, &text, 1, origin, ret_complaint);
	for (char *save, *entry = strtok_r(copy, ",", &save); entry;
		entry = strtok_r(NULL, ",", &save)) {
		entry = text_trim(entry);
		if (*entry)
			texts[n++] = entry;
	}
	return option_assign(config, option, texts, n, origin, ret_complaint);
}

struct config *config_free(struct config *config)
{
	if (!config)
		return NULL;
	for (enum option_id id = 0; id < OPTIONS; id++)
		value_clear(&config->values[id]);
	free(config->state_directory);
	free(config);
	return NULL;
}

bool config_flag(const struct config *config, enum option_id option)
{
	return config->values[option].number != 0;
}

double config_number(const struct config *config, enum option_id option)
{
	return config->values[option].number;
}

const char *config_text(const struct config *config, enum option_id option)
{
	return config->values[option].text;
}

const char *const *config_list(const struct config *config, enum option_id option, size_t *ret_n)
{
	*ret_n = config->values[option].list_n;
	return (const char *const *)config->values[option].list;
}

int config_choice(const struct config *config, enum option_id option)
{
	return (int)config->values[option].number;
}

bool config_named_number(
	const struct config *config, enum option_id option, const char *name, double *ret)
{
	const struct option_value *value = &config->values[option];
	bool found = false;
	char glob[256];

	for (size_t i = 0; i < value->list_n; i++) {
		const char *equals = strrchr(value->list[i], '=');

		snprintf(
			glob, sizeof(glob), "%.*s", (int)(equals - value->list[i]), value->list[i]);
		if (text_glob(glob, name))
			found = text_to_double(equals + 1, ret);
	}
	return found;
}

const char *config_origin(const struct config *config, enum option_id option)
{
	return config->values[option].origin;
}
