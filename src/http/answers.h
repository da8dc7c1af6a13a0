#pragma once
/*
 * What answers: each endpoint's answer, and its example for /openapi.json.  Private to src/http.
 */
#include "route.h"

#include <stdio.h>

/* endpoints.c */
void stats_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route);
char *stats_example(struct routes *routes, const struct route *route, size_t type);
void health_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
char *health_example(struct routes *routes, const struct route *route, size_t type);
void metrics_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
char *metrics_example(struct routes *routes, const struct route *route, size_t type);
/* For sampler_fresh() and its like: ready() once there is a snapshot, if the peer is still there.
 */
struct waiter *waiter_take(struct routes *routes, struct http_peer *peer, const struct route *route,
	void (*ready)(struct routes *, struct http_peer *, const struct snapshot *,
		const struct route *));
void waiter_served(void *self, const struct snapshot *snapshot);

/* shapes.c: the views of render/views.h; the newest sample alone, 204 before the first. */
void shape_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route);
void current_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
char *shape_example(struct routes *routes, const struct route *route, size_t type);

/* past.c: what history.h knows. */
#define HISTORY_POINTS_MAX 5000
void history_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
void export_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
/* The peer left before its answer began. */
void history_gone(struct routes *routes, struct http_peer *peer);

/* settings.c: the configuration without secrets. */
void settings_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
char *settings_example(struct routes *routes, const struct route *route, size_t type);

/* openapi.c, and the page that is made from it. */
void openapi_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
void docs_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route);

/* grafana.c */
void grafana_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);

/* usage.c */
void usage_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route);
char *usage_example(struct routes *routes, const struct route *route, size_t type);
void usage_not_found(struct http_peer *peer);

/* json_text.c: a string in quotes, escaped (RFC 8259). */
void json_text(FILE *out, const char *text);
