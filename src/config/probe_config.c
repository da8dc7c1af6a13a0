/*
 * The list of probes in pistat.conf: settings come one by one, as for options, and when a group is
 * at its end it is looked at as a whole and becomes a probe.  Nothing of libconfig is known here.
 */
#include "config_private.h"
#include "mem.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

const struct option_row probe_settings[SETTINGS] = {
#define SETTING(id, kinds, ...) [SETTING_##id] = {.empty = true, __VA_ARGS__},
#include "probe_settings.def"
#undef SETTING
};

/* "water_level" → "Water level" */
static char *label_from(const char *name)
{
	char *label = xstrdup(name);

	label[0] = (char)toupper((unsigned char)label[0]);
	for (char *c = label; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	return label;
}

/* What is usual for the unit, where that is a fixed step: half a degree, two dBm. */
static double usual_deadband(const char *unit)
{
	for (enum unit id = NO_UNIT + 1; id < UNITS; id++)
		if (strcmp(units[id].symbol, unit) == 0 && units[id].deadband_relative == 0)
			return units[id].deadband_absolute;
	return 0;
}

static struct metric row_from(
	const struct option_value *values, enum metric_id metric, const char *state_class)
{
	struct metric row = catalogue[metric];
	const char *class = values[SETTING_CLASS].text, *icon = values[SETTING_ICON].text;

	row.name = values[SETTING_LABEL].text;
	row.precision = (int)values[SETTING_PRECISION].number;
	row.deadband = values[SETTING_DEADBAND].number;
	if (row.deadband == 0)
		row.deadband = usual_deadband(values[SETTING_UNIT].text);
	row.symbol = values[SETTING_UNIT].text;
	row.state_class = state_class;
	row.ha_class = *class ? class : NULL;
	row.icon = *icon ? icon : NULL;
	row.entity = values[SETTING_ENABLED].number != 0 ? ENTITY_ON : ENTITY_OFF;
	row.diagnostic = values[SETTING_DIAGNOSTIC].number != 0;
	return row;
}

/* Who says only what means on, means all else by off. */
static bool on_alone(const struct option_value *values)
{
	return strcmp(values[SETTING_ON].origin, "default") != 0 &&
	       strcmp(values[SETTING_OFF].origin, "default") == 0;
}

static struct probe probe_from(const struct option_value *values, const char *state_class)
{
	static const enum metric_id metrics[] = {PROBE_VALUE, PROBE_STATE, PROBE_TEXT};
	static const char *const none[] = {NULL};
	enum metric_id metric = metrics[(int)values[SETTING_KIND].number];

	return (struct probe){.name = values[SETTING_NAME].text,
		.row = row_from(values, metric, state_class),
		.metric = metric,
		.file = *values[SETTING_FILE].text ? values[SETTING_FILE].text : NULL,
		.command = (const char *const *)values[SETTING_COMMAND].list,
		.json = values[SETTING_JSON].text,
		.timeout = values[SETTING_TIMEOUT].number,
		.interval = values[SETTING_INTERVAL].number,
		.scale = values[SETTING_SCALE].number,
		.offset = values[SETTING_OFFSET].number,
		.on = (const char *const *)values[SETTING_ON].list,
		.off = on_alone(values) ? none : (const char *const *)values[SETTING_OFF].list};
}

void probe_begin(struct config *config)
{
	size_t n = config->probes_n + 1;
	struct option_value *values;
	char *complaint = NULL;

	config->probes = xrealloc(config->probes, n, sizeof(*config->probes));
	config->probe_values = xrealloc(config->probe_values, n, sizeof(*config->probe_values));
	config->probe_values_n = n;
	values = config->probe_values[n - 1];
	memset(values, 0, sizeof(config->probe_values[0]));
	for (enum probe_setting setting = 0; setting < SETTINGS; setting++)
		if (value_assign_text(&values[setting], &probe_settings[setting],
			    probe_settings[setting].initial, "default", &complaint) < 0)
			abort(); /* a default that its own row forbids */
}

int probe_assign(struct config *config, const char *name, const char *const *texts, size_t n,
	const char *origin, char **ret_complaint)
{
	struct option_value *values = config->probe_values[config->probes_n];
	const char *names[SETTINGS], *nearest;

	for (enum probe_setting setting = 0; setting < SETTINGS; setting++) {
		const struct option_row *row = &probe_settings[setting];

		names[setting] = strchr(row->path, '.') + 1;
		if (strcmp(names[setting], name) == 0 && n != 1 && row->kind != OPTION_LIST) {
			*ret_complaint = xasprintf("%s: one value is wanted", row->path);
			return -EINVAL;
		}
		if (strcmp(names[setting], name) == 0)
			return value_assign(&values[setting], row, texts, n, origin, ret_complaint);
	}
	nearest = text_nearest(name, names, SETTINGS);
	*ret_complaint = nearest ? xasprintf("unknown option probes.%s; did you mean probes.%s?",
					   name, nearest)
				 : xasprintf("unknown option probes.%s; `pistat print-config` "
					     "shows them all",
					   name);
	return -EINVAL;
}

/* Home Assistant knows the Greek letter since 2025.9 and takes the micro sign of before for it: the
 * sign is understood by all versions, and nobody sees the difference. */
static void write_micro(char *unit)
{
	static const char greek[] = "\xce\xbc", sign[] = "\xc2\xb5";

	for (char *at = unit; (at = strstr(at, greek));)
		memcpy(at, sign, strlen(sign));
}

int probe_end(struct config *config, const char *origin, char **ret_complaint)
{
	struct option_value *values = config->probe_values[config->probes_n];
	struct option_value *label = &values[SETTING_LABEL];
	const char *state_class = NULL;
	int r;

	write_micro(values[SETTING_UNIT].text);
	r = probe_check(config, values, origin, &state_class, ret_complaint);
	if (r < 0)
		return r;
	if (!*label->text) {
		free(label->text);
		label->text = label_from(values[SETTING_NAME].text);
	}
	config->probes[config->probes_n++] = probe_from(values, state_class);
	return 0;
}

void probes_free(struct config *config)
{
	for (size_t i = 0; i < config->probe_values_n; i++)
		for (enum probe_setting setting = 0; setting < SETTINGS; setting++)
			value_clear(&config->probe_values[i][setting]);
	free(config->probe_values);
	free(config->probes);
}

const struct probe *config_probes(const struct config *config, size_t *ret_n)
{
	*ret_n = config ? config->probes_n : 0;
	return *ret_n ? config->probes : NULL;
}
