/* Do options that name collectors and metrics name such as there are?  The configuration knows
 * neither. */
#include "collector.h"
#include "commands.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <string.h>

/* Two globs side by side, and from where on it is known that they have nothing in common. */
struct globs {
	const char *a, *b;
	size_t width;
	bool *apart;
};

/* Behind "[a-z]", or behind one byte. */
static size_t behind(const char *glob, size_t at)
{
	const char *end = glob[at] == '[' && glob[at + 1] ? strchr(glob + at + 2, ']') : NULL;

	return end ? (size_t)(end - glob) + 1 : at + 1;
}

static bool meet(struct globs *globs, size_t i, size_t j)
{
	char a = globs->a[i], b = globs->b[j];
	bool *apart = &globs->apart[i * globs->width + j], met;

	if (*apart)
		return false;
	if (a == '*')
		met = meet(globs, i + 1, j) || (b && meet(globs, i, behind(globs->b, j)));
	else if (b == '*')
		met = meet(globs, i, j + 1) || (a && meet(globs, behind(globs->a, i), j));
	else if (!a || !b)
		met = a == b;
	else
		met = (a == b || strchr("?[", a) || strchr("?[", b)) &&
		      meet(globs, behind(globs->a, i), behind(globs->b, j));
	*apart = !met;
	return met;
}

/* Is there a text that both admit?  "network.e*" and "network.*.up" both admit "network.eth0.up".
 * A set is taken for any byte: here a name that is too good does no harm. */
static bool both_admit(const char *a, const char *b)
{
	struct globs globs = {a, b, strlen(b) + 1, NULL};
	auto_free bool *apart = xcalloc((strlen(a) + 1) * globs.width, sizeof(*apart));

	globs.apart = apart;
	return meet(&globs, 0, 0);
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
