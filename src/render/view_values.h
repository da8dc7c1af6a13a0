#pragma once
/*
 * What a row of a view is about, and how it is written.  Private to src/render: views.c are the
 * tables, view_values.c finds and writes the values, view.c puts them where they belong, schema.c
 * says what there may be.
 */
#include "views.h"

#include <cJSON.h>

/* The host, or the member of a family whose object is being written. */
struct subject {
	const struct snapshot *snapshot;
	const char *key;
	size_t number;	/* among its family, from 0 */
	bool videocore; /* the VideoCore, which comes after the graphics cards */
};

/* How a form is called in JSON Schema. */
struct form_row {
	const char *type, *format, *unit; /* format and unit may be NULL */
};

extern const struct form_row forms[FORMS];

/* The value of a row for this subject; null if the machine does not have it. */
cJSON *view_value(const struct subject *subject, const struct view_row *row);

/* The shape of a card; the last one if the vendor has none of its own. */
const struct card_shape *view_card_shape(const struct subject *subject);

/* The member of the metric's family after the one before (NULL: the first; may be ret itself) in
 * *ret; false after the last.  The VideoCore is the last of the cards. */
bool view_member(const struct snapshot *snapshot, enum metric_id metric,
	const struct subject *before, struct subject *ret);

/* Puts an item where the path says, and makes the objects on the way; what is there already stays.
 */
void view_place(cJSON *root, const char *path, cJSON *item);

/* An object that is there, or the process is not. */
cJSON *view_item(cJSON *item);
