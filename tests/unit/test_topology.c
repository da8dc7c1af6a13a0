#include "../../src/collect/topology.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void first_thread_of_a_list(void **state)
{
	(void)state;
	assert_near(list_parse("0,64"), 0);
	assert_near(list_parse("2-3"), 2);
	assert_near(list_parse("17"), 17);
	assert_true(isnan(list_parse("")));
	assert_true(isnan(list_parse("none")));
}

static void old_and_new_names(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(
		&machine, "/sys/devices/system/cpu/cpu1/topology/thread_siblings_list", "0-1\n");
	machine_write(&machine, "/sys/devices/system/cpu/cpu3/topology/core_cpus_list", "2-3\n");
	machine_write(
		&machine, "/sys/devices/system/cpu/cpu3/topology/thread_siblings_list", "1\n");
	assert_near(topology_first_thread(machine.root, 1), 0);
	assert_near(topology_first_thread(machine.root, 3), 2);
	assert_true(isnan(topology_first_thread(machine.root, 0)));
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_thread_of_a_list),
		cmocka_unit_test(old_and_new_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
