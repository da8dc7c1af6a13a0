#pragma once
/* Chips and zones for a machine of machine.h. */
#include "settings.h"

static inline void begin_sensors(struct machine *machine)
{
	machine_open(machine);
	machine_configure_default(machine);
}

static inline void attribute(struct machine *machine, int chip, const char *name, const char *text)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/class/hwmon/hwmon%d/%s", chip, name);
	machine_write(machine, path, text);
}

/* device: below /sys/devices, or NULL for a chip without one. */
static inline void chip(struct machine *machine, int number, const char *name, const char *device)
{
	char path[96], target[128], marker[160];

	attribute(machine, number, "name", name);
	if (!device)
		return;
	snprintf(path, sizeof(path), "/sys/class/hwmon/hwmon%d/device", number);
	snprintf(target, sizeof(target), "/sys/devices/%s", device);
	machine_link(machine, path, target);
	snprintf(marker, sizeof(marker), "%s/uevent", target);
	machine_write(machine, marker, "");
}

static inline void zone(struct machine *machine, int number, const char *type, const char *temp)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/class/thermal/thermal_zone%d/type", number);
	machine_write(machine, path, type);
	snprintf(path, sizeof(path), "/sys/class/thermal/thermal_zone%d/temp", number);
	machine_write(machine, path, temp);
}

static inline double celsius(struct machine *machine, const char *key)
{
	return machine_number(machine, TEMPERATURE_CELSIUS, key);
}
