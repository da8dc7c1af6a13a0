#include "snapshot.h"

#include "mem.h"
#include "text.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct reading *add(struct slice *slice, enum metric_id metric, const char *key)
{
	struct reading *reading;

	if (slice->n == slice->room) {
		slice->room = slice->room ? slice->room * 2 : 16;
		slice->at = xrealloc(slice->at, slice->room, sizeof(*slice->at));
	}
	reading = &slice->at[slice->n++];
	reading->metric = metric;
	reading->own = NULL;
	reading->number = 0;
	reading->slug[0] = reading->text[0] = '\0';
	text_copy(reading->key, sizeof(reading->key), key);
	return reading;
}

void put(struct slice *slice, enum metric_id metric, const char *key, double number)
{
	if (isfinite(number))
		add(slice, metric, key)->number = number;
}

void put_text(struct slice *slice, enum metric_id metric, const char *key, const char *text)
{
	char raw[4 * TEXT_SIZE], *trimmed;

	/* Trimmed first: a line end is no part of the text, inside it would be a '?'. */
	snprintf(raw, sizeof(raw), "%s", text);
	trimmed = text_trim(raw);
	if (*trimmed)
		text_copy(add(slice, metric, key)->text, TEXT_SIZE, trimmed);
}

void slice_clear(struct slice *slice)
{
	slice->n = 0;
}

void slice_free(struct slice *slice)
{
	free(slice->at);
	*slice = (struct slice){0};
}

const struct reading *slice_find(const struct slice *slice, enum metric_id metric, const char *key)
{
	for (size_t i = 0; i < slice->n; i++)
		if (slice->at[i].metric == metric && strcmp(slice->at[i].key, key) == 0)
			return &slice->at[i];
	return NULL;
}

/* Family, then member in natural order, then the catalogue's order. */
static int compared(
	enum metric_id metric_a, const char *key_a, enum metric_id metric_b, const char *key_b)
{
	enum family a = catalogue[metric_a].family, b = catalogue[metric_b].family;
	int order;

	if (a != b)
		return a < b ? -1 : 1;
	/* most neighbours are of one member, and the natural order is the dear part */
	order = a == HOST || strcmp(key_a, key_b) == 0 ? 0 : text_natural(key_a, key_b);
	return order ? order : (metric_a > metric_b) - (metric_a < metric_b);
}

/* Where a snapshot's readings are. */
struct sealed {
	size_t holders;
	struct reading at[];
};

static struct sealed *sealed_of(const struct snapshot *snapshot)
{
	uintptr_t at = (uintptr_t)snapshot->at;

	return (struct sealed *)(at - offsetof(struct sealed, at));
}

/* A reading to be sorted.  rank: what order numbers alone can tell, which is all there is among the
 * host's. */
struct place {
	unsigned rank;
	const struct reading *reading;
};

static struct place place_of(const struct reading *reading)
{
	unsigned family = catalogue[reading->metric].family;

	return (struct place){family * METRICS + (family == HOST ? reading->metric : 0), reading};
}

static int compare_places(const void *a, const void *b)
{
	const struct place *first = a, *second = b;
	const struct reading *one = first->reading, *other = second->reading;
	int order;

	if (first->rank != second->rank)
		return first->rank < second->rank ? -1 : 1;
	order = compared(one->metric, one->key, other->metric, other->key);
	/* qsort() is not stable; of duplicates the one put first wins. */
	return order ? order : (one > other) - (one < other);
}

static bool same(const struct reading *a, const struct reading *b)
{
	return a->metric == b->metric && strcmp(a->key, b->key) == 0;
}

/* Does the document already use that name at the family's place: another member, or a row of the
 * host
 * ("network.ipv4")? */
static bool slug_taken(const struct reading *at, size_t n, const struct reading *reading)
{
	enum family family = catalogue[reading->metric].family;
	size_t length = strlen(families[family].path);

	for (size_t i = n; i-- && catalogue[at[i].metric].family == family;)
		if (strcmp(at[i].slug, reading->slug) == 0 && strcmp(at[i].key, reading->key) != 0)
			return true;
	for (enum metric_id id = NO_METRIC + 1; families[family].beside_host && id < METRICS;
		id++) {
		const char *path = catalogue[id].path;

		if (catalogue[id].family == HOST &&
			strncmp(path, families[family].path, length) == 0 && path[length] == '.' &&
			strcmp(path + length + 1, reading->slug) == 0)
			return true;
	}
	return false;
}

static void give_slug(const struct reading *at, size_t n, struct reading *reading)
{
	static const uint8_t key[16] = "pistat member 1";
	const struct reading *before = n ? &at[n - 1] : NULL;
	uint64_t hash;

	if (before && catalogue[before->metric].family == catalogue[reading->metric].family &&
		strcmp(before->key, reading->key) == 0) {
		strcpy(reading->slug, before->slug);
		return;
	}
	text_slug(reading->slug, sizeof(reading->slug) - 5, reading->key);
	if (reading->slug[0] && !slug_taken(at, n, reading))
		return;
	hash = text_hash(key, reading->key, strlen(reading->key));
	snprintf(reading->slug + strlen(reading->slug), 6, "%s%04x", reading->slug[0] ? "_" : "",
		(unsigned)(hash & 0xffff));
}

struct snapshot snapshot_seal(const struct slice *const *slices, size_t n, double wall, double mono)
{
	size_t total = 0, kept = 0, members = 0;
	struct place *order;
	struct reading *sealed;
	struct sealed *all;

	for (size_t i = 0; i < n; i++)
		total += slices[i] ? slices[i]->n : 0;
	order = xrealloc(NULL, total, sizeof(*order));
	all = xrealloc(NULL, 1, sizeof(*all) + total * sizeof(*sealed));
	all->holders = 1;
	sealed = all->at;
	total = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; slices[i] && j < slices[i]->n; j++)
			order[total++] = place_of(&slices[i]->at[j]);
	qsort(order, total, sizeof(*order), compare_places);

	for (size_t i = 0; i < total; i++) {
		const struct reading *last = kept ? &sealed[kept - 1] : NULL;
		const struct reading *next = order[i].reading;
		enum family family = catalogue[next->metric].family;
		bool same_family = last && catalogue[last->metric].family == family;

		if (last && same(last, next))
			continue;
		if (!same_family)
			members = 1;
		else if (family != HOST && strcmp(last->key, next->key) != 0)
			members++;
		if (members > families[family].limit)
			continue;
		sealed[kept] = *next;
		if (family != HOST)
			give_slug(sealed, kept, &sealed[kept]);
		kept++;
	}
	free(order);
	return (struct snapshot){.wall = wall, .mono = mono, .at = sealed, .n = kept};
}

struct snapshot snapshot_share(const struct snapshot *snapshot)
{
	if (snapshot->at)
		sealed_of(snapshot)->holders++;
	return *snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (snapshot->at && --sealed_of(snapshot)->holders == 0)
		free(sealed_of(snapshot));
	*snapshot = (struct snapshot){0};
}

const struct reading *snapshot_find(
	const struct snapshot *snapshot, enum metric_id metric, const char *key)
{
	size_t low = 0, high = snapshot->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct reading *reading = &snapshot->at[middle];
		int order = compared(metric, key, reading->metric, reading->key);

		if (order == 0)
			return reading;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
