/*
 * A dashboard for Grafana 10 and newer, as its "Import dashboard" and its provisioning take it:
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
#include "grafana.h"

#include "mem.h"
#include "page.h"
#include "render.h"
#include "view_values.h"

#include <stdio.h>
#include <string.h>

/* Where the next panel goes.  What is finished is text at once: the whole as a tree would be a
 * megabyte. */
struct layout {
	struct page *page;
	cJSON *section;	   /* the closed one that is being filled; NULL: none */
	int x, y, tallest; /* tallest: of the line of panels that is being filled */
	int id, written;
};

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
	const struct look *look = &grafana_looks[panel->shape];
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

/* One panel of the dashboard a line. */
static void finish(struct layout *layout, cJSON *panel)
{
	auto_free char *text = cJSON_PrintUnformatted(panel);

	if (!text)
		abort();
	page_text(layout->page, layout->written++ ? ",\n" : "\n");
	page_text(layout->page, text);
	cJSON_Delete(panel);
}

/* What a closed section holds takes no room. */
static void section_end(struct layout *layout)
{
	cJSON *at = layout->section ? cJSON_GetObjectItem(layout->section, "gridPos") : NULL;

	line_end(layout);
	if (!at)
		return;
	layout->y = cJSON_GetObjectItem(at, "y")->valueint + 1;
	finish(layout, layout->section);
	layout->section = NULL;
}

static void add_section(struct layout *layout, const struct panel *panel)
{
	cJSON *item;

	section_end(layout);
	item = placed(layout, panel);
	line_end(layout);
	cJSON_AddBoolToObject(item, "collapsed", panel->closed);
	cJSON_AddItemToObject(item, "panels", view_item(cJSON_CreateArray()));
	if (panel->closed)
		layout->section = item;
	else
		finish(layout, item);
}

static void add_panel(struct layout *layout, const struct panel *panel)
{
	cJSON *item = placed(layout, panel), *targets = view_item(cJSON_CreateArray());
	auto_free char *about = description(panel);

	for (size_t i = 0; panel->metrics[i]; i++)
		cJSON_AddItemToArray(targets, grafana_target(panel->metrics[i], panel, i));
	cJSON_AddStringToObject(item, "description", about);
	cJSON_AddItemToObject(item, "datasource",
		grafana_parsed("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}"));
	cJSON_AddItemToObject(item, "fieldConfig", grafana_field_config(panel));
	cJSON_AddItemToObject(item, "options", grafana_parsed(grafana_looks[panel->shape].options));
	cJSON_AddItemToObject(item, "targets", targets);
	if (layout->section)
		cJSON_AddItemToArray(cJSON_GetObjectItem(layout->section, "panels"), item);
	else
		finish(layout, item);
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
	cJSON *templating = grafana_templating();
	auto_free char *variables = cJSON_PrintUnformatted(templating);
	struct page page = {0};
	struct layout layout = {.page = &page};

	cJSON_Delete(templating);
	if (!variables)
		abort();
	page_text(&page,
		"{\"uid\":\"pistat\",\"title\":\"pistat\",\"tags\":[\"pistat\"],"
		"\"description\":\"A machine as pistat sees it\",\"schemaVersion\":39,"
		"\"version\":1,\"editable\":true,\"graphTooltip\":1,\"timezone\":\"browser\","
		"\"time\":{\"from\":\"now-6h\",\"to\":\"now\"},\"refresh\":\"30s\","
		"\"links\":[],\"annotations\":{\"list\":[]},\n\"templating\":{\"list\":");
	page_text(&page, variables);
	page_text(&page, "},\n\"panels\":[");
	for (const struct panel *panel = grafana_panels; panel->shape; panel++)
		if (panel->shape == SECTION)
			add_section(&layout, panel);
		else
			add_panel(&layout, panel);
	add_others(&layout);
	section_end(&layout);
	page_text(&page, "\n]}\n");
	if (ret_n)
		*ret_n = page.n;
	return page.at;
}
