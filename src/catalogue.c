#include "catalogue.h"

#include <stdio.h>
#include <string.h>

const struct metric catalogue[METRICS] = {
#define METRIC(id, ...) [id] = {__VA_ARGS__},
#include "catalogue.def"
#undef METRIC
};

/* Deadbands are the smallest changes worth a row in somebody's database. */
const struct unit_row units[UNITS] = {
	[NO_UNIT] = {.symbol = "", .prometheus = "", .deadband_relative = 0.01},
	[PERCENT] = {.symbol = "%",
		.ha_precision = 1,
		.prometheus = "_ratio",
		.prometheus_scale = 0.01,
		.deadband_absolute = 0.5},
	[CELSIUS] = {.symbol = "°C",
		.ha_class = "temperature",
		.ha_precision = 1,
		.prometheus = "_celsius",
		.deadband_absolute = 0.5},
	[BYTES] = {.symbol = "B",
		.ha_class = "data_size",
		.ha_unit = "GiB",
		.ha_scale = 1.0 / (1 << 30),
		.ha_precision = 2,
		.prometheus = "_bytes",
		.deadband_relative = 0.01},
	[MEMORY_BYTES] = {.symbol = "B",
		.ha_class = "data_size",
		.ha_unit = "MiB",
		.ha_scale = 1.0 / (1 << 20),
		.ha_precision = 1,
		.prometheus = "_bytes",
		.deadband_relative = 0.01},
	[BYTES_PER_SECOND] = {.symbol = "B/s",
		.ha_class = "data_rate",
		.ha_unit = "kB/s",
		.ha_scale = 0.001,
		.ha_precision = 1,
		.prometheus = "_bytes_per_second",
		.deadband_absolute = 1000,
		.deadband_relative = 0.05},
	[PER_SECOND] = {.symbol = "/s",
		.ha_unit = "1/s",
		.ha_precision = 1,
		.prometheus = "_per_second",
		.deadband_relative = 0.05,
		.deadband_absolute = 1},
	[SECONDS] = {.symbol = "s",
		.ha_class = "duration",
		.prometheus = "_seconds",
		.deadband_relative = 0.01},
	[MILLISECONDS] = {.symbol = "ms",
		.ha_class = "duration",
		.ha_precision = 2,
		.prometheus = "_seconds",
		.prometheus_scale = 0.001,
		.deadband_relative = 0.01},
	[HERTZ] = {.symbol = "Hz",
		.ha_class = "frequency",
		.prometheus = "_hertz",
		.deadband_relative = 0.02},
	[MEGAHERTZ] = {.symbol = "MHz",
		.ha_class = "frequency",
		.prometheus = "_hertz",
		.prometheus_scale = 1e6,
		.deadband_relative = 0.02},
	[MEGABITS_PER_SECOND] = {.symbol = "Mbit/s",
		.ha_class = "data_rate",
		.prometheus = "_bytes_per_second",
		.prometheus_scale = 125e3,
		.deadband_relative = 0.01},
	[RPM] = {.symbol = "rpm",
		.prometheus = "_rpm",
		.deadband_relative = 0.02,
		.deadband_absolute = 20},
	[VOLTS] = {.symbol = "V",
		.ha_class = "voltage",
		.ha_precision = 3,
		.prometheus = "_volts",
		.deadband_absolute = 0.01},
	[AMPERES] = {.symbol = "A",
		.ha_class = "current",
		.ha_precision = 3,
		.prometheus = "_amperes",
		.deadband_relative = 0.01},
	[MILLIAMPERES] = {.symbol = "mA",
		.ha_class = "current",
		.prometheus = "_amperes",
		.prometheus_scale = 0.001,
		.deadband_relative = 0.01},
	[WATTS] = {.symbol = "W",
		.ha_class = "power",
		.ha_precision = 2,
		.prometheus = "_watts",
		.deadband_relative = 0.01},
	[DBM] = {.symbol = "dBm",
		.ha_class = "signal_strength",
		.prometheus = "_dbm",
		.deadband_absolute = 2},
};

/* The limits keep a machine with thousands of mounts or virtual links from flooding broker and
 * recorder. */
const struct family_row families[FAMILIES] = {
	[HOST] = {.path = "", .noun = "", .name_format = "%s", .limit = 1},
	[CORE] = {.path = "per_cpu_usage",
		.noun = "core",
		.name_format = "Core %s",
		.limit = 256,
		.array = true},
	[LOAD_WINDOW] = {.path = "load_avg",
		.noun = "window",
		.name_format = "Load %s",
		.limit = 3,
		.array = true},
	[FILESYSTEM] = {.path = "filesystems", .noun = "mount", .name_format = "%s", .limit = 64},
	[DISK] = {.path = "disks", .noun = "disk", .name_format = "%s", .limit = 64},
	[RAID] = {.path = "raids", .noun = "array", .name_format = "%s", .limit = 32},
	[INTERFACE] = {.path = "network",
		.noun = "interface",
		.name_format = "%s",
		.limit = 64,
		.beside_host = true},
	[TEMPERATURE] = {.path = "temperatures",
		.noun = "sensor",
		.name_format = "%s",
		.limit = 128,
		.name_from = TEMPERATURE_LABEL},
	[FAN] = {.path = "fans",
		.noun = "sensor",
		.name_format = "%s",
		.limit = 32,
		.name_from = FAN_LABEL},
	[VOLTAGE] = {.path = "voltages",
		.noun = "sensor",
		.name_format = "%s",
		.limit = 128,
		.name_from = VOLTAGE_LABEL},
	[CURRENT] = {.path = "currents",
		.noun = "sensor",
		.name_format = "%s",
		.limit = 64,
		.name_from = CURRENT_LABEL},
	[POWER] = {.path = "powers",
		.noun = "sensor",
		.name_format = "%s",
		.limit = 64,
		.name_from = POWER_LABEL},
	[BATTERY] = {.path = "batteries", .noun = "battery", .name_format = "%s", .limit = 16},
	[CARD] = {.path = "gpus",
		.noun = "card",
		.name_format = "%s",
		.limit = 16,
		.name_from = CARD_NAME},
	[MODEL] = {.path = "ollama.models", .noun = "model", .name_format = "%s", .limit = 32},
	[SERVICE] = {.path = "units", .noun = "unit", .name_format = "%s", .limit = 64},
	[PROBE] = {.path = "probes", .noun = "probe", .name_format = "%s", .limit = 64},
	[COLLECTOR] = {.path = "agent.collectors",
		.noun = "collector",
		.name_format = "%s",
		.limit = 64},
};

const char *metric_symbol(const struct metric *row)
{
	return row->symbol ? row->symbol : units[row->unit].symbol;
}

const char *kind_name(enum kind kind)
{
	switch (kind) {
	case GAUGE:
		return "gauge";
	case COUNTER:
		return "counter";
	case STATE:
		return "state";
	case TEXT:
		return "text";
	case MOMENT:
		return "moment";
	}
	return "";
}

void catalogue_pattern(enum metric_id id, char *ret, size_t size)
{
	const struct metric *row = &catalogue[id];

	if (row->family == HOST)
		snprintf(ret, size, "%s", row->path);
	else
		snprintf(ret, size, "%s.*%s%s", families[row->family].path, row->path[0] ? "." : "",
			row->path);
}

enum metric_id catalogue_find(const char *pattern)
{
	char path[128];

	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		catalogue_pattern(id, path, sizeof(path));
		if (strcmp(path, pattern) == 0)
			return id;
	}
	return NO_METRIC;
}
