#pragma once
/*
 * Readings by metric, for the two sets of names of the Prometheus exposition.  Private to
 * src/render.
 */
#include "page.h"
#include "snapshot.h"

/* A snapshot goes member by member, an exposition metric by metric: the readings of metric i are
 * order[first[i]] to order[first[i + 1] - 1]. */
struct by_metric {
	size_t first[METRICS + 1];
	const struct reading **order; /* owned by who asked for it */
};

void prometheus_pi(const struct by_metric *readings, struct page *page);

void prometheus_preamble(
	struct page *page, const char *name, const char *help, const char *by, bool counter);
