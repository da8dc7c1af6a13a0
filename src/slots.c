#include "slots.h"

#include "log.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rate.h"

/* Seconds: what this machine does not have it will hardly have a moment later. */
#define ABSENT_REST 60

static bool wide_kernel(const struct root *root)
{
	static const char *const narrow[] = {"armv6*", "armv7*", "armv5*", "i?86"};
	struct utsname names;

	if (root_uname(root, &names) < 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(narrow); i++)
		if (text_glob(narrow[i], names.machine))
			return false;
	return true;
}

void slots_open(struct slots *slots, const struct root *root, const struct config *config)
{
	double base = config_number(config, OPTION_SAMPLING_INTERVAL);

	*slots = (struct slots){
		.root = root, .config = config, .n = collectors_n, .wide = wide_kernel(root)};
	slots->at = xcalloc(slots->n, sizeof(*slots->at));
	for (size_t i = 0; i < slots->n; i++) {
		struct slot *slot = &slots->at[i];
		double wanted = collectors[i]->interval;

		(void)config_named_number(
			config, OPTION_SAMPLING_INTERVALS, collectors[i]->name, &wanted);
		slot->collector = collectors[i];
		slot->state = xcalloc(1, collectors[i]->state);
		slot->interval = wanted > base ? wanted : base;
		slot->settled = -EAGAIN;
		if (collectors[i]->configured && !collectors[i]->configured(config))
			slot->resting = INFINITY;
	}
}

void slots_close(struct slots *slots)
{
	for (size_t i = 0; i < slots->n; i++) {
		struct slot *slot = &slots->at[i];

		if (slot->collector->forget)
			slot->collector->forget(slot->state);
		free(slot->state);
		slice_free(&slot->latest);
		slice_free(&slot->working);
	}
	free(slots->at);
	slice_free(&slots->own);
}

void slot_run(struct slot *slot, const struct root *root, const struct config *config, double mono)
{
	slice_clear(&slot->working);
	slot->working.mono = mono;
	slot->result = slot->collector->collect(slot->state, root, config, &slot->working);
}

static bool absent(int result)
{
	return result == -ENOENT || result == -ENODATA;
}

/* Whoever has text that we do not know can send it to us. */
static void say_failing(const struct slot *slot)
{
	char pattern[128];
	enum metric_id metric = NO_METRIC + 1;

	if (slot->result != -EBADMSG) {
		log_warning("%s: failing: %s", slot->collector->name, strerror(-slot->result));
		return;
	}
	while (metric < METRICS - 1 && !collector_gives(slot->collector, metric))
		metric++;
	catalogue_pattern(metric, pattern, sizeof(pattern));
	log_warning("%s: failing: what it reads is not understood; `pistat explain %s` shows it",
		slot->collector->name, pattern);
}

void slot_settle(struct slots *slots, struct slot *slot)
{
	bool failing = slot->result < 0 && !absent(slot->result);

	slot->settled = slot->result;
	if (slot->result >= 0) {
		struct slice before = slot->latest;

		if (before.n)
			rate_derive(&before, &slot->working, slots->wide);
		slot->latest = slot->working;
		slot->working = before;
	} else if (absent(slot->result)) {
		slice_clear(&slot->latest);
		slot->resting = slot->working.mono + ABSENT_REST;
	}
	if (failing != slot->failing) {
		if (failing)
			say_failing(slot);
		else
			log_info("%s: well again", slot->collector->name);
		slot->failing = failing;
	}
}

/* A late slice is shown for three of its intervals; longer, and somebody would trust a value that
 * is not so. */
static bool young(const struct slot *slot, double mono)
{
	return slot->latest.n &&
	       mono - slot->latest.mono <= 3 * slot->interval + slot->collector->patience;
}

static void put_own(struct slots *slots, double wall, double mono)
{
	slice_clear(&slots->own);
	put(&slots->own, TIMESTAMP, "", wall);
	for (size_t i = 0; root_live(slots->root) && i < slots->n; i++) {
		const struct slot *slot = &slots->at[i];

		if (slot->settled == -EAGAIN || absent(slot->settled))
			continue;
		put(&slots->own, COLLECTOR_OK, slot->collector->name, slot->settled >= 0);
		if (slot->latest.n)
			put(&slots->own, COLLECTOR_AGE, slot->collector->name,
				mono - slot->latest.mono);
	}
}

/* sampling.include and .exclude; the moment of the sample itself always stays. */
static void filter(const struct slots *slots, struct snapshot *snapshot)
{
	size_t includes, excludes, kept = 0;
	const char *const *include = config_list(slots->config, OPTION_SAMPLING_INCLUDE, &includes);
	const char *const *exclude = config_list(slots->config, OPTION_SAMPLING_EXCLUDE, &excludes);
	struct reading *at = (struct reading *)(uintptr_t)snapshot->at;
	char path[256];

	if (excludes == 0 && includes == 1 && strcmp(include[0], "*") == 0)
		return;
	for (size_t i = 0; i < snapshot->n; i++) {
		reading_path(&at[i], '.', path, sizeof(path));
		if (at[i].metric != TIMESTAMP && (!text_admitted(include, includes, path) ||
							 text_admitted(exclude, excludes, path)))
			continue;
		if (kept != i)
			at[kept] = at[i];
		kept++;
	}
	snapshot->n = kept;
}

/* Once: what comes and goes by the minute is no news. */
static void tell_crowded(struct slots *slots, unsigned crowded)
{
	for (enum family family = HOST; family < FAMILIES; family++)
		if (crowded & ~slots->crowded & 1u << family)
			log_warning("%s: more than %zu, of which the first are shown",
				families[family].path, families[family].limit);
	slots->crowded |= crowded;
}

struct snapshot slots_seal(struct slots *slots, double wall, double mono, const struct slot *of,
	const struct slice *instead, const struct slice *const *more, size_t more_n)
{
	auto_free const struct slice **slices = xcalloc(slots->n + more_n + 1, sizeof(*slices));
	struct snapshot snapshot;
	size_t n = 0;

	put_own(slots, wall, mono);
	slices[n++] = &slots->own;
	for (size_t i = 0; i < slots->n; i++) {
		const struct slot *slot = &slots->at[i];

		if (slot == of)
			slices[n++] = instead;
		else if (young(slot, mono))
			slices[n++] = &slot->latest;
	}
	for (size_t i = 0; i < more_n; i++)
		slices[n++] = more[i];
	snapshot = snapshot_seal(slices, n, wall, mono);
	tell_crowded(slots, snapshot.crowded);
	filter(slots, &snapshot);
	return snapshot;
}
