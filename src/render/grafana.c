/*
 * A dashboard for Grafana 10 and newer, as its "Import dashboard" and its provisioning take it:
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
#include "grafana.h"

#include "mem.h"
#include "render.h"
#include "view_values.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS 24

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

/* Of Grafana's panels, as JSON; NULL: nothing to say. */
static const struct look {
	const char *type, *options, *custom, *mappings, *colour;
	int width, height;
} looks[PANEL_SHAPES] = {
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

/* Where the next panel goes. */
struct layout {
	cJSON *panels;	/* of the dashboard */
	cJSON *section; /* the row that is being filled, NULL: none; its panels stand in it if it is
			   closed */
	bool closed;
	int x, y, tallest; /* tallest: of the line of panels that is being filled */
	int section_y, id;
};

static cJSON *parsed(const char *json)
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
	cJSON *steps = view_item(cJSON_CreateArray()), *all = parsed("{\"mode\":\"absolute\"}");
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

static cJSON *field_config(const struct panel *panel)
{
	const struct look *look = &looks[panel->shape];
	const struct metric *row = &catalogue[panel->metrics[0]];
	cJSON *config = parsed("{\"defaults\":{},\"overrides\":[]}");
	cJSON *defaults = cJSON_GetObjectItem(config, "defaults");
	cJSON *custom = parsed(look->custom ? look->custom : "{}"), *colour = parsed("{}");

	cJSON_AddStringToObject(colour, "mode", look->colour);
	if (panel->shape == WORDS_OF)
		cJSON_AddStringToObject(colour, "fixedColor", "text");
	if (look->custom && panel->shape == CURVES && (panel->warn < 0 || panel->warn > 0))
		cJSON_ReplaceItemInObject(
			custom, "thresholdsStyle", parsed("{\"mode\":\"dashed\"}"));
	cJSON_AddItemToObject(defaults, "color", colour);
	cJSON_AddItemToObject(defaults, "custom", custom);
	cJSON_AddItemToObject(defaults, "mappings", parsed(look->mappings ? look->mappings : "[]"));
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

/* The help of every row in it, for the panel's "i". */
static char *description(const struct panel *panel)
{
	char *text = NULL;
	size_t n;
	FILE *to = open_memstream(&text, &n);

	if (!to)
		abort();
	for (size_t i = 0; panel->metrics[i]; i++) {
		const struct metric *row = &catalogue[panel->metrics[i]];

		if (panel->metrics[1] && row->name[0])
			fprintf(to, "%s%s: ", i ? "\n\n" : "", row->name);
		fputs(row->help, to);
	}
	fclose(to);
	return text;
}

static void line_end(struct layout *layout)
{
	layout->x = 0;
	layout->y += layout->tallest;
	layout->tallest = 0;
}

static cJSON *placed(struct layout *layout, const struct panel *panel)
{
	const struct look *look = &looks[panel->shape];
	cJSON *item = view_item(cJSON_CreateObject()), *at = view_item(cJSON_CreateObject());
	int width = panel->width ? panel->width : look->width;

	if (layout->x + width > COLUMNS)
		line_end(layout);
	cJSON_AddNumberToObject(item, "id", ++layout->id);
	cJSON_AddStringToObject(item, "type", look->type);
	cJSON_AddStringToObject(item, "title", panel->title);
	cJSON_AddNumberToObject(at, "x", layout->x);
	cJSON_AddNumberToObject(at, "y", layout->y);
	cJSON_AddNumberToObject(at, "w", width);
	cJSON_AddNumberToObject(at, "h", look->height);
	cJSON_AddItemToObject(item, "gridPos", at);
	layout->x += width;
	if (layout->tallest < look->height)
		layout->tallest = look->height;
	return item;
}

/* What a closed section holds takes no room. */
static void add_section(struct layout *layout, const struct panel *panel)
{
	line_end(layout);
	if (layout->closed)
		layout->y = layout->section_y + 1;
	layout->section_y = layout->y;
	layout->closed = panel->closed;
	layout->section = placed(layout, panel);
	cJSON_AddBoolToObject(layout->section, "collapsed", panel->closed);
	cJSON_AddItemToObject(layout->section, "panels", view_item(cJSON_CreateArray()));
	cJSON_AddItemToArray(layout->panels, layout->section);
	line_end(layout);
}

static void add_panel(struct layout *layout, const struct panel *panel)
{
	cJSON *item = placed(layout, panel), *targets = view_item(cJSON_CreateArray());
	auto_free char *about = description(panel);

	for (size_t i = 0; panel->metrics[i]; i++)
		cJSON_AddItemToArray(targets, grafana_target(panel->metrics[i], panel, i));
	cJSON_AddStringToObject(item, "description", about);
	cJSON_AddItemToObject(
		item, "datasource", parsed("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}"));
	cJSON_AddItemToObject(item, "fieldConfig", field_config(panel));
	cJSON_AddItemToObject(item, "options", parsed(looks[panel->shape].options));
	cJSON_AddItemToObject(item, "targets", targets);
	cJSON_AddItemToArray(
		layout->closed ? cJSON_GetObjectItem(layout->section, "panels") : layout->panels,
		item);
}

static bool among(const enum metric_id *metrics, enum metric_id metric)
{
	for (; *metrics; metrics++)
		if (*metrics == metric)
			return true;
	return false;
}

/* A rate is shown where its counter is. */
static bool shown(enum metric_id metric)
{
	const struct metric *row = &catalogue[metric];

	for (const struct panel *panel = grafana_panels; panel->shape; panel++)
		if (among(panel->metrics, metric) ||
			(row->rate_of && among(panel->metrics, row->rate_of)))
			return true;
	return row->kind == TEXT || among(grafana_unshown, metric);
}

static void add_others(struct layout *layout)
{
	static const struct panel heading = {"More", SECTION, .closed = true};
	bool begun = false;

	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		const struct metric *row = &catalogue[id];
		auto_free char *title = NULL;

		if (shown(id))
			continue;
		if (!begun)
			add_section(layout, &heading);
		begun = true;
		title = xasprintf(
			"%s%s%s", families[row->family].noun, row->family ? " " : "", row->name);
		add_panel(layout, &(struct panel){title,
					  row->kind == STATE	? row->problem ? PROBLEMS : STATES
					  : row->kind == MOMENT ? FIGURE
								: CURVES,
					  .width = 12, .metrics = {id}});
	}
}

char *render_grafana(size_t *ret_n)
{
	cJSON *dashboard = parsed(
		"{\"uid\":\"pistat\",\"title\":\"pistat\",\"tags\":[\"pistat\"],"
		"\"description\":\"A machine as pistat sees it\",\"schemaVersion\":39,"
		"\"version\":1,\"editable\":true,\"graphTooltip\":1,\"timezone\":\"browser\","
		"\"time\":{\"from\":\"now-6h\",\"to\":\"now\"},\"refresh\":\"30s\","
		"\"links\":[],\"annotations\":{\"list\":[]},\"templating\":{}}");
	struct layout layout = {.panels = view_item(cJSON_CreateArray())};
	char *text;

	cJSON_AddItemToObject(
		cJSON_GetObjectItem(dashboard, "templating"), "list", grafana_templating());
	for (const struct panel *panel = grafana_panels; panel->shape; panel++)
		if (panel->shape == SECTION)
			add_section(&layout, panel);
		else
			add_panel(&layout, panel);
	add_others(&layout);
	cJSON_AddItemToObject(dashboard, "panels", layout.panels);
	text = cJSON_Print(dashboard);
	if (!text)
		abort();
	cJSON_Delete(dashboard);
	if (ret_n)
		*ret_n = strlen(text);
	return text;
}
