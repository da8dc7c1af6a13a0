#include "../../src/collect/cpu.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static int setup(void **state)
{
	struct machine *machine = xcalloc(1, sizeof(*machine));

	machine_open(machine);
	*state = machine;
	return 0;
}

static int teardown(void **state)
{
	machine_close(*state);
	free(*state);
	return 0;
}

static void sample(struct machine *machine, const char *text)
{
	machine_write(machine, "/proc/stat", text);
	assert_int_equal(machine_collect(machine, &collect_cpu), 0);
}

static void first_sample_has_counts_only(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  2923 0 1724 296608 321 0 45 10 0 0\n"
			"cpu0 1108 0 630 149056 7 0 4 2 0 0\n"
			"cpu1 1815 0 1094 147552 314 0 41 7 0 0\n"
			"intr 190160 0 0 7\n"
			"ctxt 393412\n"
			"btime 1795180726\n"
			"processes 6380\n"
			"procs_running 3\n"
			"procs_blocked 1\n"
			"softirq 148615 0 18579\n");
	assert_near(machine_number(machine, CPU_INTERRUPTS, ""), 190160);
	assert_near(machine_number(machine, CPU_CONTEXT_SWITCHES, ""), 393412);
	assert_near(machine_number(machine, CPU_FORKS, ""), 6380);
	assert_near(machine_number(machine, PROCESSES_RUNNING, ""), 3);
	assert_near(machine_number(machine, PROCESSES_BLOCKED, ""), 1);
	assert_near(machine_number(machine, CPU_LOGICAL_CORES, ""), 2);
	assert_absent(machine, CPU_PHYSICAL_CORES);
	assert_absent(machine, CPU_USAGE);
	assert_absent(machine, CPU_IDLE);
	assert_null(slice_find(&machine->slice, CORE_USAGE, "0"));
}

static void container_without_cpu_lines(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  100 0 0 900\n");
	assert_absent(machine, CPU_USAGE);
	assert_absent(machine, CPU_LOGICAL_CORES);
	assert_absent(machine, CPU_PHYSICAL_CORES);
	sample(machine, "cpu  125 0 0 975\n");
	assert_near(machine_number(machine, CPU_USAGE, ""), 25);
	assert_absent(machine, CPU_PHYSICAL_CORES);
}

static void shares_of_the_interval(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  1000 100 500 8000 200 10 20 30 400 50\n");
	sample(machine, "cpu  1010 105 520 8050 210 11 22 32 410 55\n");
	/* 100 ticks; guest is inside user and must not make them 115 */
	assert_near(machine_number(machine, CPU_USER, ""), 10);
	assert_near(machine_number(machine, CPU_NICE, ""), 5);
	assert_near(machine_number(machine, CPU_SYSTEM, ""), 20);
	assert_near(machine_number(machine, CPU_IDLE, ""), 50);
	assert_near(machine_number(machine, CPU_IOWAIT, ""), 10);
	assert_near(machine_number(machine, CPU_IRQ, ""), 1);
	assert_near(machine_number(machine, CPU_SOFTIRQ, ""), 2);
	assert_near(machine_number(machine, CPU_STEAL, ""), 2);
	assert_near(machine_number(machine, CPU_USAGE, ""), 40);
}

static void no_time_no_shares(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  1000 100 500 8000 200 10 20 30 400 50\n");
	sample(machine, "cpu  1000 100 500 8000 200 10 20 30 400 50\n");
	assert_absent(machine, CPU_USAGE);
	assert_absent(machine, CPU_USER);
}

static void iowait_taken_back(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  100 0 100 1000 500 0 0 0 0 0\ncpu0 100 0 100 1000 500 0 0 0 0 0\n");
	sample(machine, "cpu  150 0 100 1050 480 0 0 0 0 0\ncpu0 150 0 100 1050 480 0 0 0 0 0\n");
	assert_near(machine_number(machine, CPU_USAGE, ""), 50);
	assert_near(machine_number(machine, CPU_IOWAIT, ""), 0);
	assert_near(machine_number(machine, CORE_USAGE, "0"), 50);
}

static void cpus_by_id_and_not_by_place(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  0 0 0 0\ncpu0 0 0 0 0\ncpu2 0 0 0 0\ncpu9 100 0 0 0\n");
	sample(machine, "cpu  75 0 0 225\ncpu0 75 0 0 25\ncpu2 0 0 0 100\ncpu9 100 0 0 100\n");
	assert_near(machine_number(machine, CORE_USAGE, "0"), 75);
	assert_near(machine_number(machine, CORE_USAGE, "2"), 0);
	assert_near(machine_number(machine, CORE_USAGE, "9"), 0);
	assert_near(machine_number(machine, CPU_LOGICAL_CORES, ""), 3);
	assert_near(machine_number(machine, CPU_USAGE, ""), 25);
}

/* cpu1 goes; the first line's idle leaps back, as get_idle_time() makes it. */
static void cpu_offline_and_online_again(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  200 0 0 9800\ncpu0 100 0 0 4900\ncpu1 100 0 0 4900\n");
	sample(machine, "cpu  220 0 0 8900\ncpu0 120 0 0 4980\n");
	assert_near(machine_number(machine, CORE_USAGE, "0"), 20);
	assert_null(slice_find(&machine->slice, CORE_USAGE, "1"));
	assert_near(machine_number(machine, CPU_USAGE, ""), 20);
	assert_near(machine_number(machine, CPU_IDLE, ""), 80);
	assert_near(machine_number(machine, CPU_LOGICAL_CORES, ""), 1);

	sample(machine, "cpu  230 0 0 9200\ncpu0 130 0 0 5070\ncpu1 100 0 0 10\n");
	assert_near(machine_number(machine, CORE_USAGE, "0"), 10);
	assert_null(slice_find(&machine->slice, CORE_USAGE, "1"));
	assert_near(machine_number(machine, CPU_USAGE, ""), 10);

	sample(machine, "cpu  310 0 0 9320\ncpu0 130 0 0 5170\ncpu1 180 0 0 30\n");
	assert_near(machine_number(machine, CORE_USAGE, "0"), 0);
	assert_near(machine_number(machine, CORE_USAGE, "1"), 80);
	assert_near(machine_number(machine, CPU_USAGE, ""), 40);
}

static void cpu_that_went_back_says_nothing_once(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  1000 0 0 9000\ncpu0 500 0 0 4500\ncpu1 500 0 0 4500\n");
	sample(machine, "cpu  1060 0 0 4570\ncpu0 550 0 0 4550\ncpu1 510 0 0 20\n");
	assert_near(machine_number(machine, CORE_USAGE, "0"), 50);
	assert_near(machine_number(machine, CPU_USAGE, ""), 50);
	assert_null(slice_find(&machine->slice, CORE_USAGE, "1"));
	sample(machine, "cpu  1060 0 0 4770\ncpu0 550 0 0 4650\ncpu1 510 0 0 120\n");
	assert_near(machine_number(machine, CORE_USAGE, "1"), 0);
	assert_near(machine_number(machine, CPU_USAGE, ""), 0);
}

static void huge_intr_line(void **state)
{
	struct machine *machine = *state;
	size_t size = 1 << 20, n;
	char *text = xcalloc(1, size);

	n = (size_t)snprintf(text, size, "cpu  1 2 3 4 5 6 7 8 9 10\nintr 8885917");
	while (n < size - 200)
		n += (size_t)snprintf(text + n, size - n, " 18446744073709551615");
	snprintf(text + n, size - n, "\nctxt 77\nprocs_running 2\n");
	sample(machine, text);
	assert_near(machine_number(machine, CPU_INTERRUPTS, ""), 8885917);
	assert_near(machine_number(machine, CPU_CONTEXT_SWITCHES, ""), 77);
	assert_near(machine_number(machine, PROCESSES_RUNNING, ""), 2);
	free(text);
}

static void more_cpus_than_we_keep(void **state)
{
	struct machine *machine = *state;
	size_t size = 1 << 18, n;
	char *text = xcalloc(1, size);

	for (int i = 0; i < 2; i++) {
		n = (size_t)snprintf(text, size, "cpu  %d 0 0 %d\n", i * 2000, i * 2000);
		for (int cpu = 0; cpu < 2000; cpu++)
			n += (size_t)snprintf(text + n, size - n, "cpu%d %d 0 0 %d\n", cpu, i, i);
		sample(machine, text);
	}
	assert_near(machine_number(machine, CPU_LOGICAL_CORES, ""), 2000);
	assert_near(machine_number(machine, CORE_USAGE, "1023"), 50);
	assert_null(slice_find(&machine->slice, CORE_USAGE, "1024"));
	assert_near(machine_number(machine, CPU_USAGE, ""), 50);
	free(text);
}

static void failure_keeps_the_baseline(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  100 0 0 900\ncpu0 100 0 0 900\n");
	machine_write(machine, "/proc/stat", "cpu0 130 0 0 970\nctxt 5\n");
	assert_int_equal(machine_collect(machine, &collect_cpu), -EBADMSG);
	machine_write(machine, "/proc/stat", "");
	assert_int_equal(machine_collect(machine, &collect_cpu), -EBADMSG);
	machine_remove(machine, "/proc/stat");
	assert_int_equal(machine_collect(machine, &collect_cpu), -ENOENT);
	sample(machine, "cpu  150 0 0 950\ncpu0 150 0 0 950\n");
	assert_near(machine_number(machine, CPU_USAGE, ""), 50);
	assert_near(machine_number(machine, CORE_USAGE, "0"), 50);
}

static void broken_lines(void **state)
{
	static const char *const refused[] = {"cpu", "cpu \n", "cpu  1 2 3\n", "cpu  1 2 x 4\n",
		"cpu  1 2 3 4 five\n", "cpu  -1 2 3 4\n"};
	struct sample *parsed = xcalloc(1, sizeof(*parsed));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_int_equal(stat_parse(refused[i], parsed), -EBADMSG);
	assert_int_equal(stat_parse("cpu  1 2 3 4\ncpu0 1 2\ncpux 1 2 3 4\ncpu1 1 2 3 4 5\ncpu 7"
				    "\ncpu  1 2 3 4\nctxt lots\nintr\n\n\n",
				 parsed),
		0);
	assert_int_equal(parsed->online, 1);
	assert_int_equal(parsed->cores[0].id, 1);
	assert_true(isnan(parsed->counts[CONTEXT_SWITCHES]));
	assert_true(isnan(parsed->counts[INTERRUPTS]));
	free(parsed);
}

static void absurd_numbers_stay_shares(void **state)
{
	struct machine *machine = *state;

	sample(machine, "cpu  0 0 0 0 0 0 0 0 0 0\n");
	sample(machine, "cpu  18446744073709551615 18446744073709551615 18446744073709551615 "
			"18446744073709551615 0 0 0 0 0 0\n");
	assert_near(machine_number(machine, CPU_USAGE, ""), 75);
	assert_near(machine_number(machine, CPU_IDLE, ""), 25);
}

static void physical_cores_follow_the_online_set(void **state)
{
	static const char *const lists[] = {"0,2", "1,3", "0,2", "1,3"};
	struct machine *machine = *state;
	char path[96];

	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path),
			"/sys/devices/system/cpu/cpu%d/topology/core_cpus_list", i);
		machine_write(machine, path, lists[i]);
	}
	sample(machine, "cpu  1 1 1 1\ncpu0 1 1 1 1\ncpu1 1 1 1 1\ncpu2 1 1 1 1\ncpu3 1 1 1 1\n");
	assert_near(machine_number(machine, CPU_LOGICAL_CORES, ""), 4);
	assert_near(machine_number(machine, CPU_PHYSICAL_CORES, ""), 2);

	/* asked again only when a CPU came or went */
	machine_write(machine, "/sys/devices/system/cpu/cpu2/topology/core_cpus_list", "2");
	sample(machine, "cpu  2 2 2 2\ncpu0 2 2 2 2\ncpu1 2 2 2 2\ncpu2 2 2 2 2\ncpu3 2 2 2 2\n");
	assert_near(machine_number(machine, CPU_PHYSICAL_CORES, ""), 2);
	sample(machine, "cpu  2 2 2 2\ncpu0 2 2 2 2\ncpu1 2 2 2 2\ncpu2 2 2 2 2\n");
	assert_near(machine_number(machine, CPU_PHYSICAL_CORES, ""), 3);

	machine_remove(machine, "/sys/devices/system/cpu/cpu1");
	sample(machine, "cpu  2 2 2 2\ncpu0 2 2 2 2\ncpu1 2 2 2 2\n");
	assert_absent(machine, CPU_PHYSICAL_CORES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(first_sample_has_counts_only, setup, teardown),
		cmocka_unit_test_setup_teardown(container_without_cpu_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(shares_of_the_interval, setup, teardown),
		cmocka_unit_test_setup_teardown(no_time_no_shares, setup, teardown),
		cmocka_unit_test_setup_teardown(iowait_taken_back, setup, teardown),
		cmocka_unit_test_setup_teardown(cpus_by_id_and_not_by_place, setup, teardown),
		cmocka_unit_test_setup_teardown(cpu_offline_and_online_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			cpu_that_went_back_says_nothing_once, setup, teardown),
		cmocka_unit_test_setup_teardown(huge_intr_line, setup, teardown),
		cmocka_unit_test_setup_teardown(more_cpus_than_we_keep, setup, teardown),
		cmocka_unit_test_setup_teardown(failure_keeps_the_baseline, setup, teardown),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test_setup_teardown(absurd_numbers_stay_shares, setup, teardown),
		cmocka_unit_test_setup_teardown(
			physical_cores_follow_the_online_set, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
