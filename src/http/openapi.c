/*
 * The interface for programs: OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), from the table of
 * endpoints, the catalogue and the views.  Its examples are what those endpoints answer now.
 */
#include "answers.h"
#include "mem.h"
#include "views.h"

#include <ctype.h>
#include <string.h>

#define EXAMPLE_MAX 65536     /* longer JSON is left out */
#define EXAMPLE_TEXT_MAX 4096 /* longer text ends at the end of a line before that */

#define ERROR_CONTENT                                                                              \
	"\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/error\"}"

static bool is_json(const char *type)
{
	return strcmp(type, "application/json") == 0;
}

static void write_parameter(FILE *out, const struct parameter *parameter)
{
	const char *choice = parameter->choices;

	fprintf(out, "{\"name\":\"%s\",\"in\":\"query\",\"description\":", parameter->name);
	json_text(out, parameter->about);
	fprintf(out, ",\"schema\":{\"type\":\"%s\"", parameter->type);
	if (parameter->initial)
		fprintf(out, ",\"default\":%s", parameter->initial);
	if (parameter->maximum)
		fprintf(out, ",\"minimum\":%u,\"maximum\":%u", parameter->minimum,
			parameter->maximum);
	for (; choice && *choice; choice += strcspn(choice, " "), choice += *choice == ' ')
		fprintf(out, "%s\"%.*s\"", choice == parameter->choices ? ",\"enum\":[" : ",",
			(int)strcspn(choice, " "), choice);
	fputs(parameter->choices ? "]}}" : "}}", out);
}

static void write_example(FILE *out, struct routes *routes, const struct route *route, size_t type)
{
	auto_free char *text = route->example ? route->example(routes, route, type) : NULL;
	size_t n = text ? strlen(text) : 0;

	if (!text || (is_json(route->types[type]) && n > EXAMPLE_MAX))
		return;
	fputs(",\"example\":", out);
	if (is_json(route->types[type])) {
		fputs(text, out);
		return;
	}
	for (n = n > EXAMPLE_TEXT_MAX ? EXAMPLE_TEXT_MAX : n; n && text[n] && text[n - 1] != '\n';)
		n--;
	text[n] = '\0';
	json_text(out, text);
}

static void write_schema(FILE *out, const struct route *route, size_t type)
{
	auto_free char *view = NULL;

	if (is_json(route->types[type]) && route->view)
		view = schema_view(route->view);
	if (view)
		fputs(view, out);
	else if (is_json(route->types[type]))
		fputs(route->schema ? route->schema : "{}", out);
	else
		fputs("{\"type\":\"string\"}", out);
}

static void write_content(FILE *out, struct routes *routes, const struct route *route)
{
	fputs("\"content\":{", out);
	for (size_t i = 0; i < ROUTE_TYPES && route->types[i]; i++) {
		fprintf(out, "%s\"%s\":{\"schema\":", i ? "," : "", route->types[i]);
		write_schema(out, route, i);
		write_example(out, routes, route, i);
		fputc('}', out);
	}
	fputc('}', out);
}

static void write_responses(FILE *out, struct routes *routes, const struct route *route)
{
	fputs("\"200\":{\"description\":\"", out);
	fputs(route->about, out);
	fputs("\",", out);
	write_content(out, routes, route);
	fputc('}', out);
	if (route->empty)
		fprintf(out, ",\"204\":{\"description\":\"%s\"}", route->empty);
	fputs(",\"400\":{\"$ref\":\"#/components/responses/refused\"}", out);
	if (!route->open)
		fputs(",\"401\":{\"$ref\":\"#/components/responses/token\"}", out);
	if (!route->failed) {
		fputs(",\"503\":{\"$ref\":\"#/components/responses/late\"}", out);
		return;
	}
	fprintf(out,
		",\"503\":{\"description\":\"%s\",\"content\":{\"%s\":{\"schema\":", route->failed,
		route->types[0]);
	write_schema(out, route, 0);
	fputs("}}}", out);
}

/* "/stats/cpu": get_stats_cpu. */
static void write_name(FILE *out, const char *path)
{
	fputs("get", out);
	for (; *path; path++)
		fputc(isalnum((unsigned char)*path) ? *path : '_', out);
}

static void write_route(FILE *out, struct routes *routes, const struct route *route)
{
	fprintf(out, "\"%s\":{\"get\":{\"operationId\":\"", route->path);
	write_name(out, route->path);
	fprintf(out, "\",\"summary\":\"%s\",\"parameters\":[", route->about);
	for (const struct parameter *p = route->parameters; p && p->name; p++) {
		if (p > route->parameters)
			fputc(',', out);
		write_parameter(out, p);
	}
	fputs("],\"responses\":{", out);
	write_responses(out, routes, route);
	fprintf(out, "}%s}}", route->open ? ",\"security\":[]" : "");
}

static void write_components(FILE *out)
{
	auto_free char *document = schema_document();

	fprintf(out,
		"\"components\":{\"securitySchemes\":{\"bearer\":{\"type\":\"http\","
		"\"scheme\":\"bearer\",\"description\":\"The token of http.token_file, if there is "
		"one\"}},\"responses\":{"
		"\"refused\":{\"description\":\"The request is malformed\"," ERROR_CONTENT "}}},"
		"\"token\":{\"description\":\"The token is missing or wrong\"," ERROR_CONTENT
		",\"example\":{\"error\":\"a bearer token is needed\"}}}},"
		"\"late\":{\"description\":\"There is no answer in time, or too many requests are "
		"waiting\"," ERROR_CONTENT "}}}},"
		"\"schemas\":{\"error\":{\"type\":\"object\",\"properties\":{\"error\":{\"type\":"
		"\"string\"}},\"required\":[\"error\"]},\"document\":%s}}",
		document);
}

static char *openapi_body(struct routes *routes, size_t *ret_n)
{
	char *body = NULL;
	FILE *out = open_memstream(&body, ret_n);

	if (!out)
		abort();
	fprintf(out,
		"{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"pistat\",\"version\":\"%s\","
		"\"description\":\"What this machine is doing. Read only: HEAD is answered "
		"wherever GET is. A value that the machine does not have is null.\"},"
		"\"servers\":[{\"url\":\"/\"}],\"security\":[%s{\"bearer\":[]}],\"paths\":{",
		PISTAT_VERSION, routes->token ? "" : "{},");
	for (size_t i = 0; i < route_table_n; i++) {
		if (i)
			fputc(',', out);
		write_route(out, routes, &route_table[i]);
	}
	fputs("},", out);
	write_components(out);
	fputs("}\n", out);
	fclose(out);
	return body;
}

void openapi_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	size_t n;
	char *body = openapi_body(routes, &n);

	(void)request;
	http_answer(peer, 200, route->types[0], "", body, n);
}
