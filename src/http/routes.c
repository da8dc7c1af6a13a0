#include "answers.h"
#include "log.h"
#include "mem.h"
#include "text.h"
#include "views.h"

#include <errno.h>
#include <string.h>

#define JSON "application/json"
static const struct parameter stats_parameters[] = {
	{"block", "true: measure the CPU over one second from now", .type = "boolean",
		.initial = "false"},
	{"cache", "false: sample now instead of taking the last sample", .type = "boolean",
		.initial = "true"},
	{0},
};
static const struct parameter health_parameters[] = {
	{"require", "mqtt: the broker must be connected, too", .type = "string", .choices = "mqtt"},
	{0},
};

static const struct parameter history_parameters[] = {
	{"metric", "what: a name of /api/current or a path of /stats; several separated by commas",
		.type = "string", .initial = "\"cpu_percent\""},
	{"hours", "how far back, at most 168", .type = "number", .initial = "1", .maximum = 168},
	{"from", "since when, in Unix seconds, instead of hours", .type = "number"},
	{"to", "until when, in Unix seconds; now if it is left out", .type = "number"},
	{"points",
		"at most so many, each with least, mean and greatest value; 500 with from, to or "
		"several metrics",
		.type = "integer", .minimum = 1, .maximum = HISTORY_POINTS_MAX},
	{0},
};
static const struct parameter export_parameters[] = {
	{"hours", "how far back, at most 168", .type = "number", .initial = "24", .maximum = 168},
	{0},
};

#define DOCUMENT "{\"$ref\":\"#/components/schemas/document\"}"
#define OBJECT_SCHEMA "{\"type\":\"object\"}"
#define HEALTH_SCHEMA                                                                              \
	"{\"type\":\"object\",\"properties\":{"                                                    \
	"\"status\":{\"enum\":[\"healthy\",\"unhealthy\"]},"                                       \
	"\"uptime\":{\"type\":[\"number\",\"null\"],\"description\":\"Time since boot (s)\"},"     \
	"\"mqtt\":{\"type\":\"string\",\"description\":\"State of the connection to the "          \
	"broker\"},"                                                                               \
	"\"sample_age\":{\"type\":[\"number\",\"null\"],\"description\":\"Age of the newest "      \
	"sample "                                                                                  \
	"(s)\"}}}"

#define HISTORY_SCHEMA                                                                             \
	"{\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"          \
	"\"ts\":{\"type\":\"number\"},\"value\":{\"type\":\"number\"}}}},"                         \
	"{\"type\":\"object\",\"properties\":{\"from\":{\"type\":\"number\"},"                     \
	"\"to\":{\"type\":\"number\"},\"step\":{\"type\":\"number\"},"                             \
	"\"metrics\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"                        \
	"\"points\":{\"type\":\"array\",\"items\":{\"type\":\"array\"}}}}]}"

/* A shape of render/views.h. */
#define SHAPE(path_, view_, about_)                                                                \
	{                                                                                          \
		.path = path_, .about = about_, .types = {JSON}, .view = view_,                    \
		.answer = shape_answer, .example = shape_example                                   \
	}

const struct route route_table[] = {
	{.path = "/",
		.about = "This guide, as text or as JSON; for browsers the dashboard",
		.types = {"text/plain", JSON, "text/html"},
		.schema = OBJECT_SCHEMA,
		.page = &web_index,
		.answer = usage_answer,
		.example = usage_example},
	{.path = "/docs",
		.about = "Every endpoint, to be tried in the browser",
		.types = {"text/html"},
		.page = &web_docs,
		.answer = docs_answer},
	{.path = "/openapi.json",
		.about = "This interface described for programs, as OpenAPI 3.1",
		.types = {JSON},
		.schema = OBJECT_SCHEMA,
		.answer = openapi_answer},
	{.path = "/stats",
		.about = "All values as one JSON document",
		.parameters = stats_parameters,
		.types = {JSON},
		.schema = DOCUMENT,
		.answer = stats_answer,
		.example = stats_example},
	{.path = "/json",
		.about = "The same as /stats",
		.parameters = stats_parameters,
		.types = {JSON},
		.schema = DOCUMENT,
		.answer = stats_answer},
	{.path = "/health",
		.about = "Is pistat well? Status 503 if not; as JSON, or ok as text",
		.parameters = health_parameters,
		.types = {JSON, "text/plain"},
		.open = true,
		.failed = "Sampling has stalled, or the broker that is required is not connected",
		.schema = HEALTH_SCHEMA,
		.answer = health_answer,
		.example = health_example},
	{.path = "/metrics",
		.about = "All values for Prometheus",
		.types = {"text/plain; version=0.0.4; charset=utf-8"},
		.answer = metrics_answer,
		.example = metrics_example},
	{.path = "/grafana.json",
		.about = "A dashboard for Grafana, to be imported",
		.types = {JSON},
		.schema = OBJECT_SCHEMA,
		.answer = grafana_answer},
	SHAPE("/system", view_system, "The machine, part by part"),
	SHAPE("/stats/cpu", view_cpu, "Processor: usage, cores, frequency"),
	SHAPE("/stats/memory", view_memory, "Memory in GB of 2^30 bytes"),
	SHAPE("/stats/disk", view_disk, "The main filesystem in GB of 2^30 bytes"),
	SHAPE("/stats/gpu", view_gpu, "Graphics cards, and the VideoCore of a Raspberry Pi"),
	SHAPE("/stats/network", view_network, "Traffic of all interfaces together since boot"),
	SHAPE("/stats/ollama", view_ollama, "Models that Ollama has loaded"),
	SHAPE("/stats/summary", view_summary, "The main values as words, for terminals"),
	{.path = "/api/current",
		.about = "The newest sample, flat",
		.types = {JSON},
		.empty = "There is no sample yet",
		.view = view_current,
		.answer = current_answer,
		.example = shape_example},
	{.path = "/api/history",
		.about = "What a value was: [{ts, value}], or as points for charts",
		.parameters = history_parameters,
		.types = {JSON},
		.failed = "Too many questions at a time, or the disk takes too long",
		.schema = HISTORY_SCHEMA,
		.answer = history_answer},
	{.path = "/api/export",
		.about = "All values that were kept, as a table to be saved",
		.parameters = export_parameters,
		.types = {"text/csv"},
		.failed = "Too many exports at a time, or the disk takes too long",
		.answer = export_answer},
	{.path = "/api/config",
		.about = "The configuration in force, without secrets",
		.types = {JSON},
		.schema = OBJECT_SCHEMA,
		.answer = settings_answer,
		.example = settings_example},
};
const size_t route_table_n = ARRAY_LEN(route_table);

/* A browser's navigation cannot carry a token: it gets a page that asks for it, which holds no
 * value.  NULL: no such path. */
static void router_refuse(
	struct http_peer *peer, const struct http_request *request, const struct route *route)
{
	static const char challenge[] = "WWW-Authenticate: Bearer realm=\"pistat\"\r\n";
	static const char *const offered[] = {JSON, "text/html"};

	if (route && route->page && negotiate_type(request->accept, offered, 2) == 1)
		web_answer(peer, 401, challenge, route->page, request);
	else
		http_refuse(peer, 401, challenge, "a bearer token is needed");
}

static void router_route(void *self, struct http_peer *peer, const struct http_request *request)
{
	struct routes *routes = self;
	const struct route *route = NULL;

	for (size_t i = 0; i < route_table_n; i++) {
		if (strcmp(route_table[i].path, request->path) == 0)
			route = &route_table[i];
	}
	if (routes->token && !(route && route->open) &&
		!negotiate_token(request->authorization, routes->token))
		router_refuse(peer, request, route);
	else if (!route)
		usage_not_found(peer);
	else
		route->answer(routes, peer, request, route);
}

static void router_gone(void *self, struct http_peer *peer)
{
	struct routes *routes = self;

	for (size_t i = 0; i < HTTP_PEERS; i++) {
		struct waiter *waiter = &routes->waiters[i];

		if (waiter->peer != peer)
			continue;
		sampler_cancel(routes->sampler, waiter);
		waiter->peer = NULL;
	}
	history_gone(routes, peer);
}

static int token_wrong(const struct config *config, const char *why)
{
	log_error("%s: http.token_file: %s: %s; not starting without the token that was asked for",
		config_origin(config, OPTION_HTTP_TOKEN_FILE),
		*config_text(config, OPTION_HTTP_TOKEN_FILE)
			? config_text(config, OPTION_HTTP_TOKEN_FILE)
			: "the credential http-token",
		why);
	return -EINVAL;
}

/* Blanks around it could not be told from those around a header's value. */
static int token_read(struct routes *routes)
{
	int r = config_secret(routes->config, OPTION_HTTP_TOKEN_FILE, "http-token", &routes->token);
	const char *token;

	if (r == -ENODATA)
		return token_wrong(routes->config, "it holds no token");
	if (r < 0)
		return token_wrong(routes->config, strerror(-r));
	if (!routes->token)
		return 0;
	token = text_trim(routes->token);
	if (!*token)
		return token_wrong(routes->config, "it holds no token");
	memmove(routes->token, token, strlen(token) + 1);
	return 0;
}

static void token_forget(struct routes *routes)
{
	if (routes->token)
		explicit_bzero(routes->token, strlen(routes->token));
	free(routes->token);
}

int routes_check(const struct config *config)
{
	struct routes probe = {.config = config};
	int r = token_read(&probe);

	token_forget(&probe);
	return r;
}

int routes_open(sd_event *event, const struct config *config, struct sampler *sampler,
	routes_mqtt_state *mqtt, void *mqtt_self, struct routes **ret)
{
	struct routes *routes = xcalloc(1, sizeof(*routes));
	struct http_router router = {router_route, router_gone, routes};
	int r;

	routes->config = config;
	routes->sampler = sampler;
	routes->mqtt = mqtt;
	routes->mqtt_self = mqtt_self;
	r = token_read(routes);
	if (r >= 0)
		r = http_open(event, router, &routes->server);
	if (r >= 0)
		r = listening_open(event, config, routes->server, &routes->listening);
	if (r < 0) {
		routes_close(routes);
		return r;
	}
	*ret = routes;
	return 0;
}

void routes_use_history(struct routes *routes, struct history *history)
{
	routes->history = history;
}

struct routes *routes_close(struct routes *routes)
{
	if (!routes)
		return NULL;
	listening_close(routes->listening);
	http_close(routes->server);
	token_forget(routes);
	free(routes->document.text);
	free(routes->exposition.text);
	free(routes);
	return NULL;
}
