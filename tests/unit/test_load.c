#include "../../src/collect/load.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void three_averages(void **state)
{
	struct load load;

	(void)state;
	assert_int_equal(load_parse("4.31 3.01 2.48 1/519 287984\n", &load), 0);
	assert_near(load.minutes1, 4.31);
	assert_near(load.minutes5, 3.01);
	assert_near(load.minutes15, 2.48);
	assert_int_equal(load_parse("15872.00 12001.55 998.10 20000/40000 4194303\n", &load), 0);
	assert_near(load.minutes1, 15872);
}

static void broken_text_is_refused(void **state)
{
	static const char *const texts[] = {"", "\n", "4.31", "4.31 3.01", "4.31 3.01\n2.48",
		"one two three", "4,31 3,01 2,48", "nan nan nan", "inf 1 1", "1e999 1 1"};
	struct load load = {1, 2, 3};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(load_parse(texts[i], &load), -EBADMSG);
	assert_near(load.minutes1, 1);
	assert_near(load.minutes15, 3);
}

static void collected(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_load), -ENOENT);
	machine_write(&machine, "/proc/loadavg", "0.20 0.18 0.12 1/80 11206\n");
	assert_int_equal(machine_collect(&machine, &collect_load), 0);
	assert_near(machine_number(&machine, LOAD, "1m"), 0.20);
	assert_near(machine_number(&machine, LOAD, "5m"), 0.18);
	assert_near(machine_number(&machine, LOAD, "15m"), 0.12);
	machine_write(&machine, "/proc/loadavg", "0.20 0.1");
	assert_int_equal(machine_collect(&machine, &collect_load), -EBADMSG);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_averages),
		cmocka_unit_test(broken_text_is_refused),
		cmocka_unit_test(collected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
