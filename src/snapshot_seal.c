/* Slices become one sorted document with stable names; declared in snapshot.h. */
#include "mem.h"
#include "snapshot_private.h"
#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What metric and family alone tell of a reading's place: one rank for each metric of the host, one
 * for each other family. */
enum { RANKS = METRICS + FAMILIES };

/* A reading to be sorted.  put: when it came. */
struct place {
	unsigned rank, put;
	const struct reading *reading; /* NULL: not to be shown */
};

static unsigned rank_of(const struct reading *reading)
{
	enum family family = catalogue[reading->metric].family;

	return family == HOST ? reading->metric : METRICS + family;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *first = a, *second = b;
	const struct reading *one = first->reading, *other = second->reading;
	int order = reading_compare(one->metric, one->key, other->metric, other->key);

	/* qsort() is not stable; of duplicates the one put first wins. */
	return order ? order : (first->put > second->put) - (first->put < second->put);
}

static bool same(const struct reading *a, const struct reading *b)
{
	return a->metric == b->metric && strcmp(a->key, b->key) == 0;
}

/* Does the document already use that name at the place of the n-th reading's family: another
 * member, or a row of the host ("network.ipv4")? */
static bool slug_taken(const struct reading *at, size_t n, const char *slug)
{
	enum family family = catalogue[at[n].metric].family;
	size_t length = strlen(families[family].path);

	for (size_t i = n; i-- && catalogue[at[i].metric].family == family;)
		if (strcmp(at[i].slug, slug) == 0 && strcmp(at[i].key, at[n].key) != 0)
			return true;
	for (enum metric_id id = NO_METRIC + 1; families[family].beside_host && id < METRICS;
		id++) {
		const char *path = catalogue[id].path;

		if (catalogue[id].family == HOST &&
			strncmp(path, families[family].path, length) == 0 && path[length] == '.' &&
			strcmp(path + length + 1, slug) == 0)
			return true;
	}
	return false;
}

/* The slug of the n-th reading, its member's first.  Four digits may be taken, too. */
static void choose_slug(const struct reading *at, size_t n, char ret[static KEY_SIZE])
{
	static const uint8_t fixed[16] = "pistat member 1";
	char plain[KEY_SIZE - 5];
	uint64_t hash;

	text_slug(plain, sizeof(plain), at[n].key);
	strcpy(ret, plain);
	if (*plain && !slug_taken(at, n, ret))
		return;
	hash = text_hash(fixed, at[n].key, strlen(at[n].key));
	do {
		snprintf(ret, KEY_SIZE, "%s%s%04x", plain, plain[0] ? "_" : "",
			(unsigned)(hash & 0xffff));
		hash = text_hash(fixed, &hash, sizeof(hash));
	} while (slug_taken(at, n, ret));
}

/* Texts of its own for the n-th reading; a member's rows, which stand together, share theirs. */
static void keep_texts(struct words *words, struct reading *at, size_t n)
{
	struct reading *reading = &at[n];
	const struct reading *before = n ? &at[n - 1] : NULL;
	char slug[KEY_SIZE];

	reading->text = words_keep(words, reading->text);
	if (catalogue[reading->metric].family == HOST) {
		reading->key = words_keep(words, reading->key);
	} else if (before &&
		   catalogue[before->metric].family == catalogue[reading->metric].family &&
		   strcmp(before->key, reading->key) == 0) {
		reading->key = before->key;
		reading->slug = before->slug;
	} else {
		choose_slug(at, n, slug);
		reading->key = words_keep(words, reading->key);
		reading->slug = words_keep(words, slug);
	}
}

/* Where the readings of the i-th one's member end, or with whole those of its family. */
static size_t run_end(const struct place *order, size_t n, size_t i, bool whole)
{
	size_t end = i + 1;

	while (end < n && order[end].rank == order[i].rank &&
		(whole || strcmp(order[end].reading->key, order[i].reading->key) == 0))
		end++;
	return end;
}

static unsigned first_put(const struct place *order, size_t n)
{
	unsigned first = order[0].put;

	for (size_t i = 1; i < n; i++)
		first = order[i].put < first ? order[i].put : first;
	return first;
}

static int compare_numbers(const void *a, const void *b)
{
	unsigned one = *(const unsigned *)a, other = *(const unsigned *)b;

	return (one > other) - (one < other);
}

/* Of a family with too many members those stay that were put first, so that one more does not push
 * out what people have been looking at.  False if none had to go. */
static bool thin_out(struct place *order, size_t n, size_t limit)
{
	auto_free unsigned *firsts = xcalloc(n, sizeof(*firsts));
	size_t members = 0;
	unsigned last;

	for (size_t i = 0, end; i < n; i = end) {
		end = run_end(order, n, i, false);
		firsts[members++] = first_put(&order[i], end - i);
	}
	if (members <= limit)
		return false;
	qsort(firsts, members, sizeof(*firsts), compare_numbers);
	last = firsts[limit - 1];
	for (size_t i = 0, end; i < n; i = end) {
		end = run_end(order, n, i, false);
		if (first_put(&order[i], end - i) <= last)
			continue;
		for (size_t j = i; j < end; j++)
			order[j].reading = NULL;
	}
	return true;
}

_Static_assert(FAMILIES <= 32, "a bit for each family");

/* The families that have more members than are shown, a bit each. */
static unsigned limit_families(struct place *order, size_t n)
{
	unsigned crowded = 0;

	for (size_t i = 0, end; i < n; i = end) {
		enum family family = catalogue[order[i].reading->metric].family;

		end = run_end(order, n, i, family != HOST);
		if (family != HOST && end - i > families[family].limit &&
			thin_out(&order[i], end - i, families[family].limit))
			crowded |= 1u << family;
	}
	return crowded;
}

/* By rank, as they were put: counted, then each laid where those before it end. */
static void sort_by_rank(const struct slice *const *slices, size_t n, struct place *ret)
{
	unsigned next[RANKS + 1] = {0}, put = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; slices[i] && j < slices[i]->n; j++)
			next[rank_of(&slices[i]->at[j]) + 1]++;
	for (size_t rank = 0; rank < RANKS; rank++)
		next[rank + 1] += next[rank];
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; slices[i] && j < slices[i]->n; j++) {
			const struct reading *reading = &slices[i]->at[j];
			unsigned rank = rank_of(reading);

			ret[next[rank]++] = (struct place){rank, put++, reading};
		}
}

/* In the order of the document; most of it is the host's, and needs no comparison. */
static void sort(const struct slice *const *slices, size_t n, struct place *ret, size_t total)
{
	sort_by_rank(slices, n, ret);
	for (size_t i = 0, end; i < total; i = end) {
		end = run_end(ret, total, i, true);
		if (ret[i].rank >= METRICS)
			qsort(&ret[i], end - i, sizeof(*ret), compare_places);
	}
}

struct snapshot snapshot_seal(const struct slice *const *slices, size_t n, double wall, double mono)
{
	size_t total = 0, kept = 0;
	struct place *order;
	struct reading *sealed;
	struct sealed *all;
	unsigned crowded;

	for (size_t i = 0; i < n; i++)
		total += slices[i] ? slices[i]->n : 0;
	order = xrealloc(NULL, total, sizeof(*order));
	all = xrealloc(NULL, 1, sizeof(*all) + total * sizeof(*sealed));
	all->holders = 1;
	all->words = (struct words){0};
	sealed = all->at;
	sort(slices, n, order, total);
	crowded = limit_families(order, total);

	for (size_t i = 0; i < total; i++) {
		const struct reading *next = order[i].reading;

		if (!next || (kept && same(&sealed[kept - 1], next)))
			continue;
		sealed[kept] = *next;
		keep_texts(&all->words, sealed, kept++);
	}
	free(order);
	return (struct snapshot){
		.wall = wall, .mono = mono, .at = sealed, .n = kept, .crowded = crowded};
}
