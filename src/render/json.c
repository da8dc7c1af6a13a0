/*
 * The document of GET /stats.  Rows of one object stand together in the catalogue and readings come
 * sorted, so the text is written from left to right: where the path of the next row parts from the
 * one before, objects are closed and opened.
 */
#include "mem.h"
#include "render.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

struct document {
	char *text;
	size_t n, room;
	const struct reading *from[FAMILIES + 1]; /* each family's readings end where the next's
						     begin */
	size_t object[FAMILIES]; /* how much of each family's path is the object that it stands in
				  */
	const char *open;	 /* the row whose objects are open */
};

static void make_room(struct document *document, size_t n)
{
	if (document->n + n < document->room)
		return;
	document->room = 2 * (document->room + n);
	document->text = xrealloc(document->text, document->room, 1);
}

static void add(struct document *document, const char *text, size_t n)
{
	make_room(document, n);
	memcpy(document->text + document->n, text, n);
	document->n += n;
}

static void add_character(struct document *document, char character)
{
	make_room(document, 1);
	document->text[document->n++] = character;
}

/* A comma, unless it is the first of its object or array. */
static void add_next(struct document *document)
{
	char before = document->text[document->n - 1];

	if (before != '{' && before != '[' && before != ':')
		add_character(document, ',');
}

/* Readings are printable UTF-8 without control characters, see put_text(). */
static void add_string(struct document *document, const char *text, size_t n)
{
	add_character(document, '"');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"' || text[i] == '\\')
			add_character(document, '\\');
		add_character(document, text[i]);
	}
	add_character(document, '"');
}

static void add_key(struct document *document, const char *key, size_t n)
{
	add_next(document);
	add_character(document, '"');
	add(document, key, n);
	add(document, "\":", 2);
}

static void add_value(struct document *document, const struct reading *reading)
{
	const struct metric *row = reading ? reading_row(reading) : NULL;
	char number[64];

	if (row && row->kind == STATE)
		add(document, reading->number != 0 ? "true" : "false",
			reading->number != 0 ? 4 : 5);
	else if (row && row->kind == TEXT)
		add_string(document, reading->text, strlen(reading->text));
	else if (row && text_number(number, sizeof(number), reading->number, row->precision))
		add(document, number, strlen(number));
	else
		add(document, "null", 4);
}

static bool same_member(const struct reading *a, const struct reading *b)
{
	return strcmp(a->slug, b->slug) == 0;
}

static void add_members(struct document *document, enum family family)
{
	const struct reading *end = document->from[family + 1];
	bool array = families[family].array;

	for (const struct reading *at = document->from[family]; at < end; at++) {
		bool first = at == document->from[family] || !same_member(at - 1, at);
		bool last = at + 1 == end || !same_member(at, at + 1);
		const char *path = catalogue[at->metric].path;

		if (array) {
			add_next(document);
			add_value(document, at);
			continue;
		}
		if (first) {
			add_key(document, at->slug, strlen(at->slug));
			add_character(document, '{');
		}
		add_key(document, path, strlen(path));
		add_value(document, at);
		if (last)
			add_character(document, '}');
	}
}

/* "network" of a family that stands among rows of the host, "agent" of "agent.collectors", nothing
 * of one that stands alone. */
static size_t object_of(const struct family_row *row)
{
	const char *dot = strrchr(row->path, '.');

	if (row->beside_host)
		return strlen(row->path);
	return dot ? (size_t)(dot - row->path) : 0;
}

/* The families that stand in an object of the host, or with the empty path those that stand alone.
 */
static void add_families(struct document *document, const char *object, size_t n)
{
	for (enum family family = HOST + 1; family < FAMILIES; family++) {
		const struct family_row *row = &families[family];
		const char *name;

		if (document->object[family] != n || memcmp(row->path, object, n) != 0)
			continue;
		if (!row->beside_host) {
			name = n ? row->path + n + 1 : row->path;
			add_key(document, name, strlen(name));
			add_character(document, row->array ? '[' : '{');
		}
		add_members(document, family);
		if (!row->beside_host)
			add_character(document, row->array ? ']' : '}');
	}
}

/* How much of the objects of one path those of another share: "cpu." of "cpu.user". */
static size_t shared_objects(const char *a, const char *b)
{
	size_t shared = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '.')
			shared = i + 1;
	return shared;
}

/* Closes the objects of the row before that the next path does not share, opens its others; gives
 * the last name of the path. */
static const char *move_to(struct document *document, const char *path)
{
	const char *before = document->open, *name, *dot;
	size_t shared = shared_objects(before, path);

	for (size_t i = strlen(before); i-- > shared;)
		if (before[i] == '.') {
			add_families(document, before, i);
			add_character(document, '}');
		}
	for (name = path + shared; (dot = strchr(name, '.')); name = dot + 1) {
		add_key(document, name, (size_t)(dot - name));
		add_character(document, '{');
	}
	document->open = path;
	return name;
}

static void add_host(struct document *document)
{
	const struct reading *next = document->from[HOST], *end = document->from[HOST + 1];

	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		const char *name;

		if (catalogue[id].family != HOST)
			continue;
		name = move_to(document, catalogue[id].path);
		add_key(document, name, strlen(name));
		while (next < end && next->metric < id)
			next++;
		add_value(document, next < end && next->metric == id ? next : NULL);
	}
	(void)move_to(document, "");
}

char *render_json(const struct snapshot *snapshot, size_t *ret_n)
{
	struct document document = {.room = 16384, .open = ""};
	const struct reading *at = snapshot->at, *end = snapshot->at + snapshot->n;

	document.text = xrealloc(NULL, document.room, 1);
	for (enum family family = HOST; family <= FAMILIES; family++) {
		while (at < end && catalogue[at->metric].family < family)
			at++;
		document.from[family] = at;
	}
	for (enum family family = HOST + 1; family < FAMILIES; family++)
		document.object[family] = object_of(&families[family]);
	add_character(&document, '{');
	add_host(&document);
	add_families(&document, "", 0);
	add(&document, "}", sizeof("}"));
	if (ret_n)
		*ret_n = document.n - 1;
	return document.text;
}
