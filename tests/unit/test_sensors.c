#include "../../src/collect/sensors.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chips_and_zones.h"

static void a_raspberry(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	zone(&machine, 0, "cpu-thermal\n", "48200\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "cpu-thermal"), 48.2);
	assert_near(machine_number(&machine, CPU_TEMP, ""), 48.2);

	/* Its twin in hwmon: the same sensor is shown once. */
	chip(&machine, 0, "cpu_thermal\n", "virtual/thermal/thermal_zone0");
	attribute(&machine, 0, "temp1_input", "48700\n");
	chip(&machine, 1, "rpi_volt\n", "platform/raspberrypi-hwmon");
	attribute(&machine, 1, "in0_lcrit_alarm", "0\n");
	chip(&machine, 2, "pwmfan\n", "platform/cooling_fan");
	attribute(&machine, 2, "fan1_input", "0\n");
	attribute(&machine, 2, "pwm1", "255\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_true(isnan(celsius(&machine, "cpu-thermal")));
	assert_near(celsius(&machine, "cpu_thermal_temp1"), 48.7);
	assert_near(machine_number(&machine, CPU_TEMP, ""), 48.7);
	assert_near(machine_number(&machine, FAN_RPM, "pwmfan_cooling_fan_fan1"), 0);
	assert_near(machine_number(&machine, FAN_PERCENT, "pwmfan_cooling_fan_fan1"), 100);
	machine_close_all(&machine);
}

static void zones(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	zone(&machine, 0, "acpitz\n", "27800\n");
	zone(&machine, 1, "acpitz\n", "29800\n");
	zone(&machine, 10, "acpitz\n", "31800\n");
	zone(&machine, 2, "x86_pkg_temp\n", "51000\n");
	zone(&machine, 3, "iwlwifi_1\n", "\n");
	zone(&machine, 4, "broken\n", "-274000\n");
	machine_write(&machine, "/sys/class/thermal/cooling_device0/type", "Processor\n");
	machine_write(&machine, "/sys/class/thermal/thermal_zone2/trip_point_0_type", "passive\n");
	machine_write(&machine, "/sys/class/thermal/thermal_zone2/trip_point_0_temp", "90000\n");
	machine_write(&machine, "/sys/class/thermal/thermal_zone2/trip_point_1_type", "critical\n");
	machine_write(&machine, "/sys/class/thermal/thermal_zone2/trip_point_1_temp", "105000\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "acpitz"), 27.8);
	assert_near(celsius(&machine, "acpitz_2"), 29.8);
	assert_near(celsius(&machine, "acpitz_3"), 31.8);
	assert_near(celsius(&machine, "x86_pkg_temp"), 51);
	assert_near(machine_number(&machine, TEMPERATURE_CRITICAL, "x86_pkg_temp"), 105);
	assert_true(isnan(celsius(&machine, "iwlwifi_1")));
	assert_true(isnan(celsius(&machine, "broken")));
	assert_near(machine_number(&machine, CPU_TEMP, ""), 51);
	zone(&machine, 11, "soc-thermal\n", "40000\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "soc-thermal"), 40);
	machine_close_all(&machine);
}

static double chosen(const char *wanted, const char *const (*offers)[2], size_t n)
{
	struct cpu_choice choice = {.wanted = wanted, .celsius = NAN};

	for (size_t i = 0; i < n; i++)
		cpu_offer(&choice, offers[i][0], offers[i][1], (double)i);
	return choice.celsius;
}

static void which_is_the_cpu(void **state)
{
	static const char *const ryzen[][2] = {
		{"acpitz", ""}, {"nvme", "Composite"}, {"k10temp", "Tctl"}, {"k10temp", "Tdie"}};
	static const char *const intel[][2] = {
		{"coretemp", "Core 0"}, {"coretemp", "Package id 0"}, {"coretemp", "Package id 1"}};
	static const char *const jetson[][2] = {{"GPU-therm", ""}, {"CPU-therm", ""}};
	static const char *const nothing[][2] = {{"acpitz", ""}, {"nvme", "Composite"}};

	(void)state;
	assert_near(chosen("", ryzen, 4), 3);
	assert_near(chosen("", ryzen, 3), 2);
	assert_near(chosen("", intel, 3), 1);
	assert_near(chosen("", intel, 1), 0);
	assert_near(chosen("", jetson, 2), 1);
	assert_true(isnan(chosen("", nothing, 2)));
	assert_near(chosen("acpitz", ryzen, 4), 0);
	assert_near(chosen("GPU_therm", jetson, 2), 0);
	assert_near(chosen("coretemp", intel, 3), 1);
	assert_true(isnan(chosen("nosuch", intel, 3)));
}

static void nothing_here(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	assert_int_equal(machine_collect(&machine, &collect_sensors), -ENOENT);
	machine_write(&machine, "/sys/class/thermal/cooling_device0/type", "fan\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), -ENOENT);
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_raspberry),
		cmocka_unit_test(zones),
		cmocka_unit_test(which_is_the_cpu),
		cmocka_unit_test(nothing_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
