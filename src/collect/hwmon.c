/* Hardware monitoring chips: /sys/class/hwmon (Documentation/hwmon/sysfs-interface.rst). */
#include "collect/chips.h"
#include "collect/rest.h"
#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Calls until the chips are learned a second time: while booting, thermal zones add themselves to
 * chips that are there already. */
#define LEARN_AGAIN 60
/* Seconds; asking some disks puts off their sleep (Documentation/hwmon/drivetemp.rst). */
#define DISK_EVERY 300

static bool named(const struct chip *chip, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(chip->name, names[i]))
			return true;
	return false;
}

/* A graphics card that sleeps would wake up to answer. */
static enum rest rest_of(struct chip *chip, const struct root *root, double boottime)
{
	static const char *const cards[] = {"amdgpu", "radeon", "nouveau", "i915", "xe"};
	char path[96];

	if (!named(chip, cards, ARRAY_LEN(cards)))
		return AWAKE;
	chip_path(chip, "device", path, sizeof(path));
	return device_rest(root, path, boottime, &chip->asked);
}

static bool plausible(enum metric_id metric, double number)
{
	if (metric == TEMPERATURE_CELSIUS)
		return plausible_celsius(number);
	return metric != FAN_RPM || (number >= 0 && number < 65535);
}

/* What a sensor says now; NAN if it cannot (EAGAIN, EIO, ENODATA: some drivers now and then, some
 * always). */
static double sensor_read(
	const struct sensor *sensor, const struct chip *chip, const struct root *root)
{
	char path[96];
	double number, fault;

	if (sensor->fault[0]) {
		chip_path(chip, sensor->fault, path, sizeof(path));
		if (root_read_number(root, path, &fault) >= 0 && fault > 0)
			return NAN;
	}
	chip_path(chip, sensor->file, path, sizeof(path));
	if (root_read_number(root, path, &number) < 0 ||
		!plausible(sensor->metric, number * sensor->scale))
		return NAN;
	return number * sensor->scale;
}

/* The row for what the driver calls the sensor; NO_METRIC for a fan's duty, whose fan has it. */
static enum metric_id label_of(enum metric_id metric)
{
	static const enum metric_id labels[METRICS] = {[TEMPERATURE_CELSIUS] = TEMPERATURE_LABEL,
		[FAN_RPM] = FAN_LABEL,
		[VOLTAGE_VOLTS] = VOLTAGE_LABEL,
		[CURRENT_AMPS] = CURRENT_LABEL,
		[POWER_WATTS] = POWER_LABEL};

	return labels[metric];
}

/* As sensors(1) shows it, on one line: "nvme Composite", "nct6798 fan1". */
static void put_label(const struct sensor *sensor, const struct chip *chip, struct slice *ret)
{
	char label[TEXT_SIZE];
	int unlabelled = (int)strcspn(sensor->file, "_");

	if (sensor->label[0])
		snprintf(label, sizeof(label), "%s %s", chip->name, sensor->label);
	else
		snprintf(label, sizeof(label), "%s %.*s", chip->name, unlabelled, sensor->file);
	put_text(ret, label_of(sensor->metric), sensor->key, label);
}

static void put_sensor(const struct sensor *sensor, const struct chip *chip,
	const struct config *config, struct cpu_choice *cpu, struct slice *ret)
{
	if (isnan(sensor->last))
		return;
	if (sensor->metric == TEMPERATURE_CELSIUS) {
		cpu_offer(cpu, chip->name, sensor->label, sensor->last);
		for (size_t i = 0; i < chip->disks_n && !strcmp(sensor->file, "temp1_input"); i++)
			put(ret, DISK_TEMPERATURE, chip->disks[i], sensor->last);
	}
	if (!sensor_admitted(config, sensor->key))
		return;
	put(ret, sensor->metric, sensor->key, sensor->last);
	if (sensor->metric == TEMPERATURE_CELSIUS)
		put(ret, TEMPERATURE_CRITICAL, sensor->key, sensor->critical);
	if (label_of(sensor->metric))
		put_label(sensor, chip, ret);
}

static void read_chip(struct chip *chip, const struct root *root, double boottime)
{
	enum rest rest;

	if (boottime < chip->due || (rest = rest_of(chip, root, boottime)) == LET_BE)
		return;
	if (!strcmp(chip->name, "drivetemp"))
		chip->due = boottime + DISK_EVERY;
	for (size_t i = 0; i < chip->n; i++)
		chip->sensors[i].last =
			rest == ASLEEP ? NAN : sensor_read(&chip->sensors[i], chip, root);
}

int hwmon_collect(struct hwmon *hwmon, const struct root *root, const struct config *config,
	struct cpu_choice *cpu, struct slice *ret)
{
	auto_free char **names = NULL;
	double wall, boottime;
	size_t n;

	if (root_list(root, "/sys/class/hwmon", &names, &n) < 0)
		n = 0;
	if (!chips_familiar(hwmon, root, names, n) || hwmon->calls == LEARN_AGAIN)
		chips_learn(hwmon, root, names, n);
	hwmon->calls++;
	if (root_clock(root, &wall, &boottime) < 0)
		boottime = INFINITY;
	for (struct chip *chip = hwmon->chips; chip < hwmon->chips + hwmon->n; chip++) {
		read_chip(chip, root, boottime);
		for (size_t i = 0; i < chip->n; i++)
			put_sensor(&chip->sensors[i], chip, config, cpu, ret);
	}
	return n ? 0 : -ENOENT;
}

bool hwmon_has_temperature(const struct hwmon *hwmon, const char *name)
{
	for (const struct chip *chip = hwmon->chips; chip < hwmon->chips + hwmon->n; chip++)
		for (size_t i = 0; i < chip->n && sensor_same_name(chip->name, name); i++)
			if (chip->sensors[i].metric == TEMPERATURE_CELSIUS)
				return true;
	return false;
}

void hwmon_forget(struct hwmon *hwmon)
{
	chips_free(hwmon);
}
