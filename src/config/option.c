/* What an option may be, and what it is. */
#include "config_private.h"
#include "mem.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const struct option_row options[OPTIONS] = {
#define OPTION(id, ...) [OPTION_##id] = {__VA_ARGS__},
#include "options.def"
#undef OPTION
};

enum option_id option_find(const char *path)
{
	enum option_id id = 0;

	while (id < OPTIONS && strcmp(options[id].path, path) != 0)
		id++;
	return id;
}

/* The first with a name that begins so; OPTIONS if there is none. */
static enum option_id option_below(const char *group)
{
	size_t n = strlen(group);
	enum option_id id = 0;

	while (id < OPTIONS &&
		(strncmp(options[id].path, group, n) != 0 || options[id].path[n] != '.'))
		id++;
	return id;
}

bool option_is_group(const char *path)
{
	return option_below(path) < OPTIONS;
}

char *option_unknown(const char *path)
{
	const char *names[2 * OPTIONS], *nearest;
	char groups[OPTIONS][32];

	for (enum option_id id = 0; id < OPTIONS; id++) {
		const char *name = options[id].path;

		snprintf(groups[id], sizeof(groups[id]), "%.*s", (int)(strrchr(name, '.') - name),
			name);
		names[id] = name;
		names[OPTIONS + id] = groups[id];
	}
	nearest = text_nearest(path, names, 2 * OPTIONS);
	if (strncmp(path, "probes", 6) == 0)
		return xasprintf("%s: probes are described in pistat.conf alone", path);
	if (option_is_group(path))
		return xasprintf("%s is a group of options, as in %s", path,
			options[option_below(path)].path);
	return nearest ? xasprintf("unknown option %s; did you mean %s?", path, nearest)
		       : xasprintf("unknown option %s; `pistat print-config` shows them all", path);
}

void config_environment_name(enum option_id option, char *ret, size_t size)
{
	size_t n = (size_t)snprintf(ret, size, "PISTAT_%s", options[option].path);

	for (size_t i = 0; i < n && i + 1 < size; i++)
		ret[i] = ret[i] == '.' ? '_' : (char)toupper((unsigned char)ret[i]);
}

int option_assign(struct config *config, enum option_id option, const char *const *texts, size_t n,
	const char *origin, char **ret_complaint)
{
	return value_assign(
		&config->values[option], &options[option], texts, n, origin, ret_complaint);
}

int option_assign_text(struct config *config, enum option_id option, const char *text,
	const char *origin, char **ret_complaint)
{
	return value_assign_text(
		&config->values[option], &options[option], text, origin, ret_complaint);
}

struct config *config_free(struct config *config)
{
	if (!config)
		return NULL;
	for (enum option_id id = 0; id < OPTIONS; id++)
		value_clear(&config->values[id]);
	probes_free(config);
	free(config->state_directory);
	free(config);
	return NULL;
}

bool config_flag(const struct config *config, enum option_id option)
{
	return config->values[option].number != 0;
}

double config_number(const struct config *config, enum option_id option)
{
	return config->values[option].number;
}

const char *config_text(const struct config *config, enum option_id option)
{
	return config->values[option].text;
}

const char *const *config_list(const struct config *config, enum option_id option, size_t *ret_n)
{
	*ret_n = config->values[option].list_n;
	return (const char *const *)config->values[option].list;
}

int config_choice(const struct config *config, enum option_id option)
{
	return (int)config->values[option].number;
}

bool config_named_number(
	const struct config *config, enum option_id option, const char *name, double *ret)
{
	const struct option_value *value = &config->values[option];
	bool found = false;
	char glob[256];

	for (size_t i = 0; i < value->list_n; i++) {
		const char *equals = strrchr(value->list[i], '=');

		snprintf(
			glob, sizeof(glob), "%.*s", (int)(equals - value->list[i]), value->list[i]);
		if (text_glob(glob, name))
			found = text_to_double(equals + 1, ret);
	}
	return found;
}

const char *config_origin(const struct config *config, enum option_id option)
{
	return config->values[option].origin;
}
