#pragma once
/*
 * The snapshot as text.  Each renderer is a loop over readings and catalogue; none knows a metric
 * by name. Results are NUL-terminated, in memory the caller frees; *ret_n, where given, is the
 * length.
 */
#include "snapshot.h"

#include <stdio.h>

/* The document of GET /stats and of the state topic. */
char *render_json(const struct snapshot *snapshot, size_t *ret_n);

/* Prometheus text exposition; names as http.prometheus_names says (index of the choice: 0 pistat,
 * 1 pi, 2 node). */
char *render_prometheus(const struct snapshot *snapshot, int names, size_t *ret_n);

/* A dashboard for Grafana that shows all there may be. */
char *render_grafana(size_t *ret_n);

/* For people: path, value, unit. */
char *render_table(const struct snapshot *snapshot);

/* One header line and one line of values; RFC 4180. */
char *render_csv(const struct snapshot *snapshot);
