/*
 * The document of GET /stats.  Readings come sorted, so neighbours share most of their path: the
 * objects that are open are kept on a stack, and only where the paths part is anything looked up.
 */
#include "mem.h"
#include "render.h"
#include "text.h"

#include <cJSON.h>
#include <stdio.h>
#include <string.h>

#define DEPTH 6

struct level {
	char name[KEY_SIZE];
	cJSON *object;
};

struct document {
	cJSON *root;
	struct level open[DEPTH];
	size_t depth;
};

/* The object at a path below the root, made if it is not there; "a.b" → root["a"]["b"]. */
static cJSON *object_at(struct document *document, const char *path, size_t n)
{
	cJSON *at = document->root;
	size_t level = 0;

	for (const char *name = path, *end = path + n; name < end; level++) {
		const char *dot = memchr(name, '.', (size_t)(end - name));
		size_t length = (size_t)((dot ? dot : end) - name);
		struct level *open = &document->open[level];

		if (level == DEPTH || length >= sizeof(open->name))
			return at;
		if (level >= document->depth || strncmp(open->name, name, length) != 0 ||
			open->name[length]) {
			memcpy(open->name, name, length);
			open->name[length] = '\0';
			open->object = cJSON_GetObjectItemCaseSensitive(at, open->name);
			if (!open->object)
				open->object = cJSON_AddObjectToObject(at, open->name);
			document->depth = level + 1;
		}
		at = open->object;
		name += length + (dot ? 1 : 0);
		if (!dot)
			break;
	}
	return at;
}

static cJSON *value(const struct reading *reading)
{
	const struct metric *row;
	char number[64];

	if (!reading)
		return cJSON_CreateNull();
	row = &catalogue[reading->metric];
	switch (row->kind) {
	case STATE:
		return cJSON_CreateBool(reading->number != 0);
	case TEXT:
		return cJSON_CreateString(reading->text);
	case GAUGE:
	case COUNTER:
	case MOMENT:
		break;
	}
	/* our own digits: cJSON knows no precision, and prints every number twice to find one */
	if (!text_number(number, sizeof(number), reading->number, row->precision))
		return cJSON_CreateNull();
	return cJSON_CreateRaw(number);
}

static void add_host(struct document *document, const struct snapshot *snapshot)
{
	const struct reading *next = snapshot->at, *end = snapshot->at + snapshot->n;

	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		const char *path = catalogue[id].path, *last;
		cJSON *object;

		if (catalogue[id].family != HOST)
			continue;
		last = strrchr(path, '.');
		object = object_at(document, path, last ? (size_t)(last - path) : 0);
		while (next < end && catalogue[next->metric].family == HOST && next->metric < id)
			next++;
		cJSON_AddItemToObjectCS(object, last ? last + 1 : path,
			value(next < end && next->metric == id ? next : NULL));
	}
}

static void add_member(struct document *document, const struct reading *reading)
{
	const struct metric *row = &catalogue[reading->metric];
	const struct family_row *family = &families[row->family];
	char path[256];
	cJSON *array;

	if (family->array) {
		array = cJSON_GetObjectItemCaseSensitive(document->root, family->path);
		cJSON_AddItemToArray(array, value(reading));
		return;
	}
	snprintf(path, sizeof(path), "%s.%s", family->path, reading->slug);
	cJSON_AddItemToObjectCS(object_at(document, path, strlen(path)), row->path, value(reading));
}

char *render_json(const struct snapshot *snapshot, size_t *ret_n)
{
	struct document document = {.root = cJSON_CreateObject()};
	char *text;

	add_host(&document, snapshot);
	for (enum family family = HOST + 1; family < FAMILIES; family++) {
		const char *path = families[family].path;

		if (families[family].array)
			cJSON_AddArrayToObject(document.root, path);
		else
			(void)object_at(&document, path, strlen(path));
	}
	for (size_t i = 0; i < snapshot->n; i++)
		if (catalogue[snapshot->at[i].metric].family != HOST)
			add_member(&document, &snapshot->at[i]);
	text = cJSON_PrintBuffered(document.root, 16384, false);
	cJSON_Delete(document.root);
	if (!text)
		abort();
	if (ret_n)
		*ret_n = strlen(text);
	return text;
}
