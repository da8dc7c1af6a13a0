/*
 * What is configured, for people and pages that ask from afar: first the few settings that every
 * monitor has, under the names they know, then the options that hold nothing secret, then what the
 * user's own sensors are called.  A new group is not shown before it is named here.
 */
#include "answers.h"
#include "mem.h"
#include "probe.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *key, *option;
} known_settings[] = {
	{"interval_seconds", "sampling.interval"},
	{"retention_days", "history.days"},
	{"network_interface", "network.primary"},
	{"disk_path", "disks.main"},
	{"host", "http.listen"},
	{"port", "http.port"},
};

/* As globs, see text_admitted(). */
static const char *const shown[] = {"sampling.*", "disks.*", "network.*", "sensors.*", "units.*",
	"history.*", "!history.file", "ollama.enabled"};

static enum option_id find(const char *path)
{
	enum option_id id = 0;

	while (id < OPTIONS && strcmp(options[id].path, path) != 0)
		id++;
	return id;
}

static void write_list(FILE *out, const struct config *config, enum option_id id)
{
	const char *const *texts;
	size_t n;

	texts = config_list(config, id, &n);
	fputc('[', out);
	for (size_t i = 0; i < n; i++) {
		if (i)
			fputc(',', out);
		json_text(out, texts[i]);
	}
	fputc(']', out);
}

static void write_value(FILE *out, const struct config *config, enum option_id id)
{
	char number[32];

	switch (options[id].kind) {
	case OPTION_FLAG:
		fputs(config_flag(config, id) ? "true" : "false", out);
		break;
	case OPTION_NUMBER:
		text_number(number, sizeof(number), config_number(config, id), 3);
		fputs(number, out);
		break;
	case OPTION_TEXT:
	case OPTION_CHOICE:
		json_text(out, config_text(config, id));
		break;
	case OPTION_LIST:
		write_list(out, config, id);
		break;
	}
}

/* One address and the interface in use stand for what may be a list, or left to pistat. */
static void write_known(FILE *out, const struct routes *routes, enum option_id id)
{
	const struct snapshot *latest = sampler_latest(routes->sampler);
	const struct reading *primary = latest ? snapshot_find(latest, NET_PRIMARY, "") : NULL;
	const char *const *texts;
	size_t n;

	if (id == OPTION_NETWORK_PRIMARY && !config_text(routes->config, id)[0]) {
		if (primary)
			json_text(out, primary->text);
		else
			fputs("null", out);
	} else if (options[id].kind == OPTION_LIST) {
		texts = config_list(routes->config, id, &n);
		json_text(out, n ? texts[0] : "");
	} else {
		write_value(out, routes->config, id);
	}
}

/* What a page needs to show their values; where these come from may be secret. */
static void write_probes(FILE *out, const struct config *config)
{
	size_t n;
	const struct probe *probes = config_probes(config, &n);

	for (size_t i = 0; i < n; i++) {
		fputs(i ? "," : "", out);
		json_text(out, probes[i].name);
		fputs(":{\"label\":", out);
		json_text(out, probes[i].row.name);
		fputs(",\"unit\":", out);
		json_text(out, probes[i].row.symbol ? probes[i].row.symbol : "");
		fputc('}', out);
	}
}

static void write_settings(FILE *out, const struct routes *routes)
{
	const char *comma = "";

	fputc('{', out);
	for (size_t i = 0; i < ARRAY_LEN(known_settings); i++) {
		enum option_id id = find(known_settings[i].option);

		if (id == OPTIONS)
			continue;
		fprintf(out, "\"%s\":", known_settings[i].key);
		write_known(out, routes, id);
		fputc(',', out);
	}
	fputs("\"options\":{", out);
	for (enum option_id id = 0; id < OPTIONS; id++) {
		if (!text_admitted(shown, ARRAY_LEN(shown), options[id].path))
			continue;
		fprintf(out, "%s\"%s\":", comma, options[id].path);
		write_value(out, routes->config, id);
		comma = ",";
	}
	fputs("},\"probes\":{", out);
	write_probes(out, routes->config);
	fputs("}}\n", out);
}

char *settings_example(struct routes *routes, const struct route *route, size_t type)
{
	char *body = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&body, &n);

	(void)route;
	(void)type;
	if (!out)
		abort();
	write_settings(out, routes);
	fclose(out);
	return body;
}

void settings_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	char *body = settings_example(routes, route, 0);

	(void)request;
	http_answer(peer, 200, route->types[0], "", body, strlen(body));
}
