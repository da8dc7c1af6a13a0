/*
 * Prometheus text exposition, version 0.0.4: one metric after the other, each with its HELP and
 * TYPE once, in base units.  Names follow from the rows: "pistat_", the path, the unit's suffix,
 * "_total" for counters.
 */
#include "prometheus.h"

#include "mem.h"
#include "render.h"

#include <stdio.h>
#include <string.h>

static bool ends(const char *text, const char *end)
{
	size_t n = strlen(text), end_n = strlen(end);

	return n >= end_n && strcmp(text + n - end_n, end) == 0;
}

/* "temperatures.*.critical" → "pistat_temperature_critical": a name is about one member.  What a
 * row overrides is the path, not prefix and suffixes. */
static void name_stem(const struct metric *row, char *ret, size_t size)
{
	const char *family = families[row->family].path;
	size_t family_n = strlen(family);

	if (row->prometheus) {
		snprintf(ret, size, "pistat_%s", row->prometheus);
		return;
	}
	family_n -= ends(family, "s");
	snprintf(ret, size, "pistat_%.*s%s%s", (int)family_n, family,
		family_n && row->path[0] ? "_" : "", row->path);
	for (char *point = strchr(ret, '.'); point; point = strchr(point, '.'))
		*point = '_';
}

static const char *name_suffix(const struct metric *row)
{
	switch (row->kind) {
	case GAUGE:
	case COUNTER:
		return units[row->unit].prometheus;
	case STATE:
		return "";
	case TEXT:
		return "_info";
	case MOMENT:
		return "_timestamp_seconds";
	}
	return "";
}

void prometheus_name(const struct metric *row, char *ret, size_t size)
{
	const char *suffix = name_suffix(row);

	name_stem(row, ret, size - 32);
	if (!ends(ret, suffix))
		strcat(ret, suffix);
	if (row->kind == COUNTER)
		strcat(ret, "_total");
}

const char *prometheus_type(const struct metric *row)
{
	return row->kind == COUNTER ? "counter" : "gauge";
}

void prometheus_preamble(
	struct page *page, const char *name, const char *help, const char *by, const char *type)
{
	page_text(page, "# HELP ");
	page_text(page, name);
	page_text(page, " ");
	page_text(page, help);
	if (by[0]) {
		page_text(page, ", by ");
		page_text(page, by);
	}
	page_text(page, "\n# TYPE ");
	page_text(page, name);
	page_text(page, " ");
	page_text(page, type);
	page_text(page, "\n");
}

/* Decimals that a scale below one makes meaningful. */
static int scale_decimals(double scale)
{
	int decimals = 0;

	for (; scale < 0.99; scale *= 10)
		decimals++;
	return decimals;
}

static void write_reading(struct page *page, const char *name, const struct reading *reading)
{
	const struct metric *row = reading_row(reading);
	const char *noun = families[row->family].noun, *open = "{";
	double scale = units[row->unit].prometheus_scale;

	page_text(page, name);
	if (row->family != HOST) {
		page_text(page, open);
		page_label(page, noun, reading->key);
		open = ",";
	}
	if (row->symbol && *row->symbol) {
		page_text(page, open);
		page_label(page, "unit", row->symbol);
	}
	if (row->kind == TEXT) {
		page_text(page, open);
		page_label(page, "value", reading->text);
	}
	page_text(page, row->family != HOST || row->kind == TEXT ? "} " : " ");
	if (row->kind == TEXT) {
		page_text(page, "1");
	} else {
		scale = scale > 0 ? scale : 1;
		page_number(page, reading->number * scale, row->precision + scale_decimals(scale));
	}
	page_text(page, "\n");
}

static void prometheus_pistat(const struct by_metric *readings, struct page *page)
{
	char name[PROMETHEUS_NAME_SIZE];

	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		const struct metric *row = &catalogue[id];

		if (readings->first[id] == readings->first[id + 1])
			continue;
		prometheus_name(row, name, sizeof(name));
		prometheus_preamble(
			page, name, row->help, families[row->family].noun, prometheus_type(row));
		for (size_t i = readings->first[id]; i < readings->first[id + 1]; i++)
			write_reading(page, name, readings->order[i]);
	}
}

/* In the order of the choices of http.prometheus_names. */
static void (*const name_sets[])(const struct by_metric *, struct page *) = {
	prometheus_pistat, prometheus_pi, prometheus_node};

/* A counting sort: stable, so members keep their order. */
static void sort_by_metric(const struct snapshot *snapshot, struct by_metric *ret)
{
	size_t next[METRICS + 1];

	ret->order = xcalloc(snapshot->n + 1, sizeof(const struct reading *));
	memset(ret->first, 0, sizeof(ret->first));
	for (size_t i = 0; i < snapshot->n; i++)
		ret->first[snapshot->at[i].metric + 1]++;
	for (size_t id = 0; id < METRICS; id++)
		ret->first[id + 1] += ret->first[id];
	memcpy(next, ret->first, sizeof(next));
	for (size_t i = 0; i < snapshot->n; i++)
		ret->order[next[snapshot->at[i].metric]++] = &snapshot->at[i];
}

char *render_prometheus(const struct snapshot *snapshot, int names, size_t *ret_n)
{
	struct by_metric readings;
	struct page page = {0};

	sort_by_metric(snapshot, &readings);
	page_text(&page, "");
	name_sets[names](&readings, &page);
	free(readings.order);
	if (ret_n)
		*ret_n = page.n;
	return page.at;
}
