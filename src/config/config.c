/* The sources in their order, and the first of them: pistat.conf.  The only owner of libconfig.h.
 */
#include "config_private.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STANDARD_FILE "/etc/pistat/pistat.conf"

struct config *config_defaults(void)
{
	struct config *config = xcalloc(1, sizeof(*config));
	char *complaint = NULL;

	for (enum option_id id = 0; id < OPTIONS; id++)
		if (option_assign_text(config, id, options[id].initial, "default", &complaint) < 0)
			abort(); /* a default that its own row forbids */
	return config;
}

/* As few digits as mean the same number: 0.1, not 0.10000000000000001. */
static void float_text(double number, char *ret, size_t size)
{
	double again;

	for (int digits = 6; digits <= 17; digits++) {
		snprintf(ret, size, "%.*g", digits, number);
		if (text_to_double(ret, &again) && again == number)
			break;
	}
}

static bool text_of(const config_setting_t *setting, char *number, size_t size, const char **ret)
{
	*ret = number;
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
		snprintf(number, size, "%d", config_setting_get_int(setting));
		return true;
	case CONFIG_TYPE_INT64:
		snprintf(number, size, "%lld", config_setting_get_int64(setting));
		return true;
	case CONFIG_TYPE_FLOAT:
		float_text(config_setting_get_float(setting), number, size);
		return true;
	case CONFIG_TYPE_BOOL:
		snprintf(number, size, "%s", config_setting_get_bool(setting) ? "true" : "false");
		return true;
	case CONFIG_TYPE_STRING:
		*ret = config_setting_get_string(setting);
		return true;
	default:
		return false;
	}
}

static bool plural(const config_setting_t *setting)
{
	return config_setting_is_array(setting) || config_setting_is_list(setting);
}

/* The texts of a list, in an array that the caller frees, or of one value, which may be written
 * without brackets; number: room for that. */
static int texts_of(const config_setting_t *setting, const char *path, char *number, size_t size,
	const char ***ret_texts, size_t *ret_n, char **ret_complaint)
{
	size_t n = plural(setting) ? (size_t)config_setting_length(setting) : 1;
	auto_free const char **texts = xcalloc(n + 1, sizeof(char *));

	if (!plural(setting) && !text_of(setting, number, size, &texts[0])) {
		*ret_complaint = xasprintf("%s: one value is wanted", path);
		return -EINVAL;
	}
	for (size_t i = 0; plural(setting) && i < n; i++) {
		texts[i] = config_setting_get_string_elem(setting, (int)i);
		if (!texts[i]) {
			*ret_complaint = xasprintf("%s: a list of texts in quotes is wanted", path);
			return -EINVAL;
		}
	}
	*ret_n = n;
	*ret_texts = take(texts);
	return 0;
}

static int assign(struct config *config, const config_setting_t *setting, const char *path,
	const char *origin, char **ret_complaint)
{
	enum option_id option = option_find(path);
	auto_free const char **texts = NULL;
	char number[64];
	size_t n;
	int r;

	if (option == OPTIONS) {
		*ret_complaint = option_unknown(path);
		return -EINVAL;
	}
	if (plural(setting) && options[option].kind != OPTION_LIST) {
		*ret_complaint = xasprintf("%s: one value is wanted", path);
		return -EINVAL;
	}
	r = texts_of(setting, path, number, sizeof(number), &texts, &n, ret_complaint);
	return r < 0 ? r : option_assign(config, option, texts, n, origin, ret_complaint);
}

static char *origin_of(const config_setting_t *setting, const char *file)
{
	const char *source = config_setting_source_file(setting);

	return xasprintf("%s:%u", source ? source : file, config_setting_source_line(setting));
}

/* { name = "…"; file = "…"; … } */
static int walk_probe(struct config *config, const config_setting_t *group, const char *file,
	char **ret_complaint)
{
	auto_free char *begun = origin_of(group, file);
	int r = 0;

	probe_begin(config);
	for (int i = 0; r >= 0 && i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		auto_free char *path = xasprintf("probes.%s", config_setting_name(setting));
		auto_free char *origin = origin_of(setting, file);
		auto_free char *complaint = NULL;
		auto_free const char **texts = NULL;
		char number[64];
		size_t n;

		r = texts_of(setting, path, number, sizeof(number), &texts, &n, &complaint);
		if (r >= 0)
			r = probe_assign(
				config, strchr(path, '.') + 1, texts, n, origin, &complaint);
		if (complaint)
			*ret_complaint = xasprintf("%s: %s", origin, complaint);
	}
	return r < 0 ? r : probe_end(config, begun, ret_complaint);
}

static int walk_probes(
	struct config *config, const config_setting_t *list, const char *file, char **ret_complaint)
{
	bool good = plural(list);
	int r = 0, n = good ? config_setting_length(list) : 0;

	for (int i = 0; r >= 0 && good && i < n; i++) {
		const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);

		good = config_setting_is_group(group);
		if (good)
			r = walk_probe(config, group, file, ret_complaint);
	}
	if (!good) {
		auto_free char *origin = origin_of(list, file);

		*ret_complaint = xasprintf("%s: probes: a list of groups is wanted: "
					   "( { name = \"…\"; file = \"…\"; }, … )",
			origin);
		r = -EINVAL;
	}
	return r;
}

/* Groups are branches of the path, everything else is an option. */
static int walk(struct config *config, const config_setting_t *group, const char *path,
	const char *file, char **ret_complaint)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		auto_free char *name =
			xasprintf("%s%s%s", path, *path ? "." : "", config_setting_name(setting));
		auto_free char *origin = origin_of(setting, file);
		auto_free char *complaint = NULL;
		int r;

		if (strcmp(name, "probes") == 0)
			r = walk_probes(config, setting, file, ret_complaint);
		else if (config_setting_is_group(setting) && option_is_group(name))
			r = walk(config, setting, name, file, ret_complaint);
		else
			r = assign(config, setting, name, origin, &complaint);
		if (complaint)
			*ret_complaint = xasprintf("%s: %s", origin, complaint);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse(struct config *config, FILE *from, const char *file, char **ret_complaint)
{
	config_t parsed;
	const char *included;
	int r = -EINVAL;

	config_init(&parsed);
	if (config_read(&parsed, from) == CONFIG_TRUE) {
		r = walk(config, config_root_setting(&parsed), "", file, ret_complaint);
	} else {
		included = config_error_file(&parsed);
		*ret_complaint = xasprintf("%s:%d: %s", included ? included : file,
			config_error_line(&parsed), config_error_text(&parsed));
	}
	config_destroy(&parsed);
	return r;
}

static int load_file(struct config *config, const char *file, char **ret_complaint)
{
	auto_free char *text = NULL;
	size_t n = 0;
	int r = config_file_text(file, &text, &n);
	FILE *from = r < 0 ? NULL : fmemopen(text, n, "r");

	if (!from) {
		r = r < 0 ? r : -errno;
		*ret_complaint = xasprintf("%s: cannot be read: %s", file,
			r == -EBADMSG ? "it is no text" : strerror(-r));
		return r;
	}
	r = parse(config, from, file, ret_complaint);
	fclose(from);
	return r;
}

/* Where pistat remembers what it announced; made by whoever writes there first. */
static char *find_state_directory(const struct config *config)
{
	const char *named = config_text(config, OPTION_NODE_STATE_DIRECTORY);
	const char *given = getenv("STATE_DIRECTORY"), *home = getenv("HOME"),
		   *xdg = getenv("XDG_STATE_HOME");

	if (*named)
		return xstrdup(named);
	if (given && *given)
		return xstrndup(given, strcspn(given, ":"));
	if (geteuid() == 0)
		return xstrdup("/var/lib/pistat");
	if (xdg && *xdg == '/')
		return xasprintf("%s/pistat", xdg);
	return home && *home == '/' ? xasprintf("%s/.local/state/pistat", home) : xstrdup("");
}

int config_load(const char *file, const struct config_setting *settings, size_t n,
	struct config **ret, char **ret_complaint)
{
	struct config *config = config_defaults();
	int r = 0;

	if (file || access(STANDARD_FILE, F_OK) == 0 || errno != ENOENT)
		r = load_file(config, file ? file : STANDARD_FILE, ret_complaint);
	if (r >= 0)
		r = environment_load_file(config, ".env", ret_complaint);
	if (r >= 0)
		r = environment_load(config, ret_complaint);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = environment_load_setting(config, settings[i].assignment, ret_complaint);
	if (r < 0) {
		config_free(config);
		return r;
	}
	config->state_directory = find_state_directory(config);
	*ret = config;
	return 0;
}

const char *config_state_directory(const struct config *config)
{
	return config->state_directory ? config->state_directory : "";
}
