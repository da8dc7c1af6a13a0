/* The options for people: the file that print-config shows, the table that check shows. */
#include "config_private.h"
#include "mem.h"
#include "url.h"

#include <stdio.h>
#include <string.h>

static void print_quoted(FILE *to, const char *text, size_t n)
{
	fputc('"', to);
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"' || text[i] == '\\')
			fputc('\\', to);
		fputc(text[i], to);
	}
	fputc('"', to);
}

static void print_list(FILE *to, const char *text)
{
	fputs("[", to);
	for (const char *at = text; *at;) {
		size_t n = strcspn(at, ",");

		fputs(at == text ? " " : ", ", to);
		print_quoted(to, at, n);
		at += n + (at[n] == ',');
	}
	fputs(*text ? " ]" : "]", to);
}

/* name = value; */
static void print_assignment(FILE *to, const struct option_row *row)
{
	fprintf(to, "%s = ", strrchr(row->path, '.') + 1);
	switch (row->kind) {
	case OPTION_FLAG:
	case OPTION_NUMBER:
		fputs(row->initial, to);
		break;
	case OPTION_TEXT:
	case OPTION_CHOICE:
		print_quoted(to, row->initial, strlen(row->initial));
		break;
	case OPTION_LIST:
		print_list(to, row->initial);
		break;
	}
	fputc(';', to);
}

static void print_choices(FILE *to, const struct option_row *row)
{
	if (row->kind == OPTION_CHOICE)
		fprintf(to, " (%s)", row->choices);
}

static void print_option(FILE *to, const struct option_row *row, int depth)
{
	fprintf(to, "%*s# %s", depth * 4, "", row->help);
	print_choices(to, row);
	fprintf(to, "\n%*s", depth * 4, "");
	print_assignment(to, row);
	fputc('\n', to);
}

/* How many leading groups two paths share: "mqtt.tls.a", "mqtt.host" → 1. */
static int shared_groups(const char *a, const char *b)
{
	int shared = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		shared += a[i] == '.';
	return shared;
}

static int groups(const char *path)
{
	int n = 0;

	for (; *path; path++)
		n += *path == '.';
	return n;
}

static void close_groups(FILE *to, int from, int until)
{
	for (; from > until; from--)
		fprintf(to, "%*s};\n", (from - 1) * 4, "");
}

/* One line for each probe would hide where its settings come from. */
static void print_probe(const struct option_value *values, FILE *to)
{
	for (enum probe_setting id = 0; id < SETTINGS; id++) {
		const struct option_value *value = &values[id];
		auto_free char *path = xasprintf("probes.%s.%s", values[SETTING_NAME].text,
			strchr(probe_settings[id].path, '.') + 1);
		auto_free char *program = NULL;

		if (strcmp(value->origin, "default") == 0 || id == SETTING_NAME)
			continue;
		/* arguments may be secret */
		if (id == SETTING_COMMAND)
			program = xasprintf("%s%s", value->list[0], value->list_n > 1 ? " …" : "");
		fprintf(to, "%-28s %-32s %s\n", path, program ? program : value->text,
			value->origin);
	}
}

static void print_probes_file(FILE *to)
{
	fputs("\n# Sensors of your own, each a group in this list: a file, or a program that runs "
	      "without a shell.\n"
	      "#   { name = \"water_level\"; file = "
	      "\"/sys/bus/iio/devices/iio:device0/in_voltage0_raw\"; scale = 0.1; offset = -3; "
	      "unit = \"cm\"; class = \"distance\"; },\n"
	      "#   { name = \"line_quality\"; command = [ \"/usr/local/bin/line-quality\", "
	      "\"--plain\" ]; timeout = 5; unit = \"dB\"; },\n"
	      "#   { name = \"ups\"; command = [ \"/usr/bin/upsc-json\" ]; json = "
	      "\"battery.charge\"; unit = \"%\"; class = \"battery\"; },\n"
	      "#   { name = \"door\"; file = \"/sys/class/gpio/gpio17/value\"; kind = "
	      "\"state\"; class = \"door\"; },\n"
	      "# What a group may hold, and its default:\n",
		to);
	for (enum probe_setting id = 0; id < SETTINGS; id++) {
		fputs("#   ", to);
		print_assignment(to, &probe_settings[id]);
		fprintf(to, "  # %s", probe_settings[id].help);
		print_choices(to, &probe_settings[id]);
		fputc('\n', to);
	}
	fputs("# Sensors of your own; only here, not in the environment\nprobes = ();\n", to);
}

void config_print_file(FILE *to)
{
	const char *before = "";

	fputs("# pistat.conf: every option with its default.\n"
	      "# An option may also be set in the environment: mqtt.host is PISTAT_MQTT_HOST.\n",
		to);
	for (enum option_id id = 0; id < OPTIONS; id++) {
		const char *path = options[id].path;
		int open = shared_groups(before, path), depth = groups(path);
		const char *at = path;

		close_groups(to, groups(before), open);
		for (int level = 0; level < depth; level++) {
			size_t n = strcspn(at, ".");

			if (level >= open)
				fprintf(to, "\n%*s%.*s = {\n", level * 4, "", (int)n, at);
			at += n + 1;
		}
		print_option(to, &options[id], depth);
		before = path;
	}
	close_groups(to, groups(before), 0);
	print_probes_file(to);
}

void config_print_origins(const struct config *config, FILE *to)
{
	for (enum option_id id = 0; id < OPTIONS; id++) {
		const char *text = config_text(config, id);
		char shown[256] = "";

		if (options[id].url) { /* what `check` says is sent to others for help */
			url_shown(shown, sizeof(shown), text);
			text = shown;
		}
		fprintf(to, "%-28s %-32s %s\n", options[id].path, *text ? text : "\"\"",
			config_origin(config, id));
	}
	for (size_t i = 0; i < config->probes_n; i++)
		print_probe(config->probe_values[i], to);
}
