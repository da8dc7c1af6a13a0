#include "collect/probe_output.h"

#include "mem.h"
#include "text.h"

#include <cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SHOWN 40 /* bytes of what was said, in a complaint */

static int refuse(char why[static WHY_SIZE], const char *what, const char *said)
{
	char clean[SHOWN + 1];

	text_copy(clean, sizeof(clean), said);
	snprintf(why, WHY_SIZE, "%s: \"%s%s\"", what, clean, strlen(said) > SHOWN ? "…" : "");
	return -EBADMSG;
}

static bool listed(const char *const *words, const char *text)
{
	for (; *words; words++)
		if (strcasecmp(*words, text) == 0)
			return true;
	return false;
}

static int state_parse(const struct probe *probe, const char *text, struct probe_output *ret,
	char why[static WHY_SIZE])
{
	bool on = listed(probe->on, text);

	if (!on && *probe->off && !listed(probe->off, text))
		return refuse(why, "neither on nor off", text);
	ret->number = on;
	return 0;
}

static int number_parse(const struct probe *probe, const char *text, struct probe_output *ret,
	char why[static WHY_SIZE])
{
	double number;

	if (!text_to_double(text, &number) || !isfinite(number * probe->scale + probe->offset))
		return refuse(why, "no number", text);
	ret->number = number * probe->scale + probe->offset;
	return 0;
}

/* One word or line of plain text, trimmed. */
static int value_parse(
	const struct probe *probe, char *text, struct probe_output *ret, char why[static WHY_SIZE])
{
	text = text_trim(text);
	if (!*text)
		return -ENODATA;
	switch (probe->row.kind) {
	case STATE:
		return state_parse(probe, text, ret, why);
	case TEXT:
		text[strcspn(text, "\r\n")] = '\0';
		text_copy(ret->text, sizeof(ret->text), text);
		return 0;
	case GAUGE:
	case COUNTER:
	case MOMENT:
		break;
	}
	return number_parse(probe, text, ret, why);
}

/*
 * "battery.charge" in {"battery": {"charge": 97}} and in {"battery.charge": 97}: names may hold
 * dots themselves, so the whole rest is tried first, then its beginnings, the longest last.  In an
 * array a name is a position.
 */
static const cJSON *find(const cJSON *at, const char *path)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(at, path);
	char name[256];
	long position;

	for (const char *dot = strchr(path, '.'); !found && dot; dot = strchr(dot + 1, '.')) {
		const cJSON *inner;

		snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
		inner = cJSON_GetObjectItemCaseSensitive(at, name);
		if (cJSON_IsArray(at) && text_to_long(name, &position) && position >= 0)
			inner = cJSON_GetArrayItem(at, (int)position);
		if (inner)
			found = find(inner, dot + 1);
	}
	if (!found && cJSON_IsArray(at) && text_to_long(path, &position) && position >= 0 &&
		position < cJSON_GetArraySize(at))
		found = cJSON_GetArrayItem(at, (int)position);
	return found;
}

static int json_parse(const struct probe *probe, const cJSON *item, struct probe_output *ret,
	char why[static WHY_SIZE])
{
	char number[64];
	auto_free char *text = NULL;

	if (!item) {
		snprintf(why, WHY_SIZE, "its JSON has no %.100s", probe->json);
		return -EBADMSG;
	}
	if (cJSON_IsNull(item))
		return -ENODATA;
	if (cJSON_IsNumber(item)) {
		snprintf(number, sizeof(number), "%.15g", item->valuedouble);
		return value_parse(probe, number, ret, why);
	}
	if (cJSON_IsBool(item)) {
		snprintf(number, sizeof(number), "%s", cJSON_IsTrue(item) ? "true" : "false");
		return value_parse(probe, number, ret, why);
	}
	if (!cJSON_IsString(item)) {
		snprintf(why, WHY_SIZE, "%.100s in its JSON is no single value", probe->json);
		return -EBADMSG;
	}
	text = xstrdup(item->valuestring);
	return value_parse(probe, text, ret, why);
}

int probe_output_parse(const struct probe *probe, const char *text, size_t n,
	struct probe_output *ret, char ret_why[static WHY_SIZE])
{
	auto_free char *copy = xstrndup(text, n);
	cJSON *json;
	int r;

	if (strlen(copy) != n)
		return refuse(ret_why, "no text but bytes", copy);
	if (!*probe->json || !*text_trim(copy))
		return value_parse(probe, copy, ret, ret_why);
	json = cJSON_Parse(copy);
	r = json ? json_parse(probe, find(json, probe->json), ret, ret_why)
		 : refuse(ret_why, "no JSON", text_trim(copy));
	cJSON_Delete(json);
	return r;
}
