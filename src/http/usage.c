/*
 * What there is, told from the table of endpoints: as text for curl, as JSON for programs, as a
 * page for browsers.
 */
#include "answers.h"
#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* No script, nothing from elsewhere. */
#define PAGE_POLICY "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"

static const char page_style[] =
	"body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
	"color:#222;background:#fff}"
	"h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}"
	"table{border-collapse:collapse;width:100%}"
	"td{padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ddd;vertical-align:top}"
	"td:first-child{white-space:nowrap;width:14rem}code{font-size:.95em}"
	"@media(prefers-color-scheme:dark){body{color:#ddd;background:#181a1b}td{border-color:#444}"
	"a{color:#8bf}}";

/* What a person wants to see first. */
static const enum metric_id page_metrics[] = {HARDWARE_MODEL, SYSTEM_OS, NET_PRIMARY_IPV4,
	BOOT_TIME, CPU_USAGE, CPU_TEMP, CPU_FREQ, MEMORY_PERCENT, MEMORY_AVAILABLE, SWAP_PERCENT,
	MAIN_PERCENT, MAIN_FREE};

struct usage {
	char host[KEY_SIZE];
	unsigned port;
	bool token;
	const struct snapshot *snapshot; /* NULL before the first */
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

static void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '>' || *text == '&' || *text == '"')
			fprintf(out, "&#%d;", *text);
		else
			fputc(*text, out);
	}
}

static void html_value(FILE *out, const struct snapshot *snapshot, const struct reading *reading)
{
	const struct metric *row = reading_row(reading);
	const struct unit_row *unit = &units[row->unit];
	char text[TEXT_SIZE];

	reading_name(snapshot, reading, text, sizeof(text));
	fprintf(out, "<tr><td>");
	html_text(out, text);
	fprintf(out, "</td><td>");
	if (unit->ha_scale > 0)
		text_number(
			text, sizeof(text), reading->number * unit->ha_scale, unit->ha_precision);
	else
		reading_scalar(reading, text, sizeof(text));
	html_text(out, text);
	fprintf(out, " %s</td></tr>\n", unit->ha_scale > 0 ? unit->ha_unit : metric_symbol(row));
}

static void usage_html(FILE *out, const struct usage *usage)
{
	fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		     "<meta name=\"viewport\" content=\"width=device-width\">"
		     "<meta http-equiv=\"refresh\" content=\"10\"><title>");
	html_text(out, usage->host);
	fprintf(out, " - pistat</title><style>%s</style></head><body>\n<h1>", page_style);
	html_text(out, usage->host);
	fprintf(out, "</h1>\n<table>\n");
	for (size_t i = 0; usage->snapshot && i < ARRAY_LEN(page_metrics); i++) {
		const struct reading *reading = snapshot_find(usage->snapshot, page_metrics[i], "");

		if (reading)
			html_value(out, usage->snapshot, reading);
	}
	fprintf(out, "</table>\n<h2>Endpoints</h2>\n<table>\n");
	for (size_t i = 0; i < route_table_n; i++) {
		const struct route *route = &route_table[i];

		fprintf(out, "<tr><td><a href=\"%s\"><code>%s</code></a></td><td>", route->path,
			route->path);
		html_text(out, route->about);
		for (const struct parameter *p = route->parameters; p && p->name; p++) {
			fprintf(out, "<br><code>%s</code> ", p->name);
			html_text(out, p->about);
		}
		fprintf(out, "</td></tr>\n");
	}
	fprintf(out, "</table>\n<p>pistat %s</p>\n</body></html>\n", PISTAT_VERSION);
}

static char *usage_body(struct routes *routes, size_t type, size_t *ret_n)
{
	static void (*const write[])(FILE *, const struct usage *) = {
		usage_text, usage_json, usage_html};
	struct usage usage = {
		.port = (unsigned)config_number(routes->config, OPTION_HTTP_PORT),
		.token = routes->token != NULL,
		.snapshot = sampler_latest(routes->sampler),
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
	static const char *const types[] = {
		"text/plain; charset=utf-8", "application/json", "text/html; charset=utf-8"};
	size_t type = negotiate_type(request->accept, route->types, ROUTE_TYPES), n = 0;
	char *body = usage_body(routes, type, &n);

	http_answer(peer, 200, types[type], type == 2 ? PAGE_POLICY : "", body, n);
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
