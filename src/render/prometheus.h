#pragma once
/*
 * Readings by metric, for the three sets of names of the Prometheus exposition.  Private to
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
void prometheus_node(const struct by_metric *readings, struct page *page);

/* The name that follows from a row, in PROMETHEUS_NAME_SIZE bytes. */
#define PROMETHEUS_NAME_SIZE 192
void prometheus_name(const struct metric *row, char *ret, size_t size);

const char *prometheus_type(const struct metric *row);
void prometheus_preamble(
	struct page *page, const char *name, const char *help, const char *by, const char *type);
