#include "../../src/collect/frequency.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

#define POLICY(name, file) POLICIES "/" name "/" file

static void policies_without_order(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, POLICY("policy0", "scaling_cur_freq"), "600000\n");
	machine_write(&machine, POLICY("policy0", "scaling_min_freq"), "500000\n");
	machine_write(&machine, POLICY("policy0", "scaling_max_freq"), "1500000\n");
	machine_write(&machine, POLICY("policy0", "scaling_governor"), "ondemand\n");
	machine_write(&machine, POLICY("policy10", "scaling_cur_freq"), "1800000\n");
	machine_write(&machine, POLICY("policy10", "cpuinfo_min_freq"), "300000\n");
	machine_write(&machine, POLICY("policy10", "cpuinfo_max_freq"), "2400000\n");
	machine_write(&machine, POLICY("policy10", "scaling_governor"), "performance\n");
	machine_write(&machine, POLICY("ondemand", "up_threshold"), "50\n");
	assert_int_equal(machine_collect(&machine, &collect_frequency), 0);
	assert_near(machine_number(&machine, CPU_FREQ, ""), 1200);
	assert_near(machine_number(&machine, CPU_FREQ_MIN, ""), 300);
	assert_near(machine_number(&machine, CPU_FREQ_MAX, ""), 2400);
	assert_string_equal(machine_text(&machine, CPU_GOVERNOR, ""), "ondemand");
	assert_int_equal(machine.slice.n, 4);
	machine_close(&machine);
}

static void unknown_clock_is_no_zero(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, POLICY("policy0", "scaling_cur_freq"), "<unknown>\n");
	machine_write(&machine, POLICY("policy0", "scaling_max_freq"), "1500000\n");
	machine_write(&machine, POLICY("policy1", "scaling_cur_freq"), "0\n");
	assert_int_equal(machine_collect(&machine, &collect_frequency), 0);
	assert_absent(&machine, CPU_FREQ);
	assert_absent(&machine, CPU_FREQ_MIN);
	assert_absent(&machine, CPU_GOVERNOR);
	assert_near(machine_number(&machine, CPU_FREQ_MAX, ""), 1500);
	machine_write(&machine, POLICY("policy4", "scaling_cur_freq"), "1000000\n");
	assert_int_equal(machine_collect(&machine, &collect_frequency), 0);
	assert_near(machine_number(&machine, CPU_FREQ, ""), 1000);
	machine_close(&machine);
}

static void before_there_were_policies(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, CPUS "/cpufreq/boost", "0\n");
	machine_write(&machine, CPUS "/cpu0/cpufreq/scaling_cur_freq", "700000\n");
	machine_write(&machine, CPUS "/cpu0/cpufreq/scaling_max_freq", "900000\n");
	machine_write(&machine, CPUS "/cpu0/cpufreq/scaling_min_freq", "600000\n");
	machine_write(&machine, CPUS "/cpu0/cpufreq/scaling_governor", "ondemand\n");
	machine_write(&machine, CPUS "/cpu1/cpufreq/scaling_cur_freq", "900000\n");
	machine_write(&machine, CPUS "/cpuidle/current_driver", "none\n");
	assert_int_equal(machine_collect(&machine, &collect_frequency), 0);
	assert_near(machine_number(&machine, CPU_FREQ, ""), 800);
	assert_near(machine_number(&machine, CPU_FREQ_MIN, ""), 600);
	assert_near(machine_number(&machine, CPU_FREQ_MAX, ""), 900);
	assert_string_equal(machine_text(&machine, CPU_GOVERNOR, ""), "ondemand");
	machine_close(&machine);
}

static void without_cpufreq(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_frequency), -ENOENT);
	/* many virtual machines have the directory and nothing in it */
	machine_write(&machine, POLICIES "/boost", "1\n");
	machine_remove(&machine, POLICIES "/boost");
	machine_write(&machine, "/proc/cpuinfo",
		"processor\t: 0\nBogoMIPS\t: 108.00\nCPU architecture: 8\nCPU part\t: 0xd08\n");
	assert_int_equal(machine_collect(&machine, &collect_cpuinfo), -ENOENT);
	machine_write(&machine, "/proc/cpuinfo",
		"processor\t: 0\nmodel name\t: Some CPU @ 2.30GHz\ncpu MHz\t\t: 2000.000\n\n"
		"processor\t: 1\ncpu MHz\t\t: 3000.500\nbogomips\t: 4600.00\n");
	assert_int_equal(machine_collect(&machine, &collect_cpuinfo), 0);
	assert_near(machine_number(&machine, CPU_FREQ, ""), 2500.25);
	assert_absent(&machine, CPU_FREQ_MAX);
	/* cpufreq knows better */
	machine_write(&machine, POLICY("policy0", "scaling_cur_freq"), "600000\n");
	assert_int_equal(machine_collect(&machine, &collect_cpuinfo), -ENOENT);
	machine_close(&machine);
}

static void broken_cpuinfo(void **state)
{
	(void)state;
	assert_true(cpuinfo_parse("").n < 1);
	assert_true(cpuinfo_parse("cpu MHz").n < 1);
	assert_true(cpuinfo_parse("cpu MHz\t\t: ").n < 1);
	assert_true(cpuinfo_parse("cpu MHz\t\t: fast\ncpu MHz\t: 0\ncpu MHz\t: -5\n").n < 1);
	assert_true(cpuinfo_parse("cpu MHz dynamic : 5200\ncpu MHz static : 5200\n").n < 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_without_order),
		cmocka_unit_test(unknown_clock_is_no_zero),
		cmocka_unit_test(before_there_were_policies),
		cmocka_unit_test(without_cpufreq),
		cmocka_unit_test(broken_cpuinfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
