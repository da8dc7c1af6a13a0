#pragma once
/*
 * Readings, slices and the snapshot.  A collector puts readings into its slice; the sampler merges
 * the slices into a snapshot, sorted and sealed, that every sink only reads.
 */
#include "catalogue.h"
#include "words.h"

#define KEY_SIZE 64
#define TEXT_SIZE 96

/* Texts are borrowed from the slice or the snapshot that the reading is in. */
struct reading {
	enum metric_id metric;
	const struct metric *own; /* its own row, if the user wrote one (probe.h); else NULL */
	const char *key;  /* raw key of the family's member: "eth0", "/mnt/my data"; host: empty */
	const char *slug; /* the key in paths and topics; empty until snapshot_seal() */
	const char *text; /* TEXT only, else empty; shorter than TEXT_SIZE */
	double number;	  /* in the row's unit; STATE 0 or 1; MOMENT seconds since 1970 */
};

/* What is known of a reading: its own row, or the catalogue's. */
static inline const struct metric *reading_row(const struct reading *reading)
{
	return reading->own ? reading->own : &catalogue[reading->metric];
}

/* What one collector said last; owned by the sampler. */
struct slice {
	struct reading *at;
	size_t n, room;
	struct words words;
	double mono; /* CLOCK_MONOTONIC seconds when it was collected */
};

/* Sealed, read only.  Sorted by family, then key (natural order), then row; host rows first, in
 * catalogue order. */
struct snapshot {
	double wall, mono;
	const struct reading *at;
	size_t n;
	unsigned crowded; /* a bit for each family that has more members than are shown */
};

/* Puts a number (GAUGE, COUNTER, STATE, MOMENT) or a text; key "" for the host.  NaN and infinity
 * are dropped, text is cleaned to printable UTF-8, an empty text is dropped: absent is absent.  A
 * key that is too long, or no printable UTF-8, is made so, and stays one of its own. */
void put(struct slice *slice, enum metric_id metric, const char *key, double number);
void put_text(struct slice *slice, enum metric_id metric, const char *key, const char *text);

void slice_clear(struct slice *slice); /* keeps the memory */
void slice_free(struct slice *slice);
/* The reading for a metric and key, or NULL. */
const struct reading *slice_find(const struct slice *slice, enum metric_id metric, const char *key);

/*
 * Merges slices (NULL entries are skipped) into a snapshot: copies, sorts, drops members beyond the
 * family's limit and duplicates (what was put first wins), gives every member its slug.
 * snapshot_free() releases it; snapshot_share() is one more holder of the same, to be freed as
 * well.  All holders live on one thread.
 */
struct snapshot snapshot_seal(
	const struct slice *const *slices, size_t n, double wall, double mono);
struct snapshot snapshot_share(const struct snapshot *snapshot);
void snapshot_free(struct snapshot *snapshot);

/* By metric and raw key, in O(log n); NULL if this machine does not have it.  Borrowed from the
 * snapshot. */
const struct reading *snapshot_find(
	const struct snapshot *snapshot, enum metric_id metric, const char *key);

/* The document's path of a reading with '.' (or the given separator): "network.eth0.bytes_recv",
 * "load_avg.1m". */
void reading_path(const struct reading *reading, char separator, char *ret, size_t size);

/* The same as one identifier [a-z0-9_]: Home Assistant component key and unique id suffix. */
void reading_identifier(const struct reading *reading, char *ret, size_t size);

/* How the scalar topics, tables and CSV show it: a JSON number, ON/OFF, text, ISO 8601. */
void reading_scalar(const struct reading *reading, char *ret, size_t size);

/* What people call it: "eth0 received", "CPU temperature", "Core 3 usage".  Needs the snapshot for
 * name_from. */
void reading_name(
	const struct snapshot *snapshot, const struct reading *reading, char *ret, size_t size);

/* Is this the family's main member: the primary interface, the 1-minute load?  True for the host.
 */
bool reading_primary(const struct snapshot *snapshot, const struct reading *reading);
