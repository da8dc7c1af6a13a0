#pragma once
/*
 * What hwmon.c and thermal.c share: both are sources of temperatures, often of the same ones, and
 * either may know the CPU's.  sensors.c calls them in that order and owns their states.
 */
#include "collector.h"

#include <math.h>

/* Who offers the CPU's temperature: the best-known name wins, the first of equals. */
struct cpu_choice {
	const char *wanted; /* option sensors.cpu; "": by the known names */
	size_t rank;	    /* of the best so far */
	double celsius;	    /* NAN: none so far */
};

/* source: type of a thermal zone or name of a chip; label: "" if the sensor has none. */
void cpu_offer(struct cpu_choice *choice, const char *source, const char *label, double celsius);

/* Some firmware answers -273, 65261 or 2^31 for a sensor that is not there. */
static inline bool plausible_celsius(double celsius)
{
	return celsius >= -60 && celsius <= 250;
}

/* Does sensors.exclude let the key pass? */
bool sensor_admitted(const struct config *config, const char *key);

/* "cpu-thermal" and "cpu_thermal" are the same name: hwmon allows no '-'. */
bool sensor_same_name(const char *a, const char *b);

/*
 * A name for the device at a resolved path below /sys/devices that stays after a reboot: its PCI,
 * platform, USB or I2C address.  Components that count probes (nvme0, host3, thermal_zone1, i2c-5)
 * are passed over.  "" if nothing else is there.
 */
void sensor_place(const struct root *root, const char *path, char *ret, size_t size);

/* /sys/class/hwmon; -ENOENT if there is no chip. */
struct chip;
struct hwmon {
	struct chip *chips;
	size_t n;
	unsigned calls;
};
int hwmon_collect(struct hwmon *hwmon, const struct root *root, const struct config *config,
	struct cpu_choice *cpu, struct slice *ret);
/* Is there a chip of that name with a temperature? */
bool hwmon_has_temperature(const struct hwmon *hwmon, const char *name);
void hwmon_forget(struct hwmon *hwmon);

/* /sys/class/thermal; -ENOENT if there is no zone.  Zones that hwmon shows already are left to it.
 */
struct zone;
struct thermal {
	struct zone *zones;
	size_t n;
};
int thermal_collect(struct thermal *thermal, const struct root *root, const struct config *config,
	const struct hwmon *hwmon, struct cpu_choice *cpu, struct slice *ret);
void thermal_forget(struct thermal *thermal);
