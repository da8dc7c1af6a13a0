#include "collect/suite.h"

#include "collect/debian.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool suite_name_ends(const char *name, const char *end, size_t *ret_stem)
{
	size_t n = strlen(name), m = strlen(end);

	if (n < m || strcmp(name + n - m, end) != 0)
		return false;
	*ret_stem = n - m;
	return true;
}

/* -ECANCELED: what follows are checksums. */
static int release_line(void *self, const char *line)
{
	struct suite *suite = self;
	const struct {
		const char *field;
		char *to;
		size_t size;
	} words[] = {
		{"Suite", suite->archive, sizeof(suite->archive)},
		{"Codename", suite->codename, sizeof(suite->codename)},
		{"Origin", suite->origin, sizeof(suite->origin)},
		{"Label", suite->label, sizeof(suite->label)},
		{"Version", suite->version, sizeof(suite->version)},
	};
	const struct {
		const char *field;
		bool *to;
	} flags[] = {{"NotAutomatic", &suite->waits}, {"ButAutomaticUpgrades", &suite->upgrades}};
	const char *value;

	if (*line == ' ')
		return -ECANCELED;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if ((value = debian_field(line, words[i].field))) {
			text_copy(words[i].to, words[i].size, value);
			return 1;
		}
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if ((value = debian_field(line, flags[i].field))) {
			*flags[i].to = strncmp(value, "yes", 3) == 0;
			return 1;
		}
	return 0;
}

/* "_main_binary-arm64_Packages" behind the release's name, and the site before all. */
static void name_parse(const char *list, size_t stem, struct suite *ret)
{
	const char *component = list + stem + 1, *binary = strstr(list, "_binary-");
	size_t n = strcspn(list, "_");

	snprintf(ret->site, sizeof(ret->site), "%.*s", (int)n, list);
	if (!binary)
		return;
	if (stem > 0 && component < binary)
		snprintf(ret->component, sizeof(ret->component), "%.*s", (int)(binary - component),
			component);
	binary += strlen("_binary-");
	snprintf(ret->architecture, sizeof(ret->architecture), "%.*s", (int)strcspn(binary, "_"),
		binary);
}

/*
 * mirror.lan_debian_dists_bookworm_InRelease is about
 * mirror.lan_debian_dists_bookworm_main_binary-arm64_Packages; with bookworm_updates beside it
 * the longest beginning holds.
 */
void suite_read(
	const struct root *root, char *const *names, size_t n, const char *list, struct suite *ret)
{
	const char *release = NULL;
	size_t longest = 0, stem;
	char path[1024];

	*ret = (struct suite){.waits = false};
	for (size_t i = 0; i < n; i++)
		if ((suite_name_ends(names[i], "_InRelease", &stem) ||
			    suite_name_ends(names[i], "_Release", &stem)) &&
			stem > longest && strncmp(names[i], list, stem) == 0 && list[stem] == '_') {
			longest = stem;
			release = names[i];
		}
	name_parse(list, longest, ret);
	if (release &&
		(size_t)snprintf(path, sizeof(path), APT_LISTS "/%s", release) < sizeof(path))
		(void)root_lines(root, path, release_line, ret);
}

int suite_priority(const struct suite *suite)
{
	return !suite->waits ? 500 : suite->upgrades ? 100 : 1;
}
