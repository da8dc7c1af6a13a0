#include "../../src/collect/host.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void wandering_clock_moves_nothing(void **state)
{
	struct host host = {0};

	(void)state;
	boot_time_follow(&host, 1763600000.4, false);
	assert_near(host.boot_time, 0);
	boot_time_follow(&host, 1763600000.4, true);
	assert_near(host.boot_time, 1763600000);
	boot_time_follow(&host, 1763600001.9, true);
	assert_near(host.boot_time, 1763600000);
	boot_time_follow(&host, 1763599945.0, true);
	assert_near(host.boot_time, 1763600000);
	boot_time_follow(&host, 1763603600.6, true);
	assert_near(host.boot_time, 1763603601);
	boot_time_follow(&host, 86400, false);
	assert_near(host.boot_time, 1763603601);
}

static void boot_time_waits_for_the_clock(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_true(machine_collect(&machine, &collect_host) < 0);
	machine_write(&machine, "/captured/clock", "86400.5 100.25\n");
	assert_int_equal(machine_collect(&machine, &collect_host), 0);
	assert_near(machine_number(&machine, UPTIME, ""), 100.25);
	assert_absent(&machine, BOOT_TIME);
	assert_absent(&machine, SYSTEM_TIME_SYNCHRONISED);
	machine_write(&machine, "/captured/timex", "0\n");
	assert_int_equal(machine_collect(&machine, &collect_host), 0);
	assert_absent(&machine, BOOT_TIME);
	assert_near(machine_number(&machine, SYSTEM_TIME_SYNCHRONISED, ""), 0);

	machine_write(&machine, "/captured/timex", "1\n");
	machine_write(&machine, "/captured/clock", "1763644740.12 110.25\n");
	assert_int_equal(machine_collect(&machine, &collect_host), 0);
	assert_near(machine_number(&machine, BOOT_TIME, ""), 1763644630);
	assert_near(machine_number(&machine, SYSTEM_TIME_SYNCHRONISED, ""), 1);
	assert_absent(&machine, SYSTEM_CLOCK_OFFSET); /* an older capture does not tell */
	machine_write(&machine, "/captured/timex", "1 -0.000123456\n");
	assert_int_equal(machine_collect(&machine, &collect_host), 0);
	assert_near(machine_number(&machine, SYSTEM_CLOCK_OFFSET, ""), -0.123456);
	machine_write(&machine, "/captured/timex", "0 -0.000123456\n");
	assert_int_equal(machine_collect(&machine, &collect_host), 0);
	assert_absent(&machine, SYSTEM_CLOCK_OFFSET);

	/* the network is lost: what was known stays */
	machine_write(&machine, "/captured/timex", "0\n");
	machine_write(&machine, "/captured/clock", "1763644751.80 120.25\n");
	assert_int_equal(machine_collect(&machine, &collect_host), 0);
	assert_near(machine_number(&machine, BOOT_TIME, ""), 1763644630);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wandering_clock_moves_nothing),
		cmocka_unit_test(boot_time_waits_for_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
