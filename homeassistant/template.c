#include "template.h"

#include "mem.h"

#include <stdio.h>
#include <string.h>

/* "/ 1048576" for MiB of bytes: a divisor is a whole number where the factor is not. */
static void scaling(const struct unit_row *unit, char *ret, size_t size)
{
	if (unit->ha_scale < 1)
		snprintf(ret, size, "/ %.0f", 1 / unit->ha_scale);
	else
		snprintf(ret, size, "* %.0f", unit->ha_scale);
}

char *template_scalar(const struct reading *reading)
{
	const struct unit_row *unit = &units[reading_row(reading)->unit];
	char scale[32];

	if (unit->ha_scale == 0)
		return NULL;
	scaling(unit, scale, sizeof(scale));
	/* A topic that is cleared sends an empty payload, which float would complain about. */
	return xasprintf(
		"{{ (value | float %s) | round(%d) if value else '' }}", scale, unit->ha_precision);
}

/* Where the member stands in its family's array. */
static size_t position(const struct snapshot *snapshot, const struct reading *reading)
{
	enum family family = catalogue[reading->metric].family;
	const struct reading *last = NULL;
	size_t members = 0;

	for (const struct reading *at = snapshot->at; at < snapshot->at + snapshot->n; at++) {
		if (catalogue[at->metric].family != family)
			continue;
		members += last && strcmp(last->key, at->key) != 0;
		last = at;
		if (strcmp(at->key, reading->key) == 0)
			break;
	}
	return members;
}

/* "value_json['network'].get('eth0', {}).get('up')": a member may go, and a lookup that fails is a
 * line in Home Assistant's log for each message.  Slugs and paths hold no quotes. */
static char *lookup(const struct snapshot *snapshot, const struct reading *reading)
{
	const struct metric *row = reading_row(reading);
	bool host = row->family == HOST;
	char path[256], *text, *rest = path;

	if (!host && families[row->family].array)
		return xasprintf("value_json['%s'][%zu]", families[row->family].path,
			position(snapshot, reading));
	reading_path(reading, '.', path, sizeof(path));
	text = xstrdup("value_json");
	for (char *word; (word = strsep(&rest, "."));) {
		auto_free char *before = text;

		text = host   ? xasprintf("%s['%s']", before, word)
		       : rest ? xasprintf("%s.get('%s', {})", before, word)
			      : xasprintf("%s.get('%s')", before, word);
	}
	return text;
}

char *template_state(const struct snapshot *snapshot, const struct reading *reading)
{
	const struct metric *row = reading_row(reading);
	const struct unit_row *unit = &units[row->unit];
	auto_free char *value = lookup(snapshot, reading);
	char scale[32];

	switch (row->kind) {
	case STATE:
		return xasprintf(
			"{%% set v = %s %%}{{ none if v is none else 'ON' if v else 'OFF' }}",
			value);
	case MOMENT:
		return xasprintf(
			"{%% set v = %s %%}{{ v | timestamp_utc if v is number else v }}", value);
	case GAUGE:
	case COUNTER:
		if (unit->ha_scale == 0)
			break;
		scaling(unit, scale, sizeof(scale));
		return xasprintf(
			"{%% set v = %s %%}{{ (v %s) | round(%d) if v is number else none }}",
			value, scale, unit->ha_precision);
	case TEXT:
		break;
	}
	return xasprintf("{{ %s }}", value);
}
