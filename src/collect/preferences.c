#include "collect/preferences.h"

#include "collect/debian.h"
#include "mem.h"
#include "scan.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FILE_ITSELF "/etc/apt/preferences"
#define FOLDER FILE_ITSELF ".d"

#define NEVER (-32768)
#define INSTALLED 100 /* what is there, without a word of anybody's */

struct pin {
	char packages[256], data[160]; /* "bash lib*", "release a=testing,o=Debian" */
	int priority;		       /* 0: not said yet, or of no meaning */
};

/*
 * Explanation: only when asked for
 * Package: *
 * Pin: release a=testing
 * Pin-Priority: 50
 *
 * An empty line begins the next.
 */
static int pin_line(void *self, const char *line)
{
	struct preferences *preferences = self;
	struct pin *pin = &preferences->at[preferences->n];
	const char *packages = debian_field(line, "Package"), *data = debian_field(line, "Pin"),
		   *priority = debian_field(line, "Pin-Priority");

	if (!*line) {
		if (!*pin->packages || !*pin->data || !pin->priority) {
			*pin = (struct pin){.priority = 0};
			return 1;
		}
		if (++preferences->n == preferences->room)
			preferences->at = xrealloc(
				preferences->at, preferences->room *= 2, sizeof(*preferences->at));
		preferences->at[preferences->n] = (struct pin){.priority = 0};
		return 1;
	}
	if (packages)
		snprintf(pin->packages, sizeof(pin->packages), "%s", packages);
	if (data)
		snprintf(pin->data, sizeof(pin->data), "%s", data);
	if (priority)
		pin->priority = strncmp(priority, "never", 5) == 0
					? NEVER
					: (int)strtol(priority, NULL, 10);
	return packages || data || priority;
}

static void file_read(const struct root *root, const char *path, struct preferences *ret)
{
	if (root_lines(root, path, pin_line, ret) >= 0)
		(void)pin_line(ret, "");
}

void preferences_read(const struct root *root, struct preferences *ret)
{
	auto_free char **names = NULL;
	char path[320];
	size_t n = 0;

	*ret = (struct preferences){.room = 4};
	ret->at = xcalloc(ret->room, sizeof(*ret->at));
	file_read(root, FILE_ITSELF, ret);
	(void)root_list(root, FOLDER, &names, &n);
	for (size_t i = 0; i < n; i++) {
		size_t stem;

		if (strchr(names[i], '.') && !suite_name_ends(names[i], ".pref", &stem))
			continue;
		snprintf(path, sizeof(path), FOLDER "/%s", names[i]);
		file_read(root, path, ret);
	}
}

void preferences_free(struct preferences *preferences)
{
	free(preferences->at);
	*preferences = (struct preferences){.at = NULL};
}

static bool about(const struct pin *pin, const char *package)
{
	struct scan all = scan_text(pin->packages), word;
	char glob[128];

	while (scan_word(&all, &word)) {
		scan_copy(word, glob, sizeof(glob));
		if (text_glob(glob, package))
			return true;
	}
	return false;
}

/* a=testing, n=trixie, o=Debian, l=Debian-Security, c=main, v=13*, b=arm64 */
static bool has_property(const struct suite *suite, char key, const char *wanted)
{
	const char *is = key == 'a'   ? suite->archive
			 : key == 'n' ? suite->codename
			 : key == 'o' ? suite->origin
			 : key == 'l' ? suite->label
			 : key == 'v' ? suite->version
			 : key == 'c' ? suite->component
			 : key == 'b' ? suite->architecture
				      : NULL;

	return is && text_glob(wanted, is);
}

static bool is_release(const struct suite *suite, const char *data)
{
	char properties[160], *save, *one;

	snprintf(properties, sizeof(properties), "%s", data);
	for (one = strtok_r(properties, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
		one = text_trim(one);
		if (one[0] && one[1] == '=' ? !has_property(suite, one[0], text_trim(one + 2))
					    : !text_glob(one, suite->archive) &&
						      !text_glob(one, suite->codename))
			return false;
	}
	return true;
}

/* origin "deb.example.org"; "" is this machine, whose lists have no site */
static bool is_site(const struct suite *suite, const char *data)
{
	char site[160];

	snprintf(site, sizeof(site), "%s", data + (*data == '"'));
	site[strcspn(site, "\"")] = '\0';
	return text_glob(text_trim(site), suite->site);
}

static bool meant(const struct pin *pin, const struct suite *suite, const char *version)
{
	size_t kind = strcspn(pin->data, " \t");
	const char *data = pin->data + kind + strspn(pin->data + kind, " \t");

	if (strncmp(pin->data, "version ", 8) == 0)
		return text_glob(data, version);
	if (suite && strncmp(pin->data, "release ", 8) == 0)
		return is_release(suite, data);
	return suite && strncmp(pin->data, "origin ", 7) == 0 && is_site(suite, data);
}

/* The first that is about the package by name, else the first about all; by version these are not
 * known to apt. */
struct priority preferences_priority(const struct preferences *preferences,
	const struct suite *suite, const char *package, const char *version)
{
	struct priority priority = {suite ? suite_priority(suite) : INSTALLED, SIZE_MAX};
	bool found = false;

	for (size_t i = 0; i < preferences->n; i++) {
		const struct pin *pin = &preferences->at[i];
		bool all = strcmp(pin->packages, "*") == 0;

		if ((all && (found || strncmp(pin->data, "version ", 8) == 0)) ||
			(!all && !about(pin, package)) || !meant(pin, suite, version))
			continue;
		priority.value = pin->priority;
		if (!all) {
			priority.pin = i;
			break;
		}
		found = true;
	}
	return priority;
}

double preferences_modified(const struct root *root)
{
	double file = 0, folder = 0;

	(void)root_modified(root, FILE_ITSELF, &file);
	(void)root_modified(root, FOLDER, &folder);
	return fmax(file, folder);
}
