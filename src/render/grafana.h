#pragma once
/*
 * The dashboard for Grafana.  Private to src/render: grafana_panels.c is the table of what it
 * shows, grafana_looks.c how, grafana_query.c asks Prometheus for it, grafana.c puts it together.
 */
#include "catalogue.h"

struct cJSON;

#define COLUMNS 24 /* of Grafana's grid */

/* How a panel looks. */
enum panel_shape {
	END_OF_PANELS,
	SECTION,  /* a heading; the panels to the next one stand below it */
	DIAL,	  /* the newest value between its least and most */
	FIGURE,	  /* the newest value as a number; a counter's sum */
	WORDS_OF, /* a text */
	CURVES,	  /* over time; a counter's rate */
	AREAS,	  /* the same, stacked */
	STATES,	  /* on and off over time */
	PROBLEMS, /* the same of what is bad news when on */
	PANEL_SHAPES,
};

#define PANEL_METRICS 24

struct panel {
	const char *title;
	enum panel_shape shape;
	int width;	  /* of 24; 0: what the shape has */
	bool closed;	  /* a section that opens at a click: few machines have what is in it */
	double warn, bad; /* in base units; bad below warn: less is worse; 0, 0: none */
	enum metric_id metrics[PANEL_METRICS]; /* all of one unit; ended by NO_METRIC */
};

/* The panels of the table, ended by END_OF_PANELS, and the rows that none of them is to show. */
extern const struct panel grafana_panels[];
extern const enum metric_id grafana_unshown[]; /* ended by NO_METRIC */

/* Of Grafana's panels, as JSON; NULL: nothing to say. */
struct look {
	const char *type, *options, *custom, *mappings, *colour;
	int width, height;
};

extern const struct look grafana_looks[PANEL_SHAPES];

/* fieldConfig of a panel: unit, colours, thresholds. */
struct cJSON *grafana_field_config(const struct panel *panel);

/* JSON that we wrote ourselves, as a tree. */
struct cJSON *grafana_parsed(const char *json);

/* Names a member of a family where one can be chosen: the dashboard's variable. */
struct variable {
	const char *name, *label;
	enum metric_id metric; /* what every member has */
};

extern const struct variable grafana_variables[]; /* ended by one without a name */

/* Grafana's name of the unit that a row's curve or figure has. */
const char *grafana_unit(const struct metric *row, bool rate);

/* Does the panel show growth per second? */
bool grafana_is_rate(const struct metric *row, const struct panel *panel);

/* A target: the query for one row, and how its series are called. */
struct cJSON *grafana_target(enum metric_id metric, const struct panel *panel, size_t number);

/* templating.list: the data source, the machine, members of families. */
struct cJSON *grafana_templating(void);
