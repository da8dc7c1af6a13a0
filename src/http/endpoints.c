/*
 * What each path answers.  A snapshot that is not there yet comes later, by way of a waiter.
 */
#include "answers.h"
#include "mem.h"
#include "render.h"
#include "text.h"

#include <string.h>
#include <time.h>

void waiter_served(void *self, const struct snapshot *snapshot)
{
	struct waiter *waiter = self;
	struct http_peer *peer = waiter->peer;

	waiter->peer = NULL;
	waiter->ready(waiter->routes, peer, snapshot, waiter->route);
}

/* There is one for every place that the server has. */
struct waiter *waiter_take(struct routes *routes, struct http_peer *peer, const struct route *route,
	void (*ready)(
		struct routes *, struct http_peer *, const struct snapshot *, const struct route *))
{
	for (size_t i = 0; i < HTTP_PEERS; i++) {
		if (!routes->waiters[i].peer) {
			routes->waiters[i] = (struct waiter){routes, peer, route, ready};
			return &routes->waiters[i];
		}
	}
	return NULL;
}

/* The clock that a snapshot was sealed by tells it from every other. */
static void answer_rendering(struct rendering *rendering,
	char *(*render)(const struct snapshot *, int, size_t *), int option,
	const struct snapshot *snapshot, struct http_peer *peer, const char *type)
{
	char *copy;

	if (!rendering->text || rendering->mono < snapshot->mono ||
		rendering->mono > snapshot->mono) {
		free(rendering->text);
		rendering->text = render(snapshot, option, &rendering->n);
		rendering->mono = snapshot->mono;
	}
	copy = xrealloc(NULL, rendering->n + 1, 1);
	memcpy(copy, rendering->text, rendering->n + 1);
	http_answer(peer, 200, type, "", copy, rendering->n);
}

static char *render_document(const struct snapshot *snapshot, int option, size_t *ret_n)
{
	(void)option;
	return render_json(snapshot, ret_n);
}

static void stats_ready(struct routes *routes, struct http_peer *peer,
	const struct snapshot *snapshot, const struct route *route)
{
	(void)route;
	answer_rendering(&routes->document, render_document, 0, snapshot, peer, "application/json");
}

/* Sealed by the same clock as the regular sample that it is made from: never kept. */
static void stats_measured(struct routes *routes, struct http_peer *peer,
	const struct snapshot *snapshot, const struct route *route)
{
	size_t n;
	char *text = render_json(snapshot, &n);

	(void)routes;
	(void)route;
	http_answer(peer, 200, "application/json", "", text, n);
}

char *stats_example(struct routes *routes, const struct route *route, size_t type)
{
	const struct snapshot *latest = sampler_latest(routes->sampler);

	(void)route;
	(void)type;
	return latest ? render_json(latest, NULL) : NULL;
}

void stats_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route)
{
	double cache_seconds = config_number(routes->config, OPTION_HTTP_CACHE_SECONDS);
	bool cached = true, measured = false;
	struct waiter *waiter;

	if (negotiate_flag(request->query, "cache", &cached) < 0) {
		http_refuse(peer, 400, "", "cache must be true or false");
		return;
	}
	if (negotiate_flag(request->query, "block", &measured) < 0) {
		http_refuse(peer, 400, "", "block must be true or false");
		return;
	}
	waiter = waiter_take(routes, peer, route, measured ? stats_measured : stats_ready);
	if (measured)
		sampler_measure(routes->sampler, waiter_served, waiter);
	else
		sampler_fresh(routes->sampler, cached ? cache_seconds : 0, waiter_served, waiter);
}

static void metrics_ready(struct routes *routes, struct http_peer *peer,
	const struct snapshot *snapshot, const struct route *route)
{
	(void)route;
	answer_rendering(&routes->exposition, render_prometheus,
		config_choice(routes->config, OPTION_HTTP_PROMETHEUS_NAMES), snapshot, peer,
		"text/plain; version=0.0.4; charset=utf-8");
}

/* The newest sample, unless sampling has stalled: old values would look like new ones to
 * Prometheus. */
void metrics_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	double well = 3 * config_number(routes->config, OPTION_SAMPLING_INTERVAL);

	(void)request;
	sampler_fresh(routes->sampler, well, waiter_served,
		waiter_take(routes, peer, route, metrics_ready));
}

char *metrics_example(struct routes *routes, const struct route *route, size_t type)
{
	const struct snapshot *latest = sampler_latest(routes->sampler);
	size_t n;

	(void)route;
	(void)type;
	return latest ? render_prometheus(latest,
				config_choice(routes->config, OPTION_HTTP_PROMETHEUS_NAMES), &n)
		      : NULL;
}

static char *health_json(bool healthy, const char *mqtt, double age)
{
	struct timespec boot;
	char uptime[32] = "null", sample_age[32] = "null";

	if (clock_gettime(CLOCK_BOOTTIME, &boot) == 0)
		text_number(uptime, sizeof(uptime),
			(double)boot.tv_sec + (double)boot.tv_nsec / 1e9, 2);
	text_number(sample_age, sizeof(sample_age), age, 3);
	return xasprintf("{\"status\":\"%s\",\"uptime\":%s,\"mqtt\":\"%s\",\"sample_age\":%s}\n",
		healthy ? "healthy" : "unhealthy", uptime, mqtt, sample_age);
}

static const char *mqtt_state(const struct routes *routes)
{
	return routes->mqtt ? routes->mqtt(routes->mqtt_self) : "disabled";
}

static char *health_body(const struct routes *routes, size_t type, bool healthy, const char *mqtt)
{
	if (type == 1)
		return xstrdup(healthy ? "ok\n" : "unhealthy\n");
	return health_json(healthy, mqtt, sampler_age(routes->sampler));
}

char *health_example(struct routes *routes, const struct route *route, size_t type)
{
	(void)route;
	return health_body(routes, type, sampler_well(routes->sampler), mqtt_state(routes));
}

void health_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	const char *mqtt = mqtt_state(routes);
	size_t type = negotiate_type(request->accept, route->types, ROUTE_TYPES);
	bool healthy = sampler_well(routes->sampler);
	char required[8], *body;

	if (http_parameter(request->query, "require", required, sizeof(required))) {
		if (strcmp(required, "mqtt") != 0) {
			http_refuse(peer, 400, "", "require can only be mqtt");
			return;
		}
		healthy = healthy && strcmp(mqtt, "connected") == 0;
	}
	body = health_body(routes, type, healthy, mqtt);
	http_answer(peer, healthy ? 200 : 503, route->types[type], "", body, strlen(body));
}
