/*
 * How many packages have a newer version: dpkg's status against the lists that apt fetched last.
 * The lists are as old as the last `apt update`, which is nobody's business here.
 *
 * As apt counts: of all versions the one with the highest priority, of equal ones the newest, but
 * none older than the installed one; and no package on hold.
 */
#include "collect/debian.h"
#include "collect/preferences.h"
#include "collector.h"
#include "mem.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define STATUS "/var/lib/dpkg/status"
#define DOWNGRADE 1000 /* from this priority on apt goes back, too */

/* What packages_collect() keeps: tens of megabytes are read again only when something changed. */
struct packages {
	double status, lists, preferences; /* modification times that the count is of; 0: unknown */
	size_t upgradable;
	bool known;
};

struct installed {
	char *name; /* "bash", then its architecture and version, each with its NUL: one block */
	const char *architecture, *version;
	bool held;
	struct priority own; /* of this version */
	int newer, older;    /* the highest of newer and of older ones */
};

/* The files while they are read. */
struct reading_lists {
	struct installed *at;
	size_t n, room;
	char native[32]; /* dpkg's own architecture: where "all" belongs */
	struct debian_package now;
	bool wanted; /* the paragraph is about an installed package */
	struct suite suite;
	struct preferences preferences;
};

static void installed_add(struct reading_lists *all, const struct debian_package *package)
{
	size_t name = strlen(package->name) + 1, architecture = strlen(package->architecture) + 1;
	struct installed *new;

	if (all->n == all->room)
		all->at = xrealloc(
			all->at, all->room = all->room ? all->room * 2 : 256, sizeof(*all->at));
	new = &all->at[all->n++];
	new->name = xrealloc(NULL, name + architecture + strlen(package->version) + 1, 1);
	new->architecture = new->name + name;
	new->version = new->name + name + architecture;
	new->held = debian_package_held(package);
	new->own = preferences_priority(&all->preferences, NULL, package->name, package->version);
	new->newer = new->older = 0;
	strcpy(new->name, package->name);
	strcpy(new->name + name, package->architecture);
	strcpy(new->name + name + architecture, package->version);
}

static void status_paragraph(struct reading_lists *all)
{
	const struct debian_package *package = &all->now;

	if (*package->name && *package->version && !package->broken &&
		debian_package_installed(package)) {
		installed_add(all, package);
		if (strcmp(package->name, "dpkg") == 0)
			snprintf(all->native, sizeof(all->native), "%s", package->architecture);
	}
	all->now = (struct debian_package){0};
}

static int status_line(void *self, const char *line)
{
	struct reading_lists *all = self;

	if (*line)
		return debian_package_note(&all->now, line);
	status_paragraph(all);
	return 1;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct installed *)a)->name, ((const struct installed *)b)->name);
}

/* The first of that name, or NULL. */
static struct installed *installed_find(const struct reading_lists *all, const char *name)
{
	size_t from = 0, to = all->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(all->at[middle].name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < all->n && strcmp(all->at[from].name, name) == 0 ? &all->at[from] : NULL;
}

/* A package for all architectures is the native one's: it may have been, or become, one for it. */
static bool same_architecture(const struct reading_lists *all, const char *a, const char *b)
{
	return strcmp(strcmp(a, "all") == 0 ? all->native : a,
		       strcmp(b, "all") == 0 ? all->native : b) == 0;
}

/* A pin about just this package outweighs that it is installed, whichever way. */
static void own_raise(struct priority *own, struct priority priority)
{
	if (priority.pin < own->pin ||
		(own->pin == SIZE_MAX && priority.pin == SIZE_MAX && priority.value > own->value))
		*own = priority;
}

static void list_paragraph(struct reading_lists *all)
{
	const struct debian_package *package = &all->now;
	struct installed *old = all->wanted && *package->version && !package->broken
					? installed_find(all, package->name)
					: NULL;

	struct priority priority = {0, SIZE_MAX};

	if (old)
		priority = preferences_priority(
			&all->preferences, &all->suite, package->name, package->version);
	for (; old && old < all->at + all->n && strcmp(old->name, package->name) == 0; old++) {
		int r;

		if (!same_architecture(all, old->architecture, package->architecture))
			continue;
		r = debian_version_compare(package->version, old->version);
		if (r == 0)
			own_raise(&old->own, priority);
		else if (r > 0 && priority.value > old->newer)
			old->newer = priority.value;
		else if (r < 0 && priority.value > old->older)
			old->older = priority.value;
	}
	all->now = (struct debian_package){0};
	all->wanted = false;
}

/* Of a list's sixty thousand paragraphs some hundred are about what is installed. */
static int list_line(void *self, const char *line)
{
	struct reading_lists *all = self;
	bool first = !*all->now.name;

	if (!*line) {
		first = all->wanted;
		list_paragraph(all);
		return first;
	}
	if (!first && !all->wanted)
		return 0;
	if (!debian_package_note(&all->now, line))
		return 0;
	if (first && *all->now.name)
		all->wanted = installed_find(all, all->now.name);
	return all->wanted;
}

static int list_read(const struct root *root, struct reading_lists *all, const char *name)
{
	char path[1024];
	int r;

	if ((size_t)snprintf(path, sizeof(path), APT_LISTS "/%s", name) >= sizeof(path))
		return -ENAMETOOLONG;
	all->now = (struct debian_package){0};
	all->wanted = false;
	r = root_lines(root, path, list_line, all);
	list_paragraph(all); /* the last one may have no blank line behind it */
	return r;
}

/* Compressed in a way that is not unpacked here; "…_Packages.diff_Index" is something else. */
static bool strange(const char *name)
{
	static const char *const kinds[] = {"xz", "gz", "bz2", "lzma", "zst"};
	const char *at = strstr(name, "_Packages.");

	for (size_t i = 0; at && i < ARRAY_LEN(kinds); i++)
		if (strcmp(at + strlen("_Packages."), kinds[i]) == 0)
			return true;
	return false;
}

static int lists_read(const struct root *root, struct reading_lists *all)
{
	auto_free char **names = NULL;
	size_t n, stem, lists = 0;
	int r = root_list(root, APT_LISTS, &names, &n);

	for (size_t i = 0; r >= 0 && i < n; i++) {
		if (strange(names[i]))
			return -EOPNOTSUPP;
		if (!suite_name_ends(names[i], "_Packages", &stem) &&
			!suite_name_ends(names[i], "_Packages.lz4", &stem))
			continue;
		lists++;
		suite_read(root, names, n, names[i], &all->suite);
		/* without pins nothing of it would be taken: it need not be read */
		if (all->preferences.n > 0 || suite_priority(&all->suite) > 1)
			r = list_read(root, all, names[i]);
	}
	return r < 0 ? r : lists ? 0 : -ENOENT;
}

static bool upgradable(const struct installed *installed)
{
	return !installed->held && installed->newer > 0 &&
	       installed->newer >= installed->own.value &&
	       (installed->older < DOWNGRADE || installed->newer >= installed->older);
}

static int count(const struct root *root, size_t *ret)
{
	struct reading_lists all = {.native = "all"};
	size_t n = 0;
	int r;

	preferences_read(root, &all.preferences);
	r = root_lines(root, STATUS, status_line, &all);
	status_paragraph(&all);
	if (all.n > 0)
		qsort(all.at, all.n, sizeof(*all.at), compare_names);
	if (r >= 0)
		r = all.n > 0 ? lists_read(root, &all) : -ENOENT;
	for (size_t i = 0; i < all.n; i++) {
		n += upgradable(&all.at[i]);
		free(all.at[i].name);
	}
	free(all.at);
	preferences_free(&all.preferences);
	if (r >= 0)
		*ret = n;
	return r;
}

static int packages_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct packages *packages = state;
	double status = 0, lists = 0, preferences = preferences_modified(root);
	int r = 0;

	(void)config;
	(void)root_modified(root, STATUS, &status);
	(void)root_modified(root, APT_LISTS, &lists);
	if (!packages->known || status <= 0 || status != packages->status ||
		lists != packages->lists || preferences != packages->preferences ||
		root_watched(root)) {
		r = count(root, &packages->upgradable);
		mem_give_back();
		packages->known = r >= 0;
		packages->status = status;
		packages->lists = lists;
		packages->preferences = preferences;
	}
	if (r < 0)
		return r;
	put(ret, SYSTEM_PACKAGES_UPGRADABLE, "", (double)packages->upgradable);
	return 0;
}

const struct collector collect_packages = {
	.name = "packages",
	.gives = "system.packages_upgradable",
	.interval = 300,
	.lane = LANE_PACKAGES,
	.state = sizeof(struct packages),
	.collect = packages_collect,
};
