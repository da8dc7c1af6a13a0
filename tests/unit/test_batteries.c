#include "../../src/collect/batteries.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void say(struct machine *machine, const char *name, const char *file, const char *text)
{
	char path[128];

	path_of(name, file, path);
	machine_write(machine, path, text);
}

static void laptop(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	say(&machine, "AC", "type", "Mains\n");
	say(&machine, "AC", "online", "0\n");
	say(&machine, "BAT0", "type", "Battery\n");
	say(&machine, "BAT0", "present", "1\n");
	say(&machine, "BAT0", "status", "Discharging\n");
	say(&machine, "BAT0", "capacity", "63\n");
	say(&machine, "BAT0", "power_now", "7420000\n"); /* ACPI never says minus */
	say(&machine, "BAT0", "voltage_now", "11850000\n");
	say(&machine, "BAT0", "energy_now", "26110000\n");
	say(&machine, "BAT0", "energy_full", "41440000\n");
	say(&machine, "BAT0", "energy_full_design", "50000000\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), 0);
	assert_near(machine_number(&machine, BATTERY_PERCENT, "BAT0"), 63);
	assert_string_equal(machine_text(&machine, BATTERY_STATUS, "BAT0"), "Discharging");
	assert_near(machine_number(&machine, BATTERY_WATTS, "BAT0"), -7.42);
	assert_near(machine_number(&machine, BATTERY_VOLTS, "BAT0"), 11.85);
	assert_near(machine_number(&machine, BATTERY_HEALTH, "BAT0"), 82.88);
	assert_null(slice_find(&machine.slice, BATTERY_STATUS, "AC"));

	say(&machine, "BAT0", "status", "Charging\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), 0);
	assert_near(machine_number(&machine, BATTERY_WATTS, "BAT0"), 7.42);
	machine_close(&machine);
}

/* A fuel gauge that counts charge, and says minus while discharging. */
static void charge_and_current(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	say(&machine, "max17040", "type", "Battery\n");
	say(&machine, "max17040", "status", "Discharging\n");
	say(&machine, "max17040", "current_now", "-500000\n");
	say(&machine, "max17040", "voltage_now", "4000000\n");
	say(&machine, "max17040", "charge_now", "1500000\n");
	say(&machine, "max17040", "charge_full", "3000000\n");
	say(&machine, "max17040", "charge_full_design", "0\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), 0);
	assert_near(machine_number(&machine, BATTERY_PERCENT, "max17040"), 50);
	assert_near(machine_number(&machine, BATTERY_WATTS, "max17040"), -2);
	assert_null(slice_find(&machine.slice, BATTERY_HEALTH, "max17040"));

	/* without a status the driver's sign is all there is; full: nothing flows */
	say(&machine, "max17040", "status", "Unknown\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), 0);
	assert_near(machine_number(&machine, BATTERY_WATTS, "max17040"), -2);
	assert_null(slice_find(&machine.slice, BATTERY_STATUS, "max17040"));
	say(&machine, "max17040", "status", "Full\n");
	say(&machine, "max17040", "current_now", "0\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), 0);
	assert_near(machine_number(&machine, BATTERY_WATTS, "max17040"), 0);
	assert_string_equal(machine_text(&machine, BATTERY_STATUS, "max17040"), "Full");
	machine_close(&machine);
}

static void ups_and_others(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_batteries), -ENOENT);
	say(&machine, "hidpp_battery_0", "type", "Battery\n"); /* a mouse */
	say(&machine, "hidpp_battery_0", "scope", "Device\n");
	say(&machine, "hidpp_battery_0", "capacity", "15\n");
	say(&machine, "BAT1", "type", "Battery\n"); /* an empty bay */
	say(&machine, "BAT1", "present", "0\n");
	say(&machine, "BAT1", "status", "Unknown\n");
	say(&machine, "ucsi-source-psy-1", "type", "USB\n");
	say(&machine, "broken", "uevent", "");
	assert_int_equal(machine_collect(&machine, &collect_batteries), -ENODATA);

	say(&machine, "ups", "type", "UPS\n");
	say(&machine, "ups", "scope", "System\n");
	say(&machine, "ups", "capacity", "100\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), 0);
	assert_near(machine_number(&machine, BATTERY_PERCENT, "ups"), 100);
	assert_int_equal(machine.slice.n, 1);
	machine_close(&machine);
}

static void absurd(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	say(&machine, "BAT0", "type", "Battery\n");
	say(&machine, "BAT0", "capacity", "104\n");
	say(&machine, "BAT0", "power_now", "what\n");
	say(&machine, "BAT0", "voltage_now", "\n");
	say(&machine, "BAT0", "energy_full", "-1\n");
	say(&machine, "BAT0", "energy_full_design", "50000000\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), 0);
	assert_near(machine_number(&machine, BATTERY_PERCENT, "BAT0"), 100);
	assert_int_equal(machine.slice.n, 1);
	say(&machine, "BAT0", "capacity", "-1\n");
	assert_int_equal(machine_collect(&machine, &collect_batteries), -ENODATA);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laptop),
		cmocka_unit_test(charge_and_current),
		cmocka_unit_test(ups_and_others),
		cmocka_unit_test(absurd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
