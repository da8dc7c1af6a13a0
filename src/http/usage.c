/*
 * What there is, told from the table of endpoints: as text for curl, as JSON for programs. Browsers
 * get the dashboard (web/index.html).
 */
#include "answers.h"
#include "mem.h"
#include "text.h"
#include "web.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct usage {
	char host[KEY_SIZE];
	unsigned port;
	bool token;
};

static void usage_text(FILE *out, const struct usage *usage)
{
	const char *token = usage->token ? "-H 'Authorization: Bearer TOKEN' " : "";

	fprintf(out, "pistat %s on %s\n\nEndpoints (GET and HEAD):\n", PISTAT_VERSION, usage->host);
	for (size_t i = 0; i < route_table_n; i++) {
		const struct route *route = &route_table[i];

		fprintf(out, "  %-15s %s\n", route->path, route->about);
		for (const struct parameter *p = route->parameters; p && p->name; p++)
			fprintf(out, "  %15s   ?%s=%s\n", "", p->name, p->about);
	}
	fprintf(out, "\nExamples:\n");
	fprintf(out, "  curl http://%s:%u/health\n", usage->host, usage->port);
	fprintf(out, "  curl %shttp://%s:%u/stats | jq .memory\n", token, usage->host, usage->port);
	fprintf(out, "  curl %s'http://%s:%u/stats?block=true'\n", token, usage->host, usage->port);
	fprintf(out, "  curl %shttp://%s:%u/metrics\n", token, usage->host, usage->port);
	if (usage->token)
		fprintf(out, "\nEverything but /health asks for the token of http.token_file.\n");
}

static void json_list(FILE *out, const char *key, const char *const *texts, size_t n)
{
	fprintf(out, "\"%s\":[", key);
	for (size_t i = 0; i < n && texts[i]; i++)
		fprintf(out, "%s\"%s\"", i ? "," : "", texts[i]);
	fprintf(out, "]");
}

static void usage_json(FILE *out, const struct usage *usage)
{
	static const char *const methods[] = {"GET", "HEAD"};

	fprintf(out, "{\"name\":\"pistat\",\"version\":\"%s\",\"endpoints\":[", PISTAT_VERSION);
	for (size_t i = 0; i < route_table_n; i++) {
		const struct route *route = &route_table[i];

		fprintf(out, "%s{\"path\":\"%s\",\"description\":\"%s\",", i ? "," : "",
			route->path, route->about);
		json_list(out, "methods", methods, ARRAY_LEN(methods));
		fprintf(out, ",\"parameters\":{");
		for (const struct parameter *p = route->parameters; p && p->name; p++)
			fprintf(out, "%s\"%s\":\"%s\"", p > route->parameters ? "," : "", p->name,
				p->about);
		fprintf(out, "},");
		json_list(out, "content_types", route->types, ROUTE_TYPES);
		fprintf(out, ",\"token\":%s}", usage->token && !route->open ? "true" : "false");
	}
	fprintf(out, "]}\n");
}

static char *usage_body(struct routes *routes, size_t type, size_t *ret_n)
{
	static void (*const write[])(FILE *, const struct usage *) = {usage_text, usage_json};
	struct usage usage = {
		.port = (unsigned)config_number(routes->config, OPTION_HTTP_PORT),
		.token = routes->token != NULL,
	};
	char name[KEY_SIZE] = "localhost", *body = NULL;
	FILE *out = open_memstream(&body, ret_n);

	if (!out)
		abort();
	gethostname(name, sizeof(name) - 1);
	text_copy(usage.host, sizeof(usage.host), name);
	write[type](out, &usage);
	fclose(out);
	return body;
}

char *usage_example(struct routes *routes, const struct route *route, size_t type)
{
	size_t n;

	(void)route;
	return type < 2 ? usage_body(routes, type, &n) : NULL;
}

void usage_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route)
{
	static const char *const types[] = {"text/plain; charset=utf-8", "application/json"};
	size_t type = negotiate_type(request->accept, route->types, ROUTE_TYPES), n = 0;
	char *body;

	if (type == ARRAY_LEN(types)) {
		web_answer(peer, 200, "", route->page, request);
		return;
	}
	body = usage_body(routes, type, &n);
	http_answer(peer, 200, types[type], "", body, n);
}

void usage_not_found(struct http_peer *peer)
{
	char *body = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&body, &n);

	if (!out) {
		http_refuse(peer, 404, "", "no such path");
		return;
	}
	fprintf(out, "{\"error\":\"no such path\",\"paths\":[");
	for (size_t i = 0; i < route_table_n; i++)
		fprintf(out, "%s\"%s\"", i ? "," : "", route_table[i].path);
	fprintf(out, "]}\n");
	fclose(out);
	http_answer(peer, 404, "application/json", "", body, n);
}
