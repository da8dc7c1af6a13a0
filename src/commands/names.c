/* Do options that name collectors and metrics name such as there are?  The configuration knows
 * neither. */
#include "collector.h"
#include "commands.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <string.h>

/* Either may be a glob: "disks.*" takes in "disks.*.busy", and "disks.*.busy" takes in
 * "disks.sda.busy". */
static bool names_any(const char *glob, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_glob(glob, names[i]) || text_glob(names[i], glob))
			return true;
	return false;
}

static int check_list(const struct config *config, enum option_id option, const char *const *names,
	size_t names_n, char **ret_complaint)
{
	size_t n;
	const char *const *list = config_list(config, option, &n);

	for (size_t i = 0; i < n; i++) {
		auto_free char *glob = xstrndup(list[i], (size_t)(strrchr(list[i], '=') - list[i]));
		const char *nearest;

		if (names_any(glob, names, names_n))
			continue;
		nearest = text_nearest(glob, names, names_n);
		*ret_complaint = xasprintf("%s: %s: \"%s\" names nothing%s%s%s",
			config_origin(config, option), options[option].path, glob,
			nearest ? "; did you mean " : "", nearest ? nearest : "",
			nearest ? "?" : "");
		return -EINVAL;
	}
	return 0;
}

int names_check(const struct config *config, char **ret_complaint)
{
	auto_free const char **names = xcalloc(collectors_n, sizeof(char *));
	auto_free char(*paths)[128] = xcalloc(METRICS, sizeof(*paths));
	auto_free const char **metrics = xcalloc(METRICS, sizeof(char *));
	int r;

	for (size_t i = 0; i < collectors_n; i++)
		names[i] = collectors[i]->name;
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		catalogue_pattern(id, paths[id], sizeof(paths[id]));
		metrics[id - 1] = paths[id];
	}
	r = check_list(config, OPTION_SAMPLING_INTERVALS, names, collectors_n, ret_complaint);
	return r < 0 ? r
		     : check_list(config, OPTION_SAMPLING_DEADBANDS, metrics, METRICS - 1,
			       ret_complaint);
}
