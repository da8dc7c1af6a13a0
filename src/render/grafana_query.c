/* What the dashboard asks Prometheus, in PromQL, and the variables that the questions hold. */
#include "grafana.h"
#include "mem.h"
#include "prometheus.h"
#include "view_values.h"

#include <stdio.h>
#include <string.h>

#define MACHINE "instance=\"$node\""

bool grafana_is_rate(const struct metric *row, const struct panel *panel)
{
	return row->kind == COUNTER && panel->shape != FIGURE;
}

/* In base units, as they are exposed. */
const char *grafana_unit(const struct metric *row, bool rate)
{
	static const char *const names[UNITS] = {
		[NO_UNIT] = "short",
		[PERCENT] = "percentunit",
		[CELSIUS] = "celsius",
		[BYTES] = "bytes",
		[MEMORY_BYTES] = "bytes",
		[BYTES_PER_SECOND] = "binBps",
		[PER_SECOND] = "cps",
		[SECONDS] = "s",
		[MILLISECONDS] = "s",
		[HERTZ] = "hertz",
		[MEGAHERTZ] = "hertz",
		[MEGABITS_PER_SECOND] = "Bps",
		[RPM] = "rotrpm",
		[VOLTS] = "volt",
		[AMPERES] = "amp",
		[MILLIAMPERES] = "amp",
		[WATTS] = "watt",
		[DBM] = "dBm",
	};

	if (row->kind == MOMENT)
		return "dateTimeAsIso";
	if (!rate)
		return names[row->unit];
	return row->unit == BYTES || row->unit == MEMORY_BYTES ? "binBps" : "cps";
}

static const struct variable *variable_of(enum family family)
{
	for (const struct variable *one = grafana_variables; one->name; one++)
		if (catalogue[one->metric].family == family)
			return one;
	return NULL;
}

/* pistat_network_receive_bytes_total{instance="$node",interface=~"$interface"}; the caller frees
 * it. */
static char *selector(const struct metric *row)
{
	const struct variable *variable = variable_of(row->family);
	char name[PROMETHEUS_NAME_SIZE];

	prometheus_name(row, name, sizeof(name));
	if (!variable)
		return xasprintf("%s{" MACHINE "}", name);
	return xasprintf(
		"%s{" MACHINE ",%s=~\"$%s\"}", name, families[row->family].noun, variable->name);
}

static char *expression(const struct metric *row, const struct panel *panel)
{
	auto_free char *series = selector(row);

	if (grafana_is_rate(row, panel))
		return xasprintf("rate(%s[$__rate_interval])", series);
	if (row->kind == MOMENT)
		return xasprintf("%s * 1000", series); /* Grafana's moments are in milliseconds */
	return xstrdup(series);
}

/* How a series is called in the panel: "eth0", "eth0 packets sent", "CPU temperature". */
static char *legend(const struct metric *row, const struct panel *panel)
{
	const char *noun = families[row->family].noun;
	bool only = panel->metrics[1] == NO_METRIC;

	if (row->kind == TEXT)
		return xstrdup("{{value}}");
	if (row->family == HOST)
		return xstrdup(row->name);
	if (row->family == PROBE)
		return xstrdup("{{probe}} {{unit}}");
	return xasprintf(
		"{{%s}}%s%s", noun, only || !row->name[0] ? "" : " ", only ? "" : row->name);
}

cJSON *grafana_target(enum metric_id metric, const struct panel *panel, size_t number)
{
	const struct metric *row = &catalogue[metric];
	auto_free char *query = expression(row, panel), *called = legend(row, panel);
	bool now = panel->shape == WORDS_OF;
	char id[16];
	cJSON *target = view_item(
		cJSON_Parse("{\"datasource\":{\"type\":\"prometheus\",\"uid\":\"${datasource}\"},"
			    "\"editorMode\":\"code\"}"));

	snprintf(id, sizeof(id), "%c", (char)('A' + number));
	cJSON_AddStringToObject(target, "refId", id);
	cJSON_AddStringToObject(target, "expr", query);
	cJSON_AddStringToObject(target, "legendFormat", called);
	cJSON_AddBoolToObject(target, "instant", now);
	cJSON_AddBoolToObject(target, "range", !now);
	return target;
}

static cJSON *variable(const char *name, const char *label, const char *query, bool many)
{
	cJSON *item = view_item(cJSON_Parse(
		many ? "{\"type\":\"query\",\"multi\":true,\"includeAll\":true,\"allValue\":\".*\","
		       "\"current\":{\"text\":[\"All\"],\"value\":[\"$__all\"]}}"
		     : "{\"type\":\"query\",\"multi\":false,\"includeAll\":false,\"current\":{}}"));
	cJSON *source =
		view_item(cJSON_Parse("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}"));
	cJSON *asked = view_item(cJSON_CreateObject());

	cJSON_AddStringToObject(asked, "query", query);
	cJSON_AddStringToObject(asked, "refId", "PrometheusVariableQueryEditor-VariableQuery");
	cJSON_AddStringToObject(item, "name", name);
	cJSON_AddStringToObject(item, "label", label);
	cJSON_AddStringToObject(item, "definition", query);
	cJSON_AddNumberToObject(item, "refresh", 2); /* when the time range moves */
	cJSON_AddNumberToObject(item, "sort", 5);    /* by name, case aside */
	cJSON_AddItemToObject(item, "datasource", source);
	cJSON_AddItemToObject(item, "query", asked);
	return item;
}

cJSON *grafana_templating(void)
{
	cJSON *list = view_item(cJSON_CreateArray());
	char name[PROMETHEUS_NAME_SIZE];

	cJSON_AddItemToArray(
		list, view_item(cJSON_Parse("{\"type\":\"datasource\",\"name\":\"datasource\","
					    "\"label\":\"Data source\",\"query\":\"prometheus\","
					    "\"current\":{}}")));
	prometheus_name(&catalogue[UPTIME], name, sizeof(name));
	for (const struct variable *one = NULL;;) {
		auto_free char *query = one ? xasprintf("label_values(%s{" MACHINE "}, %s)", name,
						      families[catalogue[one->metric].family].noun)
					    : xasprintf("label_values(%s, instance)", name);

		cJSON_AddItemToArray(list, one ? variable(one->name, one->label, query, true)
					       : variable("node", "Machine", query, false));
		one = one ? one + 1 : grafana_variables;
		if (!one->name)
			return list;
		prometheus_name(&catalogue[one->metric], name, sizeof(name));
	}
}
