#include "collect/rest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Seconds, where the driver has a rule of its own. */
#define DELAY_UNKNOWN 15
#define DELAY_MOST 60

static bool says(const struct root *root, const char *device, const char *file, const char *what)
{
	char path[160], text[16];

	snprintf(path, sizeof(path), "%s/power/%s", device, file);
	return root_read_attribute(root, path, text, sizeof(text)) > 0 && !strcmp(text, what);
}

/* How long it must be left alone to fall asleep, in seconds; 0: it does not. */
static double delay(const struct root *root, const char *device)
{
	char path[160];
	double milliseconds;

	if (!says(root, device, "control", "auto"))
		return 0;
	snprintf(path, sizeof(path), "%s/power/autosuspend_delay_ms", device);
	if (root_read_number(root, path, &milliseconds) < 0)
		return DELAY_UNKNOWN;
	return milliseconds < 0 ? 0 : fmin(milliseconds / 1000, DELAY_MOST);
}

enum rest device_rest(const struct root *root, const char *device, double boottime, double *asked)
{
	double turn;

	if (says(root, device, "runtime_status", "suspended") ||
		says(root, device, "runtime_status", "suspending"))
		return ASLEEP;
	turn = 2 * delay(root, device);
	if (turn > 0 && *asked > 0 && isfinite(boottime) &&
		floor(boottime / turn) == floor(*asked / turn))
		return LET_BE;
	*asked = boottime;
	return AWAKE;
}
