/*
 * JSON Schema (2020-12, as OpenAPI 3.1 has it) of the document and of the views: what may stand
 * where, in which unit, and what may be null.
 */
#include "view_values.h"

#include "mem.h"

#include <stdio.h>
#include <string.h>

static cJSON *child(cJSON *parent, const char *name)
{
	cJSON *object = cJSON_GetObjectItemCaseSensitive(parent, name);

	if (!object)
		object = view_item(cJSON_AddObjectToObject(parent, name));
	return object;
}

/* Where the schema of a field stands in that of its object.  A '*' is any name, a '#' in a name any
 * number. */
static cJSON *field_of(cJSON *schema, const char *name)
{
	const char *mark = strchr(name, '#');
	char pattern[128];

	if (!cJSON_HasObjectItem(schema, "type"))
		cJSON_AddStringToObject(schema, "type", "object");
	if (strcmp(name, "*") == 0)
		return child(schema, "additionalProperties");
	if (!mark)
		return child(child(schema, "properties"), name);
	snprintf(pattern, sizeof(pattern), "^%.*s[0-9]+%s$", (int)(mark - name), name, mark + 1);
	return child(child(schema, "patternProperties"), pattern);
}

/* Where that of "network.*.bytes_recv" stands. */
static cJSON *schema_at(cJSON *root, const char *path)
{
	char name[128];

	for (size_t n; *path; path += n + (path[n] == '.')) {
		n = strcspn(path, ".");
		snprintf(name, sizeof(name), "%.*s", (int)n, path);
		root = field_of(root, name);
	}
	return root;
}

static void set_type(cJSON *schema, const char *type, bool nullable)
{
	const char *const types[] = {type, "null"};

	cJSON_AddItemToObject(schema, "type",
		view_item(nullable ? cJSON_CreateStringArray(types, 2) : cJSON_CreateString(type)));
}

/* "Time since boot (s)" */
static void describe(cJSON *schema, const char *help, const char *unit)
{
	auto_free char *text = unit[0] ? xasprintf("%s (%s)", help, unit) : xstrdup(help);

	cJSON_AddStringToObject(schema, "description", text);
}

/* What is to be described: the field, or the elements of its array. */
static cJSON *elements(cJSON *schema, bool array)
{
	if (!array)
		return schema;
	cJSON_AddStringToObject(schema, "type", "array");
	return child(schema, "items");
}

static void place_metric(cJSON *root, enum metric_id id)
{
	static const char *const types[] = {[GAUGE] = "number",
		[COUNTER] = "number",
		[STATE] = "boolean",
		[TEXT] = "string",
		[MOMENT] = "number"};
	const struct metric *row = &catalogue[id];
	bool array = families[row->family].array;
	char path[128];
	cJSON *schema;

	catalogue_pattern(id, path, sizeof(path));
	if (array)
		snprintf(path, sizeof(path), "%s", families[row->family].path);
	schema = elements(schema_at(root, path), array);
	set_type(schema, types[row->kind], true);
	describe(
		schema, row->help, row->kind == MOMENT ? "seconds since 1970" : metric_symbol(row));
}

static char *print_and_free(cJSON *root)
{
	char *text = cJSON_PrintUnformatted(root);

	cJSON_Delete(root);
	if (!text)
		abort();
	return text;
}

char *schema_document(void)
{
	cJSON *root = view_item(cJSON_CreateObject());

	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++)
		place_metric(root, id);
	return print_and_free(root);
}

static void place_rows(cJSON *root, const struct view_row *rows);

/* Cards of all vendors, since a schema cannot know which there are. */
static void place_object(cJSON *schema, const struct view_row *row)
{
	const struct card_shape *shape = card_shapes;

	if (row->rows) {
		place_rows(schema, row->rows);
		return;
	}
	do
		place_rows(schema, shape->rows);
	while ((shape++)->vendor);
}

static void place_row(cJSON *root, const struct view_row *row)
{
	const struct form_row *form = &forms[row->form];
	const struct metric *metric = &catalogue[row->metric];
	cJSON *schema = schema_at(root, row->path);

	if (cJSON_HasObjectItem(schema, "type"))
		return;
	schema = elements(schema, row->over == LIST);
	if (row->form == OBJECT) {
		place_object(schema, row);
		return;
	}
	set_type(schema, form->type, row->form != LITERAL && row->form != NUMBER_OF);
	if (form->format)
		cJSON_AddStringToObject(schema, "format", form->format);
	if (metric->help)
		describe(schema, metric->help,
			form->unit			    ? form->unit
			: strcmp(form->type, "string") == 0 ? ""
							    : metric_symbol(metric));
}

static void place_rows(cJSON *root, const struct view_row *rows)
{
	for (; rows->form != END; rows++)
		place_row(root, rows);
}

char *schema_view(const struct view_row *view)
{
	cJSON *root = view_item(cJSON_CreateObject());

	place_rows(root, view);
	return print_and_free(root);
}
