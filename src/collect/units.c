/* What the system manager says: how many units failed, and how those are that units.names names. */
#include "collector.h"
#include "mem.h"
#include "root_devices.h"
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SERVICE_END ".service"

static bool ends(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* "mosquitto" is mosquitto.service, as systemctl has it. */
static char *unit_whole(const char *name)
{
	static const char *const kinds[] = {SERVICE_END, ".socket", ".device", ".mount",
		".automount", ".swap", ".target", ".path", ".timer", ".slice", ".scope"};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (ends(name, kinds[i]))
			return xstrdup(name);
	return xasprintf("%s" SERVICE_END, name);
}

/* Services are called by their first name, everything else by its whole one. */
static void unit_key(const char *whole, char *ret, size_t size)
{
	size_t n = strlen(whole) - (ends(whole, SERVICE_END) ? strlen(SERVICE_END) : 0);

	snprintf(ret, size, "%.*s", (int)(n < size ? n : size - 1), whole);
}

/* "failed 2" */
static bool failed_parse(const char *text, double *ret)
{
	struct scan all = scan_text(text), line, word;
	double failed;

	while (scan_line(&all, &line))
		if (scan_word(&line, &word) && scan_is(word, "failed") &&
			scan_double(&line, &failed) && failed >= 0) {
			*ret = failed;
			return true;
		}
	return false;
}

struct unit_state {
	bool known;  /* a unit that is not there is not inactive */
	bool active; /* also while it reloads */
	char text[TEXT_SIZE];
};

/* "unit ssh.service active running", "unit nope.service not-found" */
static bool unit_parse(const char *text, const char *whole, struct unit_state *ret)
{
	struct scan all = scan_text(text), line, word, active, sub;

	while (scan_line(&all, &line)) {
		char first[32], second[32] = "";

		if (!scan_word(&line, &word) || !scan_is(word, "unit") ||
			!scan_word(&line, &word) || !scan_is(word, whole) ||
			!scan_word(&line, &active))
			continue;
		scan_copy(active, first, sizeof(first));
		if (scan_word(&line, &sub))
			scan_copy(sub, second, sizeof(second));
		ret->known = !scan_is(active, "not-found");
		ret->active = scan_is(active, "active") || scan_is(active, "reloading") ||
			      scan_is(active, "refreshing");
		snprintf(ret->text, sizeof(ret->text), *second ? "%s (%s)" : "%s", first, second);
		return true;
	}
	return false;
}

static void put_unit(struct slice *slice, const char *text, const char *whole)
{
	struct unit_state state;
	char key[KEY_SIZE];

	if (!unit_parse(text, whole, &state))
		return;
	unit_key(whole, key, sizeof(key));
	put_text(slice, SERVICE_STATE, key, state.text);
	if (state.known)
		put(slice, SERVICE_ACTIVE, key, state.active);
}

static int units_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	size_t n = 0;
	const char *const *wanted = config ? config_list(config, OPTION_UNITS_NAMES, &n) : NULL;
	auto_free char *text = NULL;
	char **names = xcalloc(n, sizeof(*names));
	double failed;
	ssize_t r;

	(void)state;
	for (size_t i = 0; i < n; i++)
		names[i] = unit_whole(wanted[i]);
	r = root_units(root, (const char *const *)names, n, &text);
	if (r >= 0 && failed_parse(text, &failed))
		put(ret, SYSTEM_FAILED_UNITS, "", failed);
	for (size_t i = 0; i < n; i++) {
		if (r >= 0)
			put_unit(ret, text, names[i]);
		free(names[i]);
	}
	free(names);
	return r < 0 ? (int)r : 0;
}

const struct collector collect_units = {
	.name = "units",
	.gives = "system.failed_units units.*",
	.interval = 30,
	.lane = LANE_SYSTEM,
	.collect = units_collect,
};
