/*
 * Batteries of laptops and UPS: /sys/class/power_supply (Documentation/ABI/testing/
 * sysfs-class-power).  Batteries of a mouse or a headset (scope "Device") are not this machine's.
 */
#include "collector.h"
#include "mem.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLASS "/sys/class/power_supply"

/* What a driver may say, in micro-units; NAN: it does not.  Few say all. */
struct battery {
	char status[24];
	double percent;
	double power, current, volts;
	double energy, energy_full, energy_design;
	double charge, charge_full, charge_design;
};

static void path_of(const char *name, const char *file, char ret[static 128])
{
	snprintf(ret, 128, CLASS "/%.63s/%s", name, file);
}

static void text_of(
	const struct root *root, const char *name, const char *file, char *ret, size_t size)
{
	char path[128];

	path_of(name, file, path);
	if (root_read_attribute(root, path, ret, size) < 0)
		ret[0] = '\0';
}

/* NAN too where a driver has the file but no answer at the moment (ENODATA, ENODEV, EAGAIN). */
static double number_of(const struct root *root, const char *name, const char *file)
{
	char path[128];
	double number;

	path_of(name, file, path);
	return root_read_number(root, path, &number) < 0 ? NAN : number;
}

/* A bay without a battery stays a supply; "Device" is a thing at the end of a cable or a radio. */
static bool wanted(const struct root *root, const char *name)
{
	char type[24], scope[24];

	text_of(root, name, "type", type, sizeof(type));
	if (strcmp(type, "Battery") && strcmp(type, "UPS"))
		return false;
	text_of(root, name, "scope", scope, sizeof(scope));
	return strcmp(scope, "Device") && number_of(root, name, "present") != 0;
}

static void battery_read(const struct root *root, const char *name, struct battery *ret)
{
	const struct {
		const char *file;
		double *to;
	} numbers[] = {
		{"capacity", &ret->percent},
		{"power_now", &ret->power},
		{"current_now", &ret->current},
		{"voltage_now", &ret->volts},
		{"energy_now", &ret->energy},
		{"energy_full", &ret->energy_full},
		{"energy_full_design", &ret->energy_design},
		{"charge_now", &ret->charge},
		{"charge_full", &ret->charge_full},
		{"charge_full_design", &ret->charge_design},
	};

	text_of(root, name, "status", ret->status, sizeof(ret->status));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		*numbers[i].to = number_of(root, name, numbers[i].file);
}

/* NAN unless both are known and the whole is something. */
static double share(double part, double whole)
{
	return part >= 0 && whole > 0 ? part / whole * 100 : NAN;
}

static double either(double first, double second)
{
	return isnan(first) ? second : first;
}

/* A driver may know only one of the two, and a worn gauge says 101. */
static double percent_of(const struct battery *battery)
{
	double percent = battery->percent;

	if (isnan(percent))
		percent = either(share(battery->energy, battery->energy_full),
			share(battery->charge, battery->charge_full));
	return isnan(percent) || percent < 0 ? NAN : fmin(percent, 100);
}

/*
 * Watts into the battery.  Drivers do not agree on the sign: most never say minus, some say it
 * while discharging, a few while charging.  The status decides, and where it says neither, the
 * driver.
 */
static double watts_of(const struct battery *battery)
{
	double watts = either(battery->power / 1e6, battery->current * battery->volts / 1e12);

	if (!strcmp(battery->status, "Discharging"))
		return -fabs(watts);
	if (!strcmp(battery->status, "Charging"))
		return fabs(watts);
	return watts;
}

static void battery_put(const struct battery *battery, const char *name, struct slice *ret)
{
	double watts = watts_of(battery);

	put(ret, BATTERY_PERCENT, name, percent_of(battery));
	if (strcmp(battery->status, "Unknown"))
		put_text(ret, BATTERY_STATUS, name, battery->status);
	put(ret, BATTERY_WATTS, name, watts == 0 ? 0 : watts);
	if (battery->volts > 0)
		put(ret, BATTERY_VOLTS, name, battery->volts / 1e6);
	put(ret, BATTERY_HEALTH, name,
		either(share(battery->energy_full, battery->energy_design),
			share(battery->charge_full, battery->charge_design)));
}

static int batteries_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char **names = NULL;
	struct battery battery;
	size_t n;
	int r = root_list(root, CLASS, &names, &n);

	(void)state, (void)config;
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (strlen(names[i]) >= KEY_SIZE || !wanted(root, names[i]))
			continue;
		battery_read(root, names[i], &battery);
		battery_put(&battery, names[i], ret);
	}
	return ret->n ? 0 : -ENODATA;
}

const struct collector collect_batteries = {
	.name = "batteries",
	.gives = "batteries.*",
	.interval = 30,
	.lane = LANE_SENSORS, /* gauges sit behind slow buses and embedded controllers */
	.collect = batteries_collect,
};
