/* The sources in their order, and the first of them: pistat.conf.  The only owner of libconfig.h.
 */
#include "config_private.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STANDARD_FILE "/etc/pistat/pistat.conf"
#define DEPTH_MAX 4
#define SECRET_SIZE 4096

struct config *config_defaults(void)
{
	struct config *config = xcalloc(1, sizeof(*config));
	char *complaint = NULL;

	for (enum option_id id = 0; id < OPTIONS; id++)
		if (option_assign_text(config, id, options[id].initial, "default", &complaint) < 0)
			abort(); /* a default that its own row forbids */
	return config;
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
		return text_number(number, size, config_setting_get_float(setting), 6);
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

static int assign_list(struct config *config, enum option_id option,
	const config_setting_t *setting, const char *origin, char **ret_complaint)
{
	int n = config_setting_length(setting);
	auto_free const char **texts = xcalloc((size_t)n, sizeof(char *));

	for (int i = 0; i < n; i++) {
		texts[i] = config_setting_get_string_elem(setting, i);
		if (!texts[i]) {
			*ret_complaint = xasprintf(
				"%s: a list of texts in quotes is wanted", options[option].path);
			return -EINVAL;
		}
	}
	return option_assign(config, option, texts, (size_t)n, origin, ret_complaint);
}

static int assign(struct config *config, const config_setting_t *setting, const char *path,
	const char *origin, char **ret_complaint)
{
	enum option_id option = option_find(path);
	bool plural = config_setting_is_array(setting) || config_setting_is_list(setting);
	char number[64];
	const char *text;

	if (option == OPTIONS) {
		*ret_complaint = option_unknown(path);
		return -EINVAL;
	}
	if (plural && options[option].kind == OPTION_LIST)
		return assign_list(config, option, setting, origin, ret_complaint);
	if (!text_of(setting, number, sizeof(number), &text)) {
		*ret_complaint = xasprintf("%s: one value is wanted", path);
		return -EINVAL;
	}
	/* a list of one may be written without brackets */
	return option_assign(config, option, &text, 1, origin, ret_complaint);
}

/* Groups are branches of the path, everything else is an option. */
static int walk(struct config *config, const config_setting_t *group, const char *path, int depth,
	const char *file, char **ret_complaint)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		unsigned line = config_setting_source_line(setting);
		const char *source = config_setting_source_file(setting);
		auto_free char *name =
			xasprintf("%s%s%s", path, *path ? "." : "", config_setting_name(setting));
		auto_free char *origin = xasprintf("%s:%u", source ? source : file, line);
		auto_free char *complaint = NULL;
		int r;

		if (config_setting_is_group(setting) && option_find(name) == OPTIONS &&
			depth < DEPTH_MAX)
			r = walk(config, setting, name, depth + 1, file, ret_complaint);
		else
			r = assign(config, setting, name, origin, &complaint);
		if (complaint)
			*ret_complaint = xasprintf("%s: %s", origin, complaint);
		if (r < 0)
			return r;
	}
	return 0;
}

static int load_file(struct config *config, const char *file, char **ret_complaint)
{
	config_t parsed;
	int r = 0;
	FILE *from = fopen(file, "re");
	struct stat status;

	if (!from || fstat(fileno(from), &status) < 0 || S_ISDIR(status.st_mode)) {
		r = from ? -EISDIR : -errno;
		if (from)
			fclose(from);
		*ret_complaint = xasprintf("%s: cannot be read: %s", file, strerror(-r));
		return r;
	}
	config_init(&parsed);
	if (config_read(&parsed, from) == CONFIG_TRUE) {
		r = walk(config, config_root_setting(&parsed), "", 0, file, ret_complaint);
	} else {
		*ret_complaint = xasprintf(
			"%s:%d: %s", file, config_error_line(&parsed), config_error_text(&parsed));
		r = -EINVAL;
	}
	config_destroy(&parsed);
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

	if (file || access(STANDARD_FILE, F_OK) == 0)
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

int config_secret(
	const struct config *config, enum option_id file_option, const char *credential, char **ret)
{
	const char *file = config_text(config, file_option),
		   *directory = getenv("CREDENTIALS_DIRECTORY");
	auto_free char *path = NULL;
	auto_close int fd = -1;
	char text[SECRET_SIZE + 1];
	ssize_t n;

	if (*file)
		path = xstrdup(file);
	else if (directory && *directory)
		path = xasprintf("%s/%s", directory, credential);
	*ret = NULL;
	if (!path)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return !*file && errno == ENOENT ? 0 : -errno;
	n = read(fd, text, sizeof(text));
	if (n < 0)
		return -errno;
	if (n > SECRET_SIZE)
		return -EFBIG;
	text[n] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	if (!*text)
		return *file ? -ENODATA : 0;
	*ret = xstrdup(text);
	explicit_bzero(text, sizeof(text));
	return 0;
}
