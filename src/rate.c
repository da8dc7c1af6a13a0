#include "rate.h"

#include "mem.h"

#include <string.h>

/*
 * The kernel's byte and packet counters are 64 bits wide, but a driver of a 32-bit kernel may keep
 * them in an unsigned long.  Only a counter that stood in the upper half can have wrapped: a
 * smaller one was reset.
 */
double rate_growth(double before, double now, double wraps)
{
	if (now >= before)
		return now - before;
	if (wraps > 0 && before < wraps && before > wraps / 2)
		return now + wraps - before;
	return -1;
}

/* The rates of each counter as a list: what is in the catalogue stays so, and to walk through it
 * for each counter is slow.  first[] and next[] are NO_METRIC where there is none. */
static struct {
	bool listed;
	enum metric_id first[METRICS], next[METRICS];
} rates;

static void list_rates(void)
{
	for (enum metric_id id = METRICS; --id > NO_METRIC;) {
		enum metric_id of = catalogue[id].rate_of;

		if (of == NO_METRIC)
			continue;
		rates.next[id] = rates.first[of];
		rates.first[of] = id;
	}
	rates.listed = true;
}

static void derive(const struct reading *before, const struct reading *now, double seconds,
	bool wide, struct slice *to)
{
	const struct metric *counter = &catalogue[now->metric];
	double wraps = counter->wraps > 0 ? counter->wraps : wide ? 0 : 4294967296.0;
	double growth = rate_growth(before->number, now->number, wraps);

	if (growth < 0)
		return;
	for (enum metric_id id = rates.first[now->metric]; id; id = rates.next[id]) {
		double scale = catalogue[id].rate_scale;
		double rate = growth / seconds * (scale > 0 ? scale : 1);

		/* The kernel's clock ticks are coarser than ours: 10.01 s of I/O fit into 10 s. */
		if (catalogue[id].unit == PERCENT && rate > 100)
			rate = 100;
		put(to, id, now->key, rate);
	}
}

void rate_derive(const struct slice *before, struct slice *now, bool wide)
{
	double seconds = now->mono - before->mono;
	size_t counters = now->n;

	if (seconds <= 0)
		return;
	if (!rates.listed)
		list_rates();
	for (size_t i = 0, guess = 0; i < counters; i++) {
		/* a copy: put() may move what it points to */
		struct reading current = now->at[i];
		const struct reading *earlier;

		if (!rates.first[current.metric])
			continue;
		/* A collector puts in the same order each time: the earlier reading is nearly
		 * always here. */
		guess = guess < before->n ? guess : 0;
		while (guess < before->n && before->at[guess].metric != current.metric)
			guess++;
		earlier = guess < before->n && strcmp(before->at[guess].key, current.key) == 0
				  ? &before->at[guess]
				  : slice_find(before, current.metric, current.key);
		guess++;
		if (earlier)
			derive(earlier, &current, seconds, wide, now);
	}
}
