/*
 * The document of GET /stats.  All its keys are in the catalogue; only values and the members of
 * families come and go.  So what stands between those is written once, as a plan, and each document
 * is copied from it, from left to right.
 *
 * Rows of one object stand together in the catalogue: where the path of the next row parts from the
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
};

/* What comes behind a piece of the plan: a value of the host, or the members of a family. */
struct step {
	size_t end; /* of the piece; it begins where the one before ends */
	enum metric_id value;
	enum family members; /* if there is no value */
};

struct plan {
	struct document pieces;
	struct step steps[METRICS + FAMILIES];
	size_t n;
	const char *open; /* the row whose objects are open */
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

/* A comma, unless there is one or it is the first of its object or array. */
static void add_next(struct document *document)
{
	if (!strchr("{[:,", document->text[document->n - 1]))
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

/* The readings of one family, up to `end`. */
static void add_members(struct document *document, const struct reading *begin,
	const struct reading *end, bool array)
{
	for (const struct reading *at = begin; at < end; at++) {
		bool first = at == begin || !same_member(at - 1, at);
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

static void plan_step(struct plan *plan, enum metric_id value, enum family members)
{
	plan->steps[plan->n++] = (struct step){plan->pieces.n, value, members};
}

/* Behind a step stands something, though not in the plan. */
static void plan_key(struct plan *plan, const char *key, size_t n)
{
	if (plan->n && plan->steps[plan->n - 1].end == plan->pieces.n)
		add_character(&plan->pieces, ',');
	add_key(&plan->pieces, key, n);
}

/* The families that stand in an object of the host, or with the empty path those that stand alone.
 */
static void plan_families(struct plan *plan, const char *object, size_t n)
{
	for (enum family family = HOST + 1; family < FAMILIES; family++) {
		const struct family_row *row = &families[family];
		const char *name;

		if (object_of(row) != n || memcmp(row->path, object, n) != 0)
			continue;
		if (row->beside_host) {
			plan_step(plan, NO_METRIC, family);
			continue;
		}
		name = n ? row->path + n + 1 : row->path;
		plan_key(plan, name, strlen(name));
		add_character(&plan->pieces, row->array ? '[' : '{');
		plan_step(plan, NO_METRIC, family);
		add_character(&plan->pieces, row->array ? ']' : '}');
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
static const char *plan_path(struct plan *plan, const char *path)
{
	const char *before = plan->open, *name, *dot;
	size_t shared = shared_objects(before, path);

	for (size_t i = strlen(before); i-- > shared;)
		if (before[i] == '.') {
			plan_families(plan, before, i);
			add_character(&plan->pieces, '}');
		}
	for (name = path + shared; (dot = strchr(name, '.')); name = dot + 1) {
		plan_key(plan, name, (size_t)(dot - name));
		add_character(&plan->pieces, '{');
	}
	plan->open = path;
	return name;
}

/* Of the catalogue, which stays as it is. */
static const struct plan *the_plan(void)
{
	static struct plan plan = {.open = ""};

	if (plan.n)
		return &plan;
	add_character(&plan.pieces, '{');
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		const char *name;

		if (catalogue[id].family != HOST)
			continue;
		name = plan_path(&plan, catalogue[id].path);
		plan_key(&plan, name, strlen(name));
		plan_step(&plan, id, HOST);
	}
	(void)plan_path(&plan, "");
	plan_families(&plan, "", 0);
	add(&plan.pieces, "}", sizeof("}"));
	return &plan;
}

char *render_json(const struct snapshot *snapshot, size_t *ret_n)
{
	const struct plan *plan = the_plan();
	struct document document = {.room = 2 * plan->pieces.n};
	const struct reading *at = snapshot->at, *end = snapshot->at + snapshot->n, *next;
	const struct reading *from[FAMILIES + 1]; /* each family's end where the next's begin */
	size_t done = 0;

	document.text = xrealloc(NULL, document.room, 1);
	for (enum family family = HOST; family <= FAMILIES; family++) {
		while (at < end && catalogue[at->metric].family < family)
			at++;
		from[family] = at;
	}
	next = from[HOST];
	end = from[HOST + 1];
	for (const struct step *step = plan->steps; step < plan->steps + plan->n; step++) {
		add(&document, plan->pieces.text + done, step->end - done);
		done = step->end;
		if (step->value == NO_METRIC) {
			add_members(&document, from[step->members], from[step->members + 1],
				families[step->members].array);
			continue;
		}
		while (next < end && next->metric < step->value)
			next++;
		add_value(&document, next < end && next->metric == step->value ? next : NULL);
	}
	add(&document, plan->pieces.text + done, plan->pieces.n - done);
	if (ret_n)
		*ret_n = document.n - 1;
	return document.text;
}
