/* What comes as NAME=value: the .env file, the environment, the command line. */
#include "config_private.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

extern char **environ;

/* PISTAT_DEBUG=True was a switch; the level has more positions, and off means any but the last. */
static const char *translated(
	const struct config *config, enum option_id option, const char *name, const char *value)
{
	static const char *const off[] = {"", "0", "false", "no", "off"};
	static const char *const without[] = {"error", "warning", "info", "info"};

	if (option != OPTION_LOG_LEVEL || strcmp(name, "PISTAT_DEBUG") != 0)
		return value;
	for (size_t i = 0; i < ARRAY_LEN(off); i++)
		if (strcasecmp(value, off[i]) == 0)
			return without[config_choice(config, OPTION_LOG_LEVEL)];
	return "debug";
}

static enum option_id find(const char *name)
{
	char own[128];
	enum option_id id;

	for (id = 0; id < OPTIONS; id++) {
		config_environment_name(id, own, sizeof(own));
		if (strcmp(name, own) == 0 ||
			(options[id].environment && strcmp(name, options[id].environment) == 0))
			break;
	}
	return id;
}

static char *unknown(const char *name)
{
	static char own[OPTIONS][128];
	const char *names[OPTIONS], *nearest;

	for (enum option_id id = 0; id < OPTIONS; id++) {
		config_environment_name(id, own[id], sizeof(own[id]));
		names[id] = own[id];
	}
	nearest = text_nearest(name, names, OPTIONS);
	if (strncmp(name, "PISTAT_PROBES", 13) == 0)
		return xasprintf("%s: probes are described in pistat.conf alone", name);
	return nearest ? xasprintf("unknown variable %s; did you mean %s?", name, nearest)
		       : xasprintf("unknown variable %s; see pistat.conf(5)", name);
}

static int assign(struct config *config, const char *name, const char *value, const char *origin,
	char **ret_complaint)
{
	enum option_id option = find(name);
	auto_free char *complaint = NULL;
	int r = -EINVAL;

	if (option == OPTIONS)
		complaint = unknown(name);
	else
		r = option_assign_text(config, option, translated(config, option, name, value),
			origin, &complaint);
	if (complaint)
		*ret_complaint = xasprintf("%s: %s", origin, complaint);
	return r;
}

/* What is meant of "value # comment" and of "\"value\" # comment", in place; a '#' that no blank
 * goes before is part of the value. */
static char *env_value(char *text)
{
	char *value = text_trim(text), *end = value, quote = *value;

	if (quote == '"' || quote == '\'') {
		end = strchr(value + 1, quote);
		if (!end || !strchr("#", end[1 + strspn(end + 1, " \t")]))
			return value;
		*end = '\0';
		return value + 1;
	}
	while ((end = strchr(end, '#')) && (end == value || !strchr(" \t", end[-1])))
		end++;
	if (end)
		*end = '\0';
	return text_trim(value);
}

/* KEY=value, export KEY="value", # comment.  Names of others are none of our business. */
static int env_line(struct config *config, char *line, const char *origin, char **ret_complaint)
{
	char *name = text_trim(line), *value;

	if (strncmp(name, "export ", 7) == 0)
		name = text_trim(name + 7);
	value = strchr(name, '=');
	if (strncmp(name, "PISTAT_", 7) != 0)
		return 0;
	if (!value) {
		*ret_complaint = xasprintf("%s: NAME=value is wanted", origin);
		return -EINVAL;
	}
	*value++ = '\0';
	return assign(config, text_trim(name), env_value(value), origin, ret_complaint);
}

int environment_load_file(struct config *config, const char *file, char **ret_complaint)
{
	FILE *from = fopen(file, "re");
	auto_free char *line = NULL;
	size_t room = 0;
	int r = 0;

	if (!from && errno == ENOENT)
		return 0;
	if (!from) {
		r = -errno;
		*ret_complaint = xasprintf("%s: cannot be read: %s", file, strerror(-r));
		return r;
	}
	for (unsigned number = 1; r >= 0 && getline(&line, &room, from) >= 0; number++) {
		auto_free char *origin = xasprintf("%s:%u", file, number);
		bool marked = number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0;

		r = env_line(config, line + (marked ? 3 : 0), origin, ret_complaint);
	}
	fclose(from);
	return r;
}

int environment_load(struct config *config, char **ret_complaint)
{
	/* The older names first, so that the full name wins where both are set. */
	for (int full = 0; full < 2; full++)
		for (char **at = environ; *at; at++) {
			const char *equals = strchr(*at, '=');
			auto_free char *name =
				equals ? xstrndup(*at, (size_t)(equals - *at)) : NULL;
			auto_free char *origin = name ? xasprintf("environment %s", name) : NULL;
			enum option_id option;
			bool older;
			int r;

			if (!name || strncmp(name, "PISTAT_", 7) != 0)
				continue;
			option = find(name);
			older = option < OPTIONS && options[option].environment &&
				strcmp(name, options[option].environment) == 0;
			if (older == (full == 1))
				continue;
			r = assign(config, name, equals + 1, origin, ret_complaint);
			if (r < 0)
				return r;
		}
	return 0;
}

int environment_load_setting(struct config *config, const char *assignment, char **ret_complaint)
{
	const char *equals = strchr(assignment, '=');
	auto_free char *path = equals ? xstrndup(assignment, (size_t)(equals - assignment)) : NULL;
	auto_free char *complaint = NULL;
	enum option_id option;
	int r = -EINVAL;

	if (!path) {
		*ret_complaint =
			xasprintf("command line: --set %s: OPTION=VALUE is wanted", assignment);
		return r;
	}
	option = option_find(path);
	if (option == OPTIONS)
		complaint = option_unknown(path);
	else
		r = option_assign_text(config, option, equals + 1, "command line", &complaint);
	if (complaint)
		*ret_complaint = xasprintf("command line: %s", complaint);
	return r;
}
