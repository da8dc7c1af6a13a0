/* What needs no machine: `pistat metrics`, the catalogue as a table, for people and for the README;
 * `pistat grafana`. */
#include "catalogue.h"
#include "commands.h"
#include "log.h"
#include "mem.h"
#include "render.h"

#include <stdio.h>
#include <string.h>

static const char *entity_name(const struct metric *row)
{
	switch (row->entity) {
	case ENTITY_ON:
		return row->diagnostic ? "on, diagnostic" : row->problem ? "on, problem" : "on";
	case ENTITY_OFF:
		return row->diagnostic ? "off, diagnostic" : "off";
	case ENTITY_PRIMARY:
		return "on for the main one";
	case NO_ENTITY:
		break;
	}
	return "-";
}

int metrics_command(const struct arguments *arguments)
{
	const char *format = arguments->format ? arguments->format : "table";
	bool markdown = strcmp(format, "markdown") == 0;
	char path[128], kind[64];

	if (!markdown && strcmp(format, "table") != 0) {
		log_error("--format %s: one of table, markdown is wanted", format);
		return 2;
	}
	if (markdown)
		printf("| path | kind, unit | Home Assistant | what |\n|---|---|---|---|\n");
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		const struct metric *row = &catalogue[id];
		const char *symbol = units[row->unit].symbol;

		catalogue_pattern(id, path, sizeof(path));
		snprintf(kind, sizeof(kind), "%s%s%s", kind_name(row->kind), symbol[0] ? " " : "",
			symbol);
		printf(markdown ? "| `%s` | %s | %s | %s |\n" : "%-38s %-14s %-20s %s\n", path,
			kind, entity_name(row), row->help);
	}
	return 0;
}

int grafana_command(void)
{
	auto_free char *dashboard = render_grafana(NULL);

	fputs(dashboard, stdout);
	return 0;
}
