/* A view of a snapshot, from its table: where each value stands, and what is there for whom. */
#include "view_values.h"

#include "mem.h"

#include <stdio.h>
#include <string.h>

static bool same_member(const struct reading *a, const struct reading *b)
{
	return catalogue[a->metric].family == catalogue[b->metric].family &&
	       strcmp(a->key, b->key) == 0;
}

static bool has_videocore(const struct snapshot *snapshot)
{
	return snapshot_find(snapshot, GPU_USAGE, "") || snapshot_find(snapshot, GPU_MEMORY, "") ||
	       snapshot_find(snapshot, GPU_TEMPERATURE, "");
}

bool view_member(const struct snapshot *snapshot, enum metric_id metric,
	const struct subject *before, struct subject *ret)
{
	enum family family = catalogue[metric].family;
	size_t wanted = before ? before->number + 1 : 0, members = 0;

	for (size_t i = 0; family != HOST && i < snapshot->n; i++) {
		const struct reading *reading = &snapshot->at[i];

		if (catalogue[reading->metric].family != family ||
			(i > 0 && same_member(reading - 1, reading)))
			continue;
		if (members++ == wanted) {
			*ret = (struct subject){snapshot, reading->key, wanted, false};
			return true;
		}
	}
	if (family != CARD || members != wanted || !has_videocore(snapshot))
		return false;
	*ret = (struct subject){snapshot, "", wanted, true};
	return true;
}

/* The object of that name within another; made if it is not there. */
static cJSON *object_in(cJSON *parent, const char *name, size_t n)
{
	auto_free char *key = xstrndup(name, n);
	cJSON *object = cJSON_GetObjectItemCaseSensitive(parent, key);

	if (!object) {
		object = view_item(cJSON_CreateObject());
		cJSON_AddItemToObject(parent, key, object);
	}
	return object;
}

void view_place(cJSON *root, const char *path, cJSON *item)
{
	const char *dot;

	for (; (dot = strchr(path, '.')); path = dot + 1)
		root = object_in(root, path, (size_t)(dot - path));
	if (cJSON_HasObjectItem(root, path))
		cJSON_Delete(item);
	else
		cJSON_AddItemToObject(root, path, item);
}

static void place_rows(cJSON *root, const struct subject *subject, const struct view_row *rows);

static cJSON *member_value(const struct subject *member, const struct view_row *row)
{
	cJSON *object;

	if (row->form != OBJECT)
		return view_value(member, row);
	object = view_item(cJSON_CreateObject());
	place_rows(object, member, row->rows ? row->rows : view_card_shape(member)->rows);
	return object;
}

static void place_list(cJSON *root, const struct subject *subject, const struct view_row *row)
{
	cJSON *array = view_item(cJSON_CreateArray());
	struct subject member, *before = NULL;

	while (view_member(subject->snapshot, row->metric, before, &member)) {
		cJSON_AddItemToArray(array, member_value(&member, row));
		before = &member;
	}
	view_place(root, row->path, array);
}

/* "gpu_#_usage" becomes gpu_0_usage, gpu_1_usage …; a member without the value gets no field. */
static void place_each(cJSON *root, const struct subject *subject, const struct view_row *row)
{
	const char *mark = strchr(row->path, '#');
	struct subject member, *before = NULL;

	while (view_member(subject->snapshot, row->metric, before, &member)) {
		auto_free char *path = xasprintf(
			"%.*s%zu%s", (int)(mark - row->path), row->path, member.number, mark + 1);
		cJSON *value = member_value(&member, row);

		if (cJSON_IsNull(value))
			cJSON_Delete(value);
		else
			view_place(root, path, value);
		before = &member;
	}
}

static void place_row(cJSON *root, const struct subject *subject, const struct view_row *row)
{
	struct subject first;

	switch (row->over) {
	case LIST:
		place_list(root, subject, row);
		break;
	case EACH:
		place_each(root, subject, row);
		break;
	case FIRST:
		view_place(root, row->path,
			view_member(subject->snapshot, row->metric, NULL, &first)
				? view_value(&first, row)
				: view_item(cJSON_CreateNull()));
		break;
	case ITSELF:
	case PRIMARY_INTERFACE:
	case KEYED:
	case SUM:
		view_place(root, row->path, member_value(subject, row));
		break;
	}
}

static void place_rows(cJSON *root, const struct subject *subject, const struct view_row *rows)
{
	for (; rows->form != END; rows++)
		place_row(root, subject, rows);
}

char *render_view(const struct snapshot *snapshot, const struct view_row *view, size_t *ret_n)
{
	const struct subject host = {.snapshot = snapshot, .key = ""};
	cJSON *root = view_item(cJSON_CreateObject());
	char *text;

	place_rows(root, &host, view);
	text = cJSON_PrintUnformatted(root);
	cJSON_Delete(root);
	if (!text)
		abort();
	*ret_n = strlen(text);
	return text;
}
