/* Thermal zones: /sys/class/thermal (Documentation/driver-api/thermal/sysfs-api.rst). */
#include "collect/sensors.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct zone {
	char folder[24]; /* "thermal_zone3"; a number by order of probing, so nobody sees it */
	char type[32];
	char key[KEY_SIZE];
	double critical; /* °C; NAN: none */
};

#define TRIPS_MAX 12 /* THERMAL_MAX_TRIPS of the kernel, when it had a limit */

static void zone_path(const struct zone *zone, const char *file, char *ret, size_t size)
{
	snprintf(ret, size, "/sys/class/thermal/%s/%s", zone->folder, file);
}

/* Are the zones those we know?  Types do not change while a zone is there. */
static bool familiar(const struct thermal *thermal, char *const *names, size_t n)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (strncmp(names[i], "thermal_zone", 12))
			continue;
		if (known == thermal->n || strcmp(names[i], thermal->zones[known].folder))
			return false;
		known++;
	}
	return known == thermal->n;
}

/* The first of a type has the type for its key, the next "type_2": in the order of the zones'
 * numbers, which within one type is that of the device tree or of the ACPI tables. */
static void give_key(const struct thermal *thermal, struct zone *zone)
{
	unsigned earlier = 0;

	for (const struct zone *other = thermal->zones; other < zone; other++)
		earlier += !strcmp(other->type, zone->type);
	if (earlier)
		snprintf(zone->key, sizeof(zone->key), "%s_%u", zone->type, earlier + 1);
	else
		snprintf(zone->key, sizeof(zone->key), "%s", zone->type);
}

/* Where the kernel shuts the machine down. */
static double critical(const struct zone *zone, const struct root *root)
{
	char path[96], file[32], type[16];
	double millidegrees;

	for (int i = 0; i < TRIPS_MAX; i++) {
		snprintf(file, sizeof(file), "trip_point_%d_type", i);
		zone_path(zone, file, path, sizeof(path));
		if (root_read_attribute(root, path, type, sizeof(type)) < 0)
			break;
		snprintf(file, sizeof(file), "trip_point_%d_temp", i);
		zone_path(zone, file, path, sizeof(path));
		if (!strcmp(type, "critical") && root_read_number(root, path, &millidegrees) >= 0 &&
			millidegrees > 0 && plausible_celsius(millidegrees / 1000))
			return millidegrees / 1000;
	}
	return NAN;
}

static void learn(struct thermal *thermal, const struct root *root, char *const *names, size_t n)
{
	char path[96];

	thermal->zones = xrealloc(thermal->zones, n + 1, sizeof(*thermal->zones));
	thermal->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct zone *zone = &thermal->zones[thermal->n];

		if (strncmp(names[i], "thermal_zone", 12) ||
			strlen(names[i]) >= sizeof(zone->folder))
			continue;
		*zone = (struct zone){0};
		strcpy(zone->folder, names[i]);
		zone_path(zone, "type", path, sizeof(path));
		if (root_read_attribute(root, path, zone->type, sizeof(zone->type)) < 0)
			zone->type[0] = '\0';
		give_key(thermal, zone);
		zone->critical = critical(zone, root);
		thermal->n++;
	}
}

/* Thousandths of a degree.  EAGAIN, EINVAL or ENODATA while the zone is disabled or its device
 * sleeps. */
static bool zone_read(const struct zone *zone, const struct root *root, double *ret)
{
	char path[96];
	double millidegrees;

	zone_path(zone, "temp", path, sizeof(path));
	if (root_read_number(root, path, &millidegrees) < 0 ||
		!plausible_celsius(millidegrees / 1000))
		return false;
	*ret = millidegrees / 1000;
	return true;
}

int thermal_collect(struct thermal *thermal, const struct root *root, const struct config *config,
	const struct hwmon *hwmon, struct cpu_choice *cpu, struct slice *ret)
{
	auto_free char **names = NULL;
	double celsius;
	size_t n;
	int r = root_list(root, "/sys/class/thermal", &names, &n);

	if (r < 0)
		n = 0;
	if (!familiar(thermal, names, n))
		learn(thermal, root, names, n);
	for (const struct zone *zone = thermal->zones; zone < thermal->zones + thermal->n; zone++) {
		/* thermal_hwmon.c gives most zones a chip of their type's name. */
		if (!zone->type[0] || hwmon_has_temperature(hwmon, zone->type) ||
			!zone_read(zone, root, &celsius))
			continue;
		cpu_offer(cpu, zone->type, "", celsius);
		if (!sensor_admitted(config, zone->key))
			continue;
		put(ret, TEMPERATURE_CELSIUS, zone->key, celsius);
		put(ret, TEMPERATURE_CRITICAL, zone->key, zone->critical);
	}
	return thermal->n ? 0 : -ENOENT;
}

void thermal_forget(struct thermal *thermal)
{
	free(thermal->zones);
	*thermal = (struct thermal){0};
}
