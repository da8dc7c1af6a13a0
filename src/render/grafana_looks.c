/* How each shape of panel looks in Grafana: type, options, units, colours, thresholds. */
#include "grafana.h"
#include "view_values.h"

#define NEWEST "\"reduceOptions\":{\"calcs\":[\"lastNotNull\"],\"fields\":\"\",\"values\":false}"
#define NAMES_BELOW                                                                                \
	"\"legend\":{\"displayMode\":\"list\",\"placement\":\"bottom\",\"showLegend\":true}"
#define ALL_AT_ONCE "\"tooltip\":{\"mode\":\"multi\",\"sort\":\"desc\"}"
#define FIGURE_OF(text_mode, graph)                                                                \
	"{\"colorMode\":\"value\",\"graphMode\":\"" graph "\",\"justifyMode\":\"auto\","           \
	"\"orientation\":\"auto\",\"textMode\":\"" text_mode "\"," NEWEST "}"
#define TIMELINE                                                                                   \
	"{\"alignValue\":\"left\",\"mergeValues\":true,\"rowHeight\":0.8,\"showValue\":\"auto\","  \
	"\"legend\":{\"displayMode\":\"list\",\"placement\":\"bottom\",\"showLegend\":false},"     \
	"\"tooltip\":{\"mode\":\"single\",\"sort\":\"none\"}}"
#define MEANS(off, off_colour, on, on_colour)                                                      \
	"[{\"type\":\"value\",\"options\":{"                                                       \
	"\"0\":{\"index\":0,\"text\":\"" off "\",\"color\":\"" off_colour "\"},"                   \
	"\"1\":{\"index\":1,\"text\":\"" on "\",\"color\":\"" on_colour "\"}}}]"
#define LINE                                                                                       \
	"\"drawStyle\":\"line\",\"lineWidth\":1,\"showPoints\":\"auto\",\"spanNulls\":false,"      \
	"\"thresholdsStyle\":{\"mode\":\"off\"}"

const struct look grafana_looks[PANEL_SHAPES] = {
	[SECTION] = {.type = "row", .width = COLUMNS, .height = 1},
	[DIAL] = {"gauge",
		"{\"showThresholdLabels\":false,\"showThresholdMarkers\":true," NEWEST "}", NULL,
		NULL, "thresholds", 4, 5},
	[FIGURE] = {"stat", FIGURE_OF("auto", "area"), NULL, NULL, "thresholds", 4, 5},
	[WORDS_OF] = {"stat", FIGURE_OF("name", "none"), NULL, NULL, "fixed", 6, 3},
	[CURVES] = {"timeseries", "{" NAMES_BELOW "," ALL_AT_ONCE "}",
		"{\"fillOpacity\":10," LINE "}", NULL, "palette-classic", 12, 8},
	[AREAS] = {"timeseries", "{" NAMES_BELOW "," ALL_AT_ONCE "}",
		"{\"fillOpacity\":40,\"stacking\":{\"group\":\"A\",\"mode\":\"normal\"}," LINE "}",
		NULL, "palette-classic", 12, 8},
	[STATES] = {"state-timeline", TIMELINE, "{\"fillOpacity\":70,\"lineWidth\":0}",
		MEANS("off", "text", "on", "green"), "thresholds", COLUMNS, 8},
	[PROBLEMS] = {"state-timeline", TIMELINE, "{\"fillOpacity\":70,\"lineWidth\":0}",
		MEANS("well", "green", "problem", "red"), "thresholds", COLUMNS, 8},
};

cJSON *grafana_parsed(const char *json)
{
	return view_item(cJSON_Parse(json));
}

static void add_step(cJSON *steps, const char *colour, const double *from)
{
	cJSON *step = view_item(cJSON_CreateObject());

	cJSON_AddStringToObject(step, "color", colour);
	if (from)
		cJSON_AddNumberToObject(step, "value", *from);
	else
		cJSON_AddNullToObject(step, "value");
	cJSON_AddItemToArray(steps, step);
}

static cJSON *thresholds(const struct panel *panel)
{
	cJSON *steps = view_item(cJSON_CreateArray()),
	      *all = grafana_parsed("{\"mode\":\"absolute\"}");
	bool any = panel->warn < 0 || panel->warn > 0, falling = panel->bad < panel->warn;

	add_step(steps, any && falling ? "red" : "green", NULL);
	if (any && falling) {
		add_step(steps, "orange", &panel->bad);
		add_step(steps, "green", &panel->warn);
	} else if (any) {
		if (panel->warn < panel->bad)
			add_step(steps, "orange", &panel->warn);
		add_step(steps, "red", &panel->bad);
	}
	cJSON_AddItemToObject(all, "steps", steps);
	return all;
}

cJSON *grafana_field_config(const struct panel *panel)
{
	const struct look *look = &grafana_looks[panel->shape];
	const struct metric *row = &catalogue[panel->metrics[0]];
	cJSON *config = grafana_parsed("{\"defaults\":{},\"overrides\":[]}");
	cJSON *defaults = cJSON_GetObjectItem(config, "defaults");
	cJSON *custom = grafana_parsed(look->custom ? look->custom : "{}"),
	      *colour = grafana_parsed("{}");

	cJSON_AddStringToObject(colour, "mode", look->colour);
	if (panel->shape == WORDS_OF)
		cJSON_AddStringToObject(colour, "fixedColor", "text");
	if (look->custom && panel->shape == CURVES && (panel->warn < 0 || panel->warn > 0))
		cJSON_ReplaceItemInObject(
			custom, "thresholdsStyle", grafana_parsed("{\"mode\":\"dashed\"}"));
	cJSON_AddItemToObject(defaults, "color", colour);
	cJSON_AddItemToObject(defaults, "custom", custom);
	cJSON_AddItemToObject(
		defaults, "mappings", grafana_parsed(look->mappings ? look->mappings : "[]"));
	cJSON_AddItemToObject(defaults, "thresholds", thresholds(panel));
	if (row->kind != STATE && row->kind != TEXT)
		cJSON_AddStringToObject(
			defaults, "unit", grafana_unit(row, grafana_is_rate(row, panel)));
	if (panel->shape == DIAL) {
		cJSON_AddNumberToObject(defaults, "min", 0);
		cJSON_AddNumberToObject(defaults, "max", row->unit == PERCENT ? 1 : 100);
	}
	return config;
}
