#include "../../src/collect/processes.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void threads_of_loadavg(void **state)
{
	static const char *const refused[] = {"", "0.1 0.2 0.3", "0.1 0.2 0.3 519 7",
		"0.1 0.2 0.3 1/ 7", "0.1 0.2 0.3 1/many 7", "0.1 0.2 0.3 1/-5"};
	double threads = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_int_equal(threads_parse(refused[i], &threads), -EBADMSG);
	assert_near(threads, 7);
	assert_int_equal(threads_parse("4.31 3.01 2.48 1/519 287984\n", &threads), 0);
	assert_near(threads, 519);
}

static void state_after_the_last_bracket(void **state)
{
	(void)state;
	assert_true(zombie_parse("4242 (sh) Z 1 4242 4242 0 -1"));
	assert_true(zombie_parse("4242 (a) S (b)) Z 1"));
	assert_false(zombie_parse("4242 (sh) S 1 4242"));
	assert_false(zombie_parse("4242 (a) Z (b) R 1 4242"));
	assert_false(zombie_parse("4242 (sh)"));
	assert_false(zombie_parse("4242 (sh) "));
	assert_false(zombie_parse("4242"));
	assert_false(zombie_parse(""));
}

static void counted(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_processes), -ENOENT);
	machine_write(&machine, "/proc/loadavg", "0.20 0.18 0.12 1/80 11206\n");
	assert_int_equal(machine_collect(&machine, &collect_processes), 0);
	assert_near(machine_number(&machine, PROCESSES_THREADS, ""), 80);
	assert_absent(&machine, PROCESSES_TOTAL);
	assert_int_equal(machine_collect(&machine, &collect_zombies), -ENOENT);

	machine_write(&machine, "/proc/1/stat", "1 (init) S 0 1 1\n");
	machine_write(&machine, "/proc/20/stat", "20 (sh <defunct>) Z 1 1 1\n");
	machine_write(&machine, "/proc/300/stat", "300 (tmux: (1)) Z 1 1 1\n");
	machine_write(&machine, "/proc/4000/comm", "ended meanwhile\n");
	machine_write(&machine, "/proc/sys/kernel/hostname", "x\n");
	machine_write(&machine, "/proc/1000x/stat", "1000 (no process) Z 1 1 1\n");
	assert_int_equal(machine_collect(&machine, &collect_processes), 0);
	assert_near(machine_number(&machine, PROCESSES_TOTAL, ""), 4);
	assert_int_equal(machine_collect(&machine, &collect_zombies), 0);
	assert_near(machine_number(&machine, PROCESSES_ZOMBIES, ""), 2);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_of_loadavg),
		cmocka_unit_test(state_after_the_last_bracket),
		cmocka_unit_test(counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
