/* The options for people: the file that print-config shows, the table that check shows. */
#include "config_private.h"

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

static void print_option(FILE *to, const struct option_row *row, int depth)
{
	const char *name = strrchr(row->path, '.') + 1;

	fprintf(to, "%*s# %s", depth * 4, "", row->help);
	if (row->kind == OPTION_CHOICE)
		fprintf(to, " (%s)", row->choices);
	fprintf(to, "\n%*s%s = ", depth * 4, "", name);
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
	fputs(";\n", to);
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
}

void config_print_origins(const struct config *config, FILE *to)
{
	for (enum option_id id = 0; id < OPTIONS; id++) {
		const char *text = config_text(config, id);

		fprintf(to, "%-28s %-32s %s\n", options[id].path, *text ? text : "\"\"",
			config_origin(config, id));
	}
}
