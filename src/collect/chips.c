#include "collect/chips.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* power1_average is what the hardware averages itself; a chip has it instead of power1_input or
 * beside it. */
static const struct quantity {
	const char *prefix, *suffix, *member;
	enum metric_id metric;
	double scale;
} quantities[] = {
	{"temp", "_input", "temp", TEMPERATURE_CELSIUS, 1e-3},
	{"fan", "_input", "fan", FAN_RPM, 1},
	{"pwm", "", "fan", FAN_PERCENT, 100.0 / 255},
	{"in", "_input", "in", VOLTAGE_VOLTS, 1e-3},
	{"curr", "_input", "curr", CURRENT_AMPS, 1e-3},
	{"power", "_input", "power", POWER_WATTS, 1e-6},
	{"power", "_average", "power", POWER_WATTS, 1e-6},
};

/* "temp12_input" → temperatures, 12.  NULL: an attribute of another kind. */
static const struct quantity *attribute_parse(const char *file, unsigned *ret_number)
{
	for (size_t i = 0; i < ARRAY_LEN(quantities); i++) {
		const char *digits = file + strlen(quantities[i].prefix);
		size_t n;

		if (strncmp(file, quantities[i].prefix, strlen(quantities[i].prefix)))
			continue;
		n = strspn(digits, "0123456789");
		if (n < 1 || n > 4 || strcmp(digits + n, quantities[i].suffix))
			continue;
		*ret_number = (unsigned)strtoul(digits, NULL, 10);
		return &quantities[i];
	}
	return NULL;
}

void chip_path(const struct chip *chip, const char *file, char *ret, size_t size)
{
	snprintf(ret, size, "/sys/class/hwmon/%s/%s", chip->folder, file);
}

static bool listed(char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool read_name(struct chip *chip, const struct root *root)
{
	char path[96];

	chip_path(chip, "name", path, sizeof(path));
	return root_read_attribute(root, path, chip->name, sizeof(chip->name)) > 0;
}

/* Labels and limits do not change while a chip is there. */
static void describe(struct sensor *sensor, const struct chip *chip, const struct root *root,
	const char *prefix, unsigned number, char *const *names, size_t n)
{
	char file[32], path[96];
	double millidegrees;

	snprintf(file, sizeof(file), "%s%u_label", prefix, number);
	chip_path(chip, file, path, sizeof(path));
	if (listed(names, n, file) &&
		root_read_attribute(root, path, sensor->label, sizeof(sensor->label)) < 0)
		sensor->label[0] = '\0';

	snprintf(file, sizeof(file), "%s%u_crit", prefix, number);
	chip_path(chip, file, path, sizeof(path));
	if (sensor->metric == TEMPERATURE_CELSIUS && listed(names, n, file) &&
		root_read_number(root, path, &millidegrees) >= 0 && millidegrees > 0 &&
		plausible_celsius(millidegrees / 1000))
		sensor->critical = millidegrees / 1000;

	snprintf(file, sizeof(file), "%s%u_fault", prefix, number);
	if (listed(names, n, file))
		memcpy(sensor->fault, file, sizeof(sensor->fault));
}

static bool doubled(const struct chip *chip, const struct sensor *sensor)
{
	for (size_t i = 0; i < chip->n; i++)
		if (chip->sensors[i].metric == sensor->metric &&
			!strcmp(chip->sensors[i].key, sensor->key))
			return true;
	return false;
}

static void learn_sensors(struct chip *chip, const struct root *root)
{
	char path[96];
	auto_free char **names = NULL;
	const struct quantity *quantity;
	unsigned number;
	size_t n;

	chip_path(chip, ".", path, sizeof(path));
	if (root_list(root, path, &names, &n) < 0)
		return;
	chip->sensors = xcalloc(n + 1, sizeof(*chip->sensors));
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			struct sensor *sensor = &chip->sensors[chip->n];

			quantity = attribute_parse(names[i], &number);
			/* Averages in the second pass: where there is an input, it goes before. */
			if (!quantity || pass != !strcmp(quantity->suffix, "_average"))
				continue;
			*sensor = (struct sensor){.metric = quantity->metric,
				.scale = quantity->scale,
				.critical = NAN,
				.last = NAN};
			snprintf(sensor->file, sizeof(sensor->file), "%s", names[i]);
			snprintf(sensor->key, sizeof(sensor->key), "%.52s_%s%u", chip->base,
				quantity->member, number);
			if (doubled(chip, sensor))
				continue;
			describe(sensor, chip, root, quantity->prefix, number, names, n);
			chip->n++;
		}
	chip->sensors = xrealloc(chip->sensors, chip->n + 1, sizeof(*chip->sensors));
}

static bool taken(const struct hwmon *hwmon, const struct chip *chip)
{
	for (const struct chip *other = hwmon->chips; other < chip; other++)
		if (!strcmp(other->base, chip->base))
			return true;
	return false;
}

/* "coretemp.0", "nvme_0000:01:00.0", "cpu_thermal".  Where several chips have the same device and
 * name, the order in which the driver made them decides. */
static void give_base(const struct hwmon *hwmon, struct chip *chip, const char *place)
{
	char plain[49];

	if (!strncmp(place, chip->name, strlen(chip->name)))
		snprintf(plain, sizeof(plain), "%.48s", place);
	else
		snprintf(
			plain, sizeof(plain), "%.20s%s%.27s", chip->name, *place ? "_" : "", place);
	snprintf(chip->base, sizeof(chip->base), "%s", plain);
	for (unsigned i = 2; taken(hwmon, chip); i++)
		snprintf(chip->base, sizeof(chip->base), "%s_%u", plain, i);
}

static bool within(const char *inner, const char *outer)
{
	size_t n = strlen(outer);

	return !strncmp(inner, outer, n) && (!inner[n] || inner[n] == '/');
}

/*
 * The chip of an NVMe controller belongs to it (to its PCI device before Linux 5.18), that of
 * drivetemp to the SCSI device; disks lead to the same.  With native multipath a disk leads to a
 * subsystem instead: then its name tells, nvme0n1 of nvme0.
 */
static bool measures(const char *device, const char *disk, const char *disk_device)
{
	const char *controller = strrchr(device, '/') + 1;

	if (within(device, disk_device) || within(disk_device, device))
		return true;
	return text_glob("nvme[0-9]*", controller) &&
	       !strncmp(disk, controller, strlen(controller)) && disk[strlen(controller)] == 'n';
}

static void learn_disks(struct chip *chip, const struct root *root, const char *device)
{
	auto_free char **names = NULL;
	char path[96], real[512];
	size_t n;

	if ((strcmp(chip->name, "nvme") && strcmp(chip->name, "drivetemp")) || !*device ||
		root_list(root, "/sys/block", &names, &n) < 0)
		return;
	for (size_t i = 0; i < n && chip->disks_n < CHIP_DISKS_MAX; i++) {
		/* nvme0c1n1 is one of several ways to nvme0n1. */
		if (strlen(names[i]) >= sizeof(chip->disks[0]) || text_glob("nvme*c*n*", names[i]))
			continue;
		snprintf(path, sizeof(path), "/sys/block/%s/device", names[i]);
		if (root_real_path(root, path, real, sizeof(real)) >= 0 &&
			measures(device, names[i], real))
			strcpy(chip->disks[chip->disks_n++], names[i]);
	}
}

static void learn_chip(struct hwmon *hwmon, const struct root *root, const char *name)
{
	struct chip *chip = &hwmon->chips[hwmon->n++];
	char path[96], device[512] = "", place[KEY_SIZE];

	*chip = (struct chip){0};
	snprintf(chip->folder, sizeof(chip->folder), "%.16s", name);
	chip_path(chip, "device", path, sizeof(path));
	if (root_real_path(root, path, device, sizeof(device)) < 0)
		device[0] = '\0';
	if (!read_name(chip, root)) {
		/* hwmon_device_register() of old: name and attributes are the device's own
		 * (applesmc). */
		snprintf(chip->folder, sizeof(chip->folder), "%.16s/device", name);
		if (!read_name(chip, root)) { /* it may come */
			snprintf(chip->folder, sizeof(chip->folder), "%.16s", name);
			chip->name[0] = '\0';
			return;
		}
	}
	sensor_place(root, device, place, sizeof(place));
	give_base(hwmon, chip, place);
	learn_sensors(chip, root);
	learn_disks(chip, root, device);
}

void chips_learn(struct hwmon *hwmon, const struct root *root, char *const *names, size_t n)
{
	chips_free(hwmon);
	hwmon->chips = xcalloc(n + 1, sizeof(*hwmon->chips));
	for (size_t i = 0; i < n; i++)
		learn_chip(hwmon, root, names[i]);
}

/* A number is given again as soon as it is free, so the name is asked too. */
bool chips_familiar(
	const struct hwmon *hwmon, const struct root *root, char *const *names, size_t n)
{
	struct chip now;

	if (hwmon->n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct chip *chip = &hwmon->chips[i];
		size_t number = strcspn(chip->folder, "/");

		if (strncmp(names[i], chip->folder, number) || names[i][number])
			return false;
		memcpy(now.folder, chip->folder, sizeof(now.folder));
		if (read_name(&now, root) ? strcmp(now.name, chip->name) != 0 : *chip->name != '\0')
			return false;
	}
	return true;
}

void chips_free(struct hwmon *hwmon)
{
	for (size_t i = 0; i < hwmon->n; i++)
		free(hwmon->chips[i].sensors);
	free(hwmon->chips);
	hwmon->chips = NULL;
	hwmon->n = 0;
}
