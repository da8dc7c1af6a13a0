#include "../../src/collect/rtc.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void raspberry_pi_5(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_rtc), -ENOENT);
	/* a clock on a HAT came first */
	machine_write(&machine, "/sys/class/rtc/rtc0/name", "rtc-ds1307 1-0068\n");
	assert_int_equal(machine_collect(&machine, &collect_rtc), -ENODATA);
	machine_write(&machine,
		"/sys/devices/platform/soc@107c000000/soc@107c000000:rpi_rtc/rtc/"
		"rtc1/battery_voltage",
		"2964099\n");
	machine_link(&machine, "/sys/class/rtc/rtc1",
		"../../devices/platform/soc@107c000000/soc@107c000000:rpi_rtc/rtc/rtc1");
	assert_int_equal(machine_collect(&machine, &collect_rtc), 0);
	assert_near(machine_number(&machine, PI_RTC_VOLTAGE, ""), 2.964099);
	machine_close(&machine);
}

static void odd_answers(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/class/rtc/rtc0/battery_voltage", "0\n");
	assert_int_equal(machine_collect(&machine, &collect_rtc), 0);
	assert_near(machine_number(&machine, PI_RTC_VOLTAGE, ""), 0);
	machine_write(&machine, "/sys/class/rtc/rtc0/battery_voltage", "-110\n");
	assert_int_equal(machine_collect(&machine, &collect_rtc), -ENODATA);
	machine_write(&machine, "/sys/class/rtc/rtc0/battery_voltage", "");
	assert_int_equal(machine_collect(&machine, &collect_rtc), -EBADMSG);
	assert_absent(&machine, PI_RTC_VOLTAGE);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raspberry_pi_5),
		cmocka_unit_test(odd_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
