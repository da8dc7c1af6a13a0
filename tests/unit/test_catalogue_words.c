/* What people read of the catalogue, and what Home Assistant makes of it. */
#include "unit.h"

#include "lint.h"
#include "mem.h"

#include <ctype.h>

static bool ends(const char *text, const char *end)
{
	size_t n = strlen(text), end_n = strlen(end);

	return n >= end_n && strcmp(text + n - end_n, end) == 0;
}

static bool starts_upper(const char *text)
{
	return isupper((unsigned char)text[0]) || isdigit((unsigned char)text[0]);
}

static void help_is_one_sentence(void **state)
{
	static const char *const lower[] = {"tmpfs", NULL}; /* names that begin small */

	(void)state;
	for
		EACH_METRIC(id)
		{
			const char *help = catalogue[id].help;
			char first[32];

			if (!help || strlen(help) < 2)
				complain(id, "has no help");
			snprintf(first, sizeof(first), "%.*s", (int)strcspn(help, " "), help);
			if (!starts_upper(help) && !among(lower, first))
				complain(id, "help does not start like a sentence: %s", help);
			if (ends(help, ".") || ends(help, " ") || strstr(help, "  ") ||
				strstr(help, ". "))
				complain(id, "help is not one sentence without its period: %s",
					help);
			if (strpbrk(help, "\n\t\"|\\"))
				complain(id, "help would break a table or a string: %s", help);
			if (strlen(help) > 110)
				complain(id, "help is too long for a line: %s", help);
		}
}

/* Words that are written with capitals inside a name. */
static bool capital_allowed(const char *word, size_t n)
{
	static const char *const words[] = {"ARM", "CPU", "CPUs", "EMMC", "GPU", "HTTP", "I/O",
		"IPv4", "IPv6", "MAC", "MQTT", "SDRAM", "USB", "V3D", NULL};
	char copy[32];

	snprintf(copy, sizeof(copy), "%.*s", (int)n, word);
	while (n && strchr(",()", copy[n - 1]))
		copy[--n] = '\0';
	return among(words, copy);
}

/* Of the host "CPU temperature"; of a member, after its own name, "read rate". */
static void names_are_in_sentence_case(void **state)
{
	(void)state;
	for
		EACH_METRIC(id)
		{
			const struct metric *row = &catalogue[id];
			const char *word = row->name;
			bool first = row->family == HOST;

			/* a probe is called as its configuration says */
			if (!word ||
				(!*word && !families[row->family].array && row->family != PROBE))
				complain(id, "has no name");
			if (*word && first && !starts_upper(word))
				complain(id, "name starts small: %s", word);
			for (; *word; word += strcspn(word, " "), word += *word == ' ') {
				size_t n = strcspn(word, " ");

				if (n == 0)
					complain(id, "name has blanks too many: %s", row->name);
				for (size_t i = first ? 1 : 0; i < n; i++)
					if (isupper((unsigned char)word[i]) &&
						!capital_allowed(word, n))
						complain(id, "name is not in sentence case: %s",
							row->name);
				first = false;
			}
		}
}

static void names_have_no_unit(void **state)
{
	static const char *const shown[] = {"%", "°", "(MB)", "(GB)", "(s)", "percent", "bytes",
		"celsius", "pistat", "Pistat", NULL};

	(void)state;
	for
		EACH_METRIC(id)
	for (const char *const *unit = shown; *unit; unit++)
		if (strstr(catalogue[id].name, *unit))
			complain(id, "name says %s: %s", *unit, catalogue[id].name);
}

static void names_are_unique_in_a_family(void **state)
{
	(void)state;
	for
		EACH_METRIC(id)
	for (enum metric_id before = NO_METRIC + 1; before < id; before++)
		if (catalogue[id].family == catalogue[before].family && *catalogue[id].name &&
			strcmp(catalogue[id].name, catalogue[before].name) == 0)
			complain(id, "shares its name with another: %s", catalogue[id].name);
}

/*
 * What Home Assistant takes, of what we may ever use:
 * https://developers.home-assistant.io/docs/core/entity/sensor (device class, units, state classes)
 */
static const struct sensor_class {
	const char *name;
	const char *units[12];
	bool total_increasing; /* else measurement alone */
} sensor_classes[] = {
	{"battery", {"%"}, false},
	{"temperature", {"°C", "°F", "K"}, false},
	{"frequency", {"Hz", "kHz", "MHz", "GHz"}, false},
	{"voltage", {"µV", "mV", "V", "kV", "MV"}, false},
	{"current", {"mA", "A"}, false},
	{"power", {"mW", "W", "kW", "MW"}, false},
	{"signal_strength", {"dB", "dBm"}, false},
	{"data_size", {"B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"}, true},
	{"data_rate",
		{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "B/s", "kB/s", "MB/s", "KiB/s", "MiB/s"},
		false},
	{"duration", {"d", "h", "min", "s", "ms", "µs"}, true},
};

static const struct sensor_class *find_class(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(sensor_classes); i++)
		if (strcmp(sensor_classes[i].name, name) == 0)
			return &sensor_classes[i];
	return NULL;
}

static void check_measurement(enum metric_id id)
{
	const struct metric *row = &catalogue[id];
	const struct unit_row *unit = &units[row->unit];
	const char *name = row->ha_class ? row->ha_class : unit->ha_class;
	const char *shown = unit->ha_unit ? unit->ha_unit : unit->symbol;
	const struct sensor_class *known;

	if (!name) {
		/* A unit that some class owns, without that class, cannot be converted; % is
		 * nobody's. */
		for (size_t i = 0; *shown && i < ARRAY_LEN(sensor_classes); i++)
			if (strcmp(shown, "%") != 0 && among(sensor_classes[i].units, shown))
				complain(id, "has the unit of %s, but not the class",
					sensor_classes[i].name);
		return;
	}
	known = find_class(name);
	if (!known)
		complain(id, "no sensor class is called %s", name);
	if (!among(known->units, shown))
		complain(id, "class %s does not take the unit %s", name, shown);
	if (row->kind == COUNTER && !known->total_increasing)
		complain(id, "class %s does not count", name);
}

static void home_assistant_takes_every_row(void **state)
{
	static const char *const binary[] = {
		"connectivity", "running", "power", "plug", "problem", "safety", "update", NULL};

	(void)state;
	for
		EACH_METRIC(id)
		{
			const struct metric *row = &catalogue[id];

			if (row->problem && (row->kind != STATE || row->ha_class))
				complain(
					id, "only a state without a class of its own is a problem");
			switch (row->kind) {
			case GAUGE:
			case COUNTER:
				check_measurement(id);
				break;
			case STATE:
				if (row->ha_class && !among(binary, row->ha_class))
					complain(id, "no binary sensor class is called %s",
						row->ha_class);
				break;
			case TEXT:
			case MOMENT:
				if (row->ha_class)
					complain(id, "a class follows from the kind");
				break;
			}
			if (row->kind != GAUGE && row->kind != COUNTER && row->unit != NO_UNIT)
				complain(id, "a unit is for numbers");
		}
}

static void icons_are_mdi(void **state)
{
	(void)state;
	for
		EACH_METRIC(id)
		{
			const char *icon = catalogue[id].icon;

			if (icon &&
				(strncmp(icon, "mdi:", 4) != 0 ||
					!islower((unsigned char)icon[4]) ||
					icon[4 +
						strspn(icon + 4,
							"abcdefghijklmnopqrstuvwxyz0123456789-")] ||
					ends(icon, "-")))
				complain(id, "%s is no icon", icon);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_is_one_sentence),
		cmocka_unit_test(names_are_in_sentence_case),
		cmocka_unit_test(names_have_no_unit),
		cmocka_unit_test(names_are_unique_in_a_family),
		cmocka_unit_test(home_assistant_takes_every_row),
		cmocka_unit_test(icons_are_mdi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
