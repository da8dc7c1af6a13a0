#include "../../src/collect/pressure.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static const char both[] = "some avg10=0.12 avg60=0.05 avg300=0.01 total=81521\n"
			   "full avg10=99.00 avg60=1.50 avg300=0.30 total=20018\n";

static void some_and_full(void **state)
{
	struct pressure pressure;

	(void)state;
	assert_int_equal(pressure_parse(both, &pressure), 0);
	assert_near(pressure.some, 0.12);
	assert_near(pressure.full, 99);
	/* as root_read_attribute() gives it, without the last line end; and "some" alone
	 * before 5.13 */
	assert_int_equal(
		pressure_parse("some avg10=100.00 avg60=0.00 avg300=0.00 total=0", &pressure), 0);
	assert_near(pressure.some, 100);
	assert_true(isnan(pressure.full));
}

static void anything_else_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		" ",
		"some",
		"some avg10=0.12",
		"some avg10=0.12 avg60=0.05 avg300=0.01",
		"some avg10=0.12 avg60=0.05 avg300=0.01 total=",
		"some avg60=0.05 avg10=0.12 avg300=0.01 total=1",
		"some avg10=0.12 avg10=0.12 avg300=0.01 total=1",
		"some avg10=0.12 avg60=0.05 avg300=0.01 total=1 more=1",
		"some avg10=nan avg60=0.05 avg300=0.01 total=1",
		"some avg10=-1 avg60=0.05 avg300=0.01 total=1",
		"some avg10=100.01 avg60=0.05 avg300=0.01 total=1",
		"some avg10=0.1% avg60=0.05 avg300=0.01 total=1",
		"full avg10=0.00 avg60=0.00 avg300=0.00 total=0",
		"none avg10=0.00 avg60=0.00 avg300=0.00 total=0",
		("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
		 "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"),
		"some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.0",
	};
	struct pressure pressure = {5, 6};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(pressure_parse(texts[i], &pressure), -EBADMSG);
	assert_near(pressure.some, 5);
	assert_near(pressure.full, 6);
}

static void collected(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_pressure), -ENOENT);
	machine_write(
		&machine, "/proc/pressure/cpu", "some avg10=1.53 avg60=0.00 avg300=0.00 total=7\n");
	machine_write(&machine, "/proc/pressure/io", both);
	assert_int_equal(machine_collect(&machine, &collect_pressure), 0);
	assert_near(machine_number(&machine, PRESSURE_CPU_SOME, ""), 1.53);
	assert_absent(&machine, PRESSURE_CPU_FULL);
	assert_absent(&machine, PRESSURE_MEMORY_SOME);
	assert_near(machine_number(&machine, PRESSURE_IO_SOME, ""), 0.12);
	assert_near(machine_number(&machine, PRESSURE_IO_FULL, ""), 99);
	machine_write(&machine, "/proc/pressure/memory", "broken\n");
	assert_int_equal(machine_collect(&machine, &collect_pressure), -EBADMSG);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(some_and_full),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(collected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
