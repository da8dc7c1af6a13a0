/* The kernel's alarm for the supply, read by hand: where no watch waits for it. */
#include "unit.h"

#include "../../src/collect/undervoltage.c"
#include "../../src/root/undervoltage.c"

#include "machine.h"

#define ALARM "/sys/class/hwmon/hwmon3/in0_lcrit_alarm"

static void look_at(struct machine *machine, const char *alarm)
{
	machine_write(machine, ALARM, alarm);
	assert_int_equal(machine_collect(machine, &collect_undervoltage), 0);
}

static void machine_with_chip(struct machine *ret)
{
	machine_open(ret);
	machine_write(ret, "/sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
	machine_write(ret, "/sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n"); /* another's */
	machine_write(ret, "/sys/class/hwmon/hwmon3/name", "rpi_volt\n");
}

static void edges(void **state)
{
	struct machine machine;

	(void)state;
	machine_with_chip(&machine);
	look_at(&machine, "0\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 0);
	assert_absent(&machine, PI_UNDER_VOLTAGE_OCCURRED); /* before us: nobody knows */
	look_at(&machine, "1\n");
	look_at(&machine, "1\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 1);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 1);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	look_at(&machine, "0\n");
	look_at(&machine, "1\n");
	look_at(&machine, "0\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 2);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	machine_close(&machine);
}

/* What has begun before we looked is no edge that we saw. */
static void low_at_first(void **state)
{
	struct machine machine;

	(void)state;
	machine_with_chip(&machine);
	look_at(&machine, "1\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 1);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	machine_close(&machine);
}

/* The number of a chip changes when its driver comes back. */
static void chip_moves(void **state)
{
	struct machine machine;

	(void)state;
	machine_with_chip(&machine);
	look_at(&machine, "0\n");
	machine_remove(&machine, "/sys/class/hwmon/hwmon3");
	assert_int_equal(machine_collect(&machine, &collect_undervoltage), -ENOENT);
	machine_write(&machine, "/sys/class/hwmon/hwmon4/name", "rpi_volt\n");
	machine_write(&machine, "/sys/class/hwmon/hwmon4/in0_lcrit_alarm", "1\n");
	assert_int_equal(machine_collect(&machine, &collect_undervoltage), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 1);
	machine_close(&machine);
}

static void machines_without(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_undervoltage), -ENOENT);
	machine_write(&machine, "/sys/class/hwmon/hwmon0/name", "coretemp\n");
	assert_int_equal(machine_collect(&machine, &collect_undervoltage), -ENOENT);
	machine_write(&machine, "/sys/class/hwmon/hwmon1/name", "rpi_volt\n");
	assert_int_equal(machine_collect(&machine, &collect_undervoltage), -ENOENT);
	machine_write(&machine, "/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "N/A\n");
	assert_int_equal(machine_collect(&machine, &collect_undervoltage), -ENOENT);
	machine_close(&machine);
}

/* The watch knows better, and nothing is read. */
static void watched(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	undervoltage.watched = undervoltage.low = undervoltage.occurred = true;
	undervoltage.dips = 7;
	assert_int_equal(machine_collect(&machine, &collect_undervoltage), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 1);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 7);
	undervoltage.watched = false;
	undervoltage.dips = 0;
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges),
		cmocka_unit_test(low_at_first),
		cmocka_unit_test(chip_moves),
		cmocka_unit_test(machines_without),
		cmocka_unit_test(watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
