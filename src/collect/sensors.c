/* Temperatures, fans, voltages, currents, powers; and which of the temperatures is the CPU's. */
#include "collect/sensors.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <string.h>

struct sensors {
	struct hwmon hwmon;
	struct thermal thermal;
};

/*
 * In this order: zones and chips that are the CPU by name, on boards with device tree and on x86.
 * A label picks the sensor of a chip that has several; Tctl of some Ryzen has 10 or 20 degrees
 * added for the fan curve, Tdie has not.  ACPI's zones (acpitz) are anywhere on the board, so they
 * are only the CPU if the user says so.
 */
static const struct {
	const char *source, *label;
} known[] = {
	{"cpu-thermal", NULL},
	{"bcm2835_thermal", NULL},
	{"soc-thermal", NULL},
	{"cpu0-thermal", NULL},
	{"cpu-thermal0", NULL},
	{"cpu_thermal_zone", NULL},
	{"CPU-therm", NULL},
	{"bigcore0-thermal", NULL},
	{"package-thermal", NULL},
	{"cpuss-thermal", NULL},
	{"cpuss0-thermal", NULL},
	{"cluster0-thermal", NULL},
	{"mcu-thermal", NULL},
	{"x86_pkg_temp", NULL},
	{"coretemp", "Package id 0"},
	{"coretemp", "Physical id 0"},
	{"k10temp", "Tdie"},
	{"k10temp", "Tctl"},
	{"zenpower", "Tdie"},
	{"zenpower", "Tctl"},
	{"coretemp", NULL},
	{"k10temp", NULL},
	{"zenpower", NULL},
	{"k8temp", NULL},
	{"via_cputemp", NULL},
	{"scpi_sensors", NULL},
	{"thinkpad", "CPU"},
	{"dell_smm", "CPU"},
};

static const char *const package_labels[] = {
	"Package id 0", "Physical id 0", "Tdie", "Tctl", "CPU"};

bool sensor_same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return *a == *b;
}

/* The smaller the better; SIZE_MAX: not the CPU. */
static size_t rank_of(const char *wanted, const char *source, const char *label)
{
	size_t i = 0;

	if (*wanted) {
		if (!sensor_same_name(wanted, source))
			return SIZE_MAX;
		while (i < ARRAY_LEN(package_labels) && strcmp(package_labels[i], label))
			i++;
		return i;
	}
	for (; i < ARRAY_LEN(known); i++)
		if (sensor_same_name(known[i].source, source) &&
			(!known[i].label || !strcmp(known[i].label, label)))
			return i;
	return SIZE_MAX;
}

void cpu_offer(struct cpu_choice *choice, const char *source, const char *label, double celsius)
{
	size_t rank = rank_of(choice->wanted, source, label);

	if (rank == SIZE_MAX || (!isnan(choice->celsius) && rank >= choice->rank))
		return;
	choice->rank = rank;
	choice->celsius = celsius;
}

bool sensor_admitted(const struct config *config, const char *key)
{
	size_t n;
	const char *const *exclude = config_list(config, OPTION_SENSORS_EXCLUDE, &n);

	return !text_admitted(exclude, n, key);
}

static int sensors_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct sensors *sensors = state;
	struct cpu_choice cpu = {
		.wanted = config_text(config, OPTION_SENSORS_CPU),
		.celsius = NAN,
	};
	int chips = hwmon_collect(&sensors->hwmon, root, config, &cpu, ret);
	int zones = thermal_collect(&sensors->thermal, root, config, &sensors->hwmon, &cpu, ret);

	put(ret, CPU_TEMP, "", cpu.celsius);
	return chips < 0 && zones < 0 ? chips : 0;
}

static void sensors_forget(void *state)
{
	struct sensors *sensors = state;

	hwmon_forget(&sensors->hwmon);
	thermal_forget(&sensors->thermal);
}

const struct collector collect_sensors = {
	.name = "sensors",
	.gives = "cpu_temp temperatures.* fans.* voltages.* currents.* powers.* "
		 "disks.*.temperature",
	.lane = LANE_SENSORS,
	.state = sizeof(struct sensors),
	.forget = sensors_forget,
	.collect = sensors_collect,
};
