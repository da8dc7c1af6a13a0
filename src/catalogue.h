#pragma once
/*
 * What every metric is.  catalogue.def holds one row each; everything a sink needs to know follows
 * from the row, its unit and its family.  Constant data: nobody owns it, nobody changes it.
 */
#include <stdbool.h>
#include <stddef.h>

enum metric_id {
	NO_METRIC,
#define METRIC(id, ...) id,
#include "catalogue.def"
#undef METRIC
	METRICS,
};

enum kind { GAUGE, COUNTER, STATE, TEXT, MOMENT };

enum unit {
	NO_UNIT,
	PERCENT,
	CELSIUS,
	BYTES,	      /* of disks and networks: shown as GiB in Home Assistant */
	MEMORY_BYTES, /* shown as MiB */
	BYTES_PER_SECOND,
	PER_SECOND,
	SECONDS,
	MILLISECONDS,
	HERTZ,
	MEGAHERTZ,
	MEGABITS_PER_SECOND,
	RPM,
	VOLTS,
	AMPERES,
	MILLIAMPERES,
	WATTS,
	DBM,
	UNITS,
};

/* A family is a set of like things found at run time; the host is a family of one, with the empty
 * key. */
enum family {
	HOST,
	CORE,
	LOAD_WINDOW,
	FILESYSTEM,
	DISK,
	RAID,
	INTERFACE,
	TEMPERATURE,
	FAN,
	VOLTAGE,
	CURRENT,
	POWER,
	BATTERY,
	CARD,  /* graphics cards; the VideoCore of a Raspberry Pi is the host's */
	MODEL, /* language models that Ollama has loaded */
	SERVICE,
	PROBE,
	COLLECTOR,
	FAMILIES,
};

/* Whether Home Assistant gets an entity, and whether it starts enabled. */
enum entity {
	ENTITY_ON,
	ENTITY_OFF,	/* created disabled: one click away */
	ENTITY_PRIMARY, /* on for the family's main member (primary interface, 1-minute load), else
			   off */
	NO_ENTITY,
};

struct metric {
	const char *path; /* of the host's document, or below the family's member; "" where the
			     member is the value */
	const char *name; /* as Home Assistant shows it: sentence case, no unit, no host; after the
			     member's name in a family */
	const char *help; /* one line, for README, # HELP and `pistat metrics` */
	enum family family;
	enum kind kind;
	enum unit unit;
	enum metric_id rate_of; /* this gauge is that counter's rate per second */
	double rate_scale;	/* times this; 0: 1 */
	double wraps; /* a counter that the kernel keeps in few bits starts again at this value; 0:
			 never */
	const char *ha_class, *icon, *prometheus; /* only to override what unit and path imply */
	int precision;				  /* decimals that mean something */
#define ALL_DECIMALS 6				  /* … is for all that there are */
	double deadband; /* in the metric's unit; 0: what the unit implies */
	enum entity entity;
	bool history, diagnostic, problem; /* problem: a STATE that is bad news when on */
	const char *symbol, *state_class; /* of a row that the user wrote (probe.h), NULL: what unit
					     and kind imply; "" none */
	bool moves; /* a gauge that always moves (uptime): published at refresh only */
};

/* What follows from a unit, so that no row repeats it. */
struct unit_row {
	const char *symbol;   /* "%", "°C", "B"; "" if none */
	const char *ha_class; /* device_class of a sensor, NULL if none */
	const char *ha_unit;  /* unit of measurement shown in Home Assistant; NULL: the symbol */
	double ha_scale;      /* value × this = shown value; 0: 1 */
	int ha_precision;     /* decimals suggested for display */
	const char
		*prometheus; /* suffix in base units: "_bytes", "_celsius", "_ratio"; "" if none */
	double prometheus_scale;  /* 0: 1 */
	double deadband_absolute; /* moved when beyond both: |new-old| > absolute and > relative ×
				     |old| */
	double deadband_relative;
};

struct family_row {
	const char *path; /* "network" */
	const char *noun; /* "interface": for help texts, and the label's name in Prometheus */
	const char
		*name_format; /* how a member is called before the metric's name: "%s", "Core %s" */
	size_t limit;	      /* members beyond are not shown; said once in the log */
	bool array;	      /* an array in JSON, in key order */
	bool beside_host;     /* rows of the host stand in the same object */
	enum metric_id name_from; /* a text metric of the member that names it better than its key;
				     NO_METRIC */
};

/* catalogue[id]; catalogue[NO_METRIC] is all zero. */
extern const struct metric catalogue[METRICS];
extern const struct unit_row units[UNITS];
extern const struct family_row families[FAMILIES];

/* The unit as people see it: "%", "" if none. */
const char *metric_symbol(const struct metric *row);

const char *kind_name(enum kind kind); /* "gauge" … */

/* The id of a metric by its path; families as "network.*.bytes_recv", "per_cpu_usage.*".  NO_METRIC
 * if none. */
enum metric_id catalogue_find(const char *pattern);

/* "network.*.bytes_recv": the path with '*' for the member. */
void catalogue_pattern(enum metric_id id, char *ret, size_t size);
