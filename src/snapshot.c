#include "snapshot_private.h"

#include "mem.h"
#include "text.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A key that is too long, or no clean text, keeps its head and gets a hash of the whole, so that
 * two do not become one. */
static const char *keep_key(struct words *words, const char *key)
{
	static const uint8_t fixed[16] = "pistat long key";
	char clean[KEY_SIZE];
	size_t n;

	text_copy(clean, KEY_SIZE, key);
	if (strcmp(clean, key) == 0)
		return words_keep(words, key);
	text_copy(clean, KEY_SIZE - 17, key);
	n = strlen(clean);
	snprintf(clean + n, KEY_SIZE - n, "~%016llx",
		(unsigned long long)text_hash(fixed, key, strlen(key)));
	return words_keep(words, clean);
}

static struct reading *add(struct slice *slice, enum metric_id metric, const char *key)
{
	const struct reading *before;
	struct reading *reading;

	if (slice->n == slice->room) {
		slice->room = slice->room ? slice->room * 2 : 16;
		slice->at = xrealloc(slice->at, slice->room, sizeof(*slice->at));
	}
	before = slice->n ? &slice->at[slice->n - 1] : NULL;
	reading = &slice->at[slice->n++];
	*reading = (struct reading){.metric = metric, .slug = "", .text = ""};
	/* a member's rows come one after the other */
	reading->key = before && strcmp(before->key, key) == 0 ? before->key
							       : keep_key(&slice->words, key);
	return reading;
}

void put(struct slice *slice, enum metric_id metric, const char *key, double number)
{
	if (isfinite(number))
		add(slice, metric, key)->number = number;
}

void put_text(struct slice *slice, enum metric_id metric, const char *key, const char *text)
{
	char raw[4 * TEXT_SIZE], clean[TEXT_SIZE], *trimmed;

	/* Trimmed first: a line end is no part of the text, inside it would be a '?'. */
	snprintf(raw, sizeof(raw), "%s", text);
	trimmed = text_trim(raw);
	if (!*trimmed)
		return;
	text_copy(clean, sizeof(clean), trimmed);
	add(slice, metric, key)->text = words_keep(&slice->words, clean);
}

void slice_clear(struct slice *slice)
{
	slice->n = 0;
	words_clear(&slice->words);
}

void slice_free(struct slice *slice)
{
	free(slice->at);
	words_free(&slice->words);
	*slice = (struct slice){0};
}

const struct reading *slice_find(const struct slice *slice, enum metric_id metric, const char *key)
{
	for (size_t i = 0; i < slice->n; i++)
		if (slice->at[i].metric == metric && strcmp(slice->at[i].key, key) == 0)
			return &slice->at[i];
	return NULL;
}

int reading_compare(
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

static struct sealed *sealed_of(const struct snapshot *snapshot)
{
	uintptr_t at = (uintptr_t)snapshot->at;

	return (struct sealed *)(at - offsetof(struct sealed, at));
}

struct snapshot snapshot_share(const struct snapshot *snapshot)
{
	if (snapshot->at)
		sealed_of(snapshot)->holders++;
	return *snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (snapshot->at && --sealed_of(snapshot)->holders == 0) {
		words_free(&sealed_of(snapshot)->words);
		free(sealed_of(snapshot));
	}
	*snapshot = (struct snapshot){0};
}

const struct reading *snapshot_find(
	const struct snapshot *snapshot, enum metric_id metric, const char *key)
{
	size_t low = 0, high = snapshot->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct reading *reading = &snapshot->at[middle];
		int order = reading_compare(metric, key, reading->metric, reading->key);

		if (order == 0)
			return reading;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
