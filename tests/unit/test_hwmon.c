#include "../../src/collect/hwmon.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chips_and_zones.h"

extern const struct collector collect_sensors;

/* The fan of a Raspberry Pi 5, and one on a HAT that has no tachometer. */
static void pwm_fans(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	chip(&machine, 2, "pwmfan\n", "platform/cooling_fan");
	attribute(&machine, 2, "fan1_input", "2993\n");
	attribute(&machine, 2, "pwm1", "75\n");
	attribute(&machine, 2, "pwm1_enable", "1\n");
	chip(&machine, 3, "rpipoefan\n", "platform/rpi-poe-fan@0");
	attribute(&machine, 3, "pwm1", "0\n");

	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(machine_number(&machine, FAN_RPM, "pwmfan_cooling_fan_fan1"), 2993);
	assert_near(machine_number(&machine, FAN_PERCENT, "pwmfan_cooling_fan_fan1"), 7500 / 255.0);
	assert_string_equal(
		machine_text(&machine, FAN_LABEL, "pwmfan_cooling_fan_fan1"), "pwmfan fan1");
	assert_near(machine_number(&machine, FAN_PERCENT, "rpipoefan_rpi-poe-fan@0_fan1"), 0);

	/* standing still is a speed */
	attribute(&machine, 2, "fan1_input", "0\n");
	attribute(&machine, 2, "pwm1", "0\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(machine_number(&machine, FAN_RPM, "pwmfan_cooling_fan_fan1"), 0);
	assert_near(machine_number(&machine, FAN_PERCENT, "pwmfan_cooling_fan_fan1"), 0);
	machine_close_all(&machine);
}

static void a_pc(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	chip(&machine, 0, "acpitz\n", "virtual/thermal/thermal_zone0");
	attribute(&machine, 0, "temp1_input", "27800\n");
	chip(&machine, 1, "coretemp\n", "platform/coretemp.0");
	attribute(&machine, 1, "temp1_input", "47000\n");
	attribute(&machine, 1, "temp1_label", "Package id 0\n");
	attribute(&machine, 1, "temp1_crit", "100000\n");
	attribute(&machine, 1, "temp2_input", "46000\n");
	attribute(&machine, 1, "temp2_label", "Core 0\n");
	chip(&machine, 2, "nct6798\n", "platform/nct6775.656");
	attribute(&machine, 2, "fan1_input", "812\n");
	attribute(&machine, 2, "pwm1", "51\n");
	attribute(&machine, 2, "pwm1_enable", "5\n");
	attribute(&machine, 2, "in0_input", "880\n");
	attribute(&machine, 2, "temp7_input", "-62000\n");
	attribute(&machine, 2, "intrusion0_alarm", "1\n");
	chip(&machine, 3, "ina219\n", "pci0000:00/0000:00:1f.4/i2c-9/9-0040");
	attribute(&machine, 3, "curr1_input", "1500\n");
	attribute(&machine, 3, "power1_input", "18250000\n");
	attribute(&machine, 3, "in1_input", "12168\n");
	chip(&machine, 4, "amdgpu\n", "pci0000:00/0000:03:00.0");
	attribute(&machine, 4, "power1_average", "33000000\n");
	attribute(&machine, 4, "power2_average", "1000000\n");
	attribute(&machine, 4, "power2_input", "2000000\n");

	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "acpitz_temp1"), 27.8);
	assert_near(celsius(&machine, "coretemp.0_temp1"), 47);
	assert_near(machine_number(&machine, TEMPERATURE_CRITICAL, "coretemp.0_temp1"), 100);
	assert_string_equal(
		machine_text(&machine, TEMPERATURE_LABEL, "coretemp.0_temp2"), "coretemp Core 0");
	assert_near(machine_number(&machine, FAN_RPM, "nct6798_nct6775.656_fan1"), 812);
	assert_near(machine_number(&machine, FAN_PERCENT, "nct6798_nct6775.656_fan1"), 20);
	assert_near(machine_number(&machine, VOLTAGE_VOLTS, "nct6798_nct6775.656_in0"), 0.88);
	assert_true(isnan(celsius(&machine, "nct6798_nct6775.656_temp7")));
	assert_near(machine_number(&machine, CURRENT_AMPS, "ina219_0000:00:1f.4_0040_curr1"), 1.5);
	assert_near(
		machine_number(&machine, POWER_WATTS, "ina219_0000:00:1f.4_0040_power1"), 18.25);
	assert_near(machine_number(&machine, POWER_WATTS, "amdgpu_0000:03:00.0_power1"), 33);
	assert_near(machine_number(&machine, POWER_WATTS, "amdgpu_0000:03:00.0_power2"), 2);
	assert_near(machine_number(&machine, CPU_TEMP, ""), 47);
	machine_close_all(&machine);
}

static void disks(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	chip(&machine, 0, "nvme\n", "pci0000:00/0000:01:00.0/nvme/nvme0");
	attribute(&machine, 0, "temp1_input", "38850\n");
	attribute(&machine, 0, "temp2_input", "65261850\n");
	chip(&machine, 1, "nvme\n", "pci0000:00/0000:02:00.0/nvme/nvme1");
	attribute(&machine, 1, "temp1_input", "41850\n");
	chip(&machine, 2, "drivetemp\n", "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0");
	attribute(&machine, 2, "temp1_input", "33000\n");
	machine_write(&machine, "/sys/class/ata_port/ata1/port_no", "1\n");
	machine_link(&machine, "/sys/block/nvme0n1/device",
		"/sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0");
	/* native multipath: the disk leads elsewhere */
	machine_write(&machine, "/sys/devices/virtual/nvme-subsystem/nvme-subsys1/uevent", "");
	machine_link(&machine, "/sys/block/nvme1n1/device",
		"/sys/devices/virtual/nvme-subsystem/nvme-subsys1");
	machine_link(&machine, "/sys/block/sda/device",
		"/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0");
	machine_write(&machine, "/sys/block/loop0/size", "0");

	machine_write(&machine, "/captured/clock", "1763644740 100\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(machine_number(&machine, DISK_TEMPERATURE, "nvme0n1"), 38.85);
	assert_near(machine_number(&machine, DISK_TEMPERATURE, "nvme1n1"), 41.85);
	assert_near(machine_number(&machine, DISK_TEMPERATURE, "sda"), 33);
	assert_near(celsius(&machine, "nvme_0000:01:00.0_temp1"), 38.85);
	assert_near(celsius(&machine, "nvme_0000:02:00.0_temp1"), 41.85);
	assert_true(isnan(celsius(&machine, "nvme_0000:01:00.0_temp2"))); /* 65261 */
	assert_near(celsius(&machine, "drivetemp_0000:00:17.0_ata1_temp1"), 33);
	assert_absent(&machine, CPU_TEMP);

	/* A disk is asked rarely, and said again in between. */
	attribute(&machine, 0, "temp1_input", "39850\n");
	attribute(&machine, 2, "temp1_input", "34000\n");
	machine_write(&machine, "/captured/clock", "1763644750 110\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(machine_number(&machine, DISK_TEMPERATURE, "nvme0n1"), 39.85);
	assert_near(machine_number(&machine, DISK_TEMPERATURE, "sda"), 33);
	machine_write(&machine, "/captured/clock", "1763645050 410\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(machine_number(&machine, DISK_TEMPERATURE, "sda"), 34);
	machine_close_all(&machine);
}

static void unreadable_faulty_excluded(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	CONFIGURE(&machine, "sensors.exclude=*_temp5,*_fan*");
	chip(&machine, 0, "odd\n", NULL);
	attribute(&machine, 0, "temp1_input/no_file_to_read", "");
	attribute(&machine, 0, "temp2_input", "41000\n");
	attribute(&machine, 0, "temp2_fault", "1\n");
	attribute(&machine, 0, "temp3_input", "42000\n");
	attribute(&machine, 0, "temp3_fault", "0\n");
	attribute(&machine, 0, "temp4_input", "-273150\n");
	attribute(&machine, 0, "temp5_input", "45000\n");
	attribute(&machine, 0, "temp6_input", "\n");
	attribute(&machine, 0, "temp7_input", "warm\n");
	attribute(&machine, 0, "temp8_input", "43000\n");
	attribute(&machine, 0, "temp8_crit", "65261850\n");
	attribute(&machine, 0, "temp12345_input", "43000\n");
	attribute(&machine, 0, "temp_input", "43000\n");
	attribute(&machine, 0, "fan1_input", "100\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_int_equal(machine.slice.n, 4); /* two temperatures, each with its label */
	assert_near(celsius(&machine, "odd_temp3"), 42);
	assert_near(celsius(&machine, "odd_temp8"), 43);
	attribute(&machine, 0, "temp3_fault", "1\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_int_equal(machine.slice.n, 2);
	machine_close_all(&machine);
}

static void several_chips_of_one_device(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	/* in natural order: hwmon2 was there before hwmon10 */
	chip(&machine, 10, "twin\n", "platform/board");
	attribute(&machine, 10, "temp1_input", "10000\n");
	chip(&machine, 2, "twin\n", "platform/board");
	attribute(&machine, 2, "temp1_input", "2000\n");
	chip(&machine, 3, "other\n", "platform/board");
	attribute(&machine, 3, "temp1_input", "3000\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "twin_board_temp1"), 2);
	assert_near(celsius(&machine, "twin_board_2_temp1"), 10);
	assert_near(celsius(&machine, "other_board_temp1"), 3);
	machine_close_all(&machine);
}

static void chips_come_go_and_change_numbers(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	chip(&machine, 0, "first\n", NULL);
	attribute(&machine, 0, "temp1_input", "10000\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "first_temp1"), 10);
	/* the number is given to another */
	attribute(&machine, 0, "name", "second\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_true(isnan(celsius(&machine, "first_temp1")));
	assert_near(celsius(&machine, "second_temp1"), 10);
	chip(&machine, 1, "third\n", NULL);
	attribute(&machine, 1, "temp1_input", "30000\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "third_temp1"), 30);
	machine_remove(&machine, "/sys/class/hwmon/hwmon0");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_true(isnan(celsius(&machine, "second_temp1")));
	assert_near(celsius(&machine, "third_temp1"), 30);
	machine_remove(&machine, "/sys/class/hwmon");
	assert_int_equal(machine_collect(&machine, &collect_sensors), -ENOENT);
	assert_int_equal(machine.slice.n, 0);
	machine_close_all(&machine);
}

/* A driver that was not ready when it was first looked at. */
static void a_name_may_come_late(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	chip(&machine, 0, "", "platform/slow.0");
	attribute(&machine, 0, "temp1_input", "31000\n");
	(void)machine_collect(&machine, &collect_sensors);
	assert_int_equal(machine.slice.n, 0);
	attribute(&machine, 0, "name", "slow\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "slow.0_temp1"), 31);
	machine_close_all(&machine);
}

static void attributes_in_the_device(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	machine_write(&machine, "/sys/devices/platform/applesmc.768/name", "applesmc\n");
	machine_write(&machine, "/sys/devices/platform/applesmc.768/fan1_input", "1200\n");
	machine_link(
		&machine, "/sys/class/hwmon/hwmon0/device", "/sys/devices/platform/applesmc.768");
	machine_write(&machine, "/sys/class/hwmon/hwmon1/uevent", ""); /* no name at all */
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(machine_number(&machine, FAN_RPM, "applesmc.768_fan1"), 1200);
	machine_close_all(&machine);
}

static void a_card_that_sleeps(void **state)
{
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	chip(&machine, 0, "amdgpu\n", "pci0000:00/0000:03:00.0");
	attribute(&machine, 0, "temp1_input", "35000\n");
	machine_write(
		&machine, "/sys/devices/pci0000:00/0000:03:00.0/power/runtime_status", "active\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, "amdgpu_0000:03:00.0_temp1"), 35);
	machine_write(&machine, "/sys/devices/pci0000:00/0000:03:00.0/power/runtime_status",
		"suspended\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_int_equal(machine.slice.n, 0);
	machine_close_all(&machine);
}

/* It falls asleep five seconds after the last question. */
static void a_card_that_may_sleep(void **state)
{
	static const char *const key = "amdgpu_0000:03:00.0_temp1";
	struct machine machine;

	(void)state;
	begin_sensors(&machine);
	chip(&machine, 0, "amdgpu\n", "pci0000:00/0000:03:00.0");
	attribute(&machine, 0, "temp1_input", "35000\n");
	machine_write(&machine, "/sys/devices/pci0000:00/0000:03:00.0/power/control", "auto\n");
	machine_write(&machine, "/sys/devices/pci0000:00/0000:03:00.0/power/autosuspend_delay_ms",
		"5000\n");
	machine_write(&machine, "/captured/clock", "1700000000 1000\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	attribute(&machine, 0, "temp1_input", "77000\n");
	machine_write(&machine, "/captured/clock", "1700000000 1002\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, key), 35);
	machine_write(&machine, "/captured/clock", "1700000000 1010\n");
	assert_int_equal(machine_collect(&machine, &collect_sensors), 0);
	assert_near(celsius(&machine, key), 77);
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pc),
		cmocka_unit_test(pwm_fans),
		cmocka_unit_test(disks),
		cmocka_unit_test(unreadable_faulty_excluded),
		cmocka_unit_test(several_chips_of_one_device),
		cmocka_unit_test(chips_come_go_and_change_numbers),
		cmocka_unit_test(a_name_may_come_late),
		cmocka_unit_test(attributes_in_the_device),
		cmocka_unit_test(a_card_that_sleeps),
		cmocka_unit_test(a_card_that_may_sleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
