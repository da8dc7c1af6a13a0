/* Do options that name collectors and metrics name such as there are?  The configuration knows
 * neither. */
#include "collector.h"
#include "commands.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <string.h>

/* Behind "[a-z]", or behind one byte. */
static const char *behind(const char *glob)
{
	const char *end = *glob == '[' && glob[1] ? strchr(glob + 2, ']') : NULL;

	return end ? end + 1 : glob + 1;
}

/* Is there a text that both admit?  "network.e*" and "network.*.up" both admit "network.eth0.up".
 * A set is taken for any byte: here a name that is too good does no harm. */
static bool both_admit(const char *a, const char *b)
{
	if (*a == '*')
		return both_admit(a + 1, b) || (*b && both_admit(a, *b == '*' ? b + 1 : behind(b)));
	if (*b == '*')
		return both_admit(b, a);
	if (!*a || !*b)
		return *a == *b;
	return (*a == *b || strchr("?[", *a) || strchr("?[", *b)) &&
	       both_admit(behind(a), behind(b));
}

static bool names_any(const char *glob, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (both_admit(glob, names[i]))
			return true;
	return false;
}

/* "glob=number" or "!glob", in memory the caller frees. */
static char *glob_of(const char *entry, bool named_number)
{
	return named_number ? xstrndup(entry, (size_t)(strrchr(entry, '=') - entry))
			    : xstrdup(entry + (*entry == '!'));
}

static int check_list(const struct config *config, enum option_id option, const char *const *names,
	size_t names_n, char **ret_complaint)
{
	size_t n;
	const char *const *list = config_list(config, option, &n);

	for (size_t i = 0; i < n; i++) {
		auto_free char *glob = glob_of(list[i], options[option].named_numbers);
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
	static const enum option_id over_metrics[] = {
		OPTION_SAMPLING_INCLUDE, OPTION_SAMPLING_EXCLUDE, OPTION_SAMPLING_DEADBANDS};
	int r;

	for (size_t i = 0; i < collectors_n; i++)
		names[i] = collectors[i]->name;
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		catalogue_pattern(id, paths[id], sizeof(paths[id]));
		metrics[id - 1] = paths[id];
	}
	r = check_list(config, OPTION_SAMPLING_INTERVALS, names, collectors_n, ret_complaint);
	for (size_t i = 0; r >= 0 && i < ARRAY_LEN(over_metrics); i++)
		r = check_list(config, over_metrics[i], metrics, METRICS - 1, ret_complaint);
	return r;
}
