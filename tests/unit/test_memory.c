#include "../../src/collect/memory.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static const char pi4[] = "MemTotal:        3884340 kB\n"
			  "MemFree:         1203604 kB\n"
			  "MemAvailable:    3021172 kB\n"
			  "Buffers:          101448 kB\n"
			  "Cached:          1630108 kB\n"
			  "SwapCached:         4096 kB\n"
			  "SwapTotal:        102396 kB\n"
			  "SwapFree:          76797 kB\n"
			  "Dirty:               144 kB\n"
			  "Shmem:             35212 kB\n"
			  "SReclaimable:     120080 kB\n"
			  "ShadowCallStack:10373888 kB\n"
			  "HugePages_Total:       0\n"
			  "CmaTotal:         327680 kB\n";

static void as_free_counts(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/meminfo", pi4);
	assert_int_equal(machine_collect(&machine, &collect_memory), 0);
	assert_near(machine_number(&machine, MEMORY_TOTAL, ""), 3884340 * KIB);
	assert_near(machine_number(&machine, MEMORY_AVAILABLE, ""), 3021172 * KIB);
	assert_near(machine_number(&machine, MEMORY_USED, ""), (3884340 - 3021172) * KIB);
	assert_near(machine_number(&machine, MEMORY_FREE, ""), 1203604 * KIB);
	assert_near(machine_number(&machine, MEMORY_BUFFERS, ""), 101448 * KIB);
	/* "Cached:" is a key of its own and no part of "SwapCached:" */
	assert_near(machine_number(&machine, MEMORY_CACHED, ""), (1630108 + 120080) * KIB);
	assert_near(machine_number(&machine, MEMORY_SHARED, ""), 35212 * KIB);
	assert_near(machine_number(&machine, MEMORY_DIRTY, ""), 144 * KIB);
	assert_near(machine_number(&machine, MEMORY_PERCENT, ""),
		100.0 * (3884340 - 3021172) / 3884340);
	assert_near(machine_number(&machine, SWAP_TOTAL, ""), 102396 * KIB);
	assert_near(machine_number(&machine, SWAP_USED, ""), (102396 - 76797) * KIB);
	assert_near(machine_number(&machine, SWAP_FREE, ""), 76797 * KIB);
	assert_near(machine_number(&machine, SWAP_PERCENT, ""), 100.0 * (102396 - 76797) / 102396);
	assert_absent(&machine, MEMORY_OOM_KILLS);
	assert_absent(&machine, SWAP_IN);
	machine_close(&machine);
}

static void key_without_blank(void **state)
{
	double memory[AMOUNTS];

	(void)state;
	assert_int_equal(meminfo_parse("ShadowCallStack:10373888 kB\nMemTotal:10373888 kB\n"
				       "MemFree:5 kB\nHugePages_Total:       0\n",
				 memory),
		0);
	assert_near(memory[TOTAL], 10373888 * KIB);
	assert_near(memory[FREE], 5 * KIB);
	assert_true(isnan(memory[AVAILABLE]));
}

static void without_swap(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/meminfo",
		"MemTotal: 1000 kB\nMemFree: 400 kB\nMemAvailable: 500 kB\nSwapTotal: 0 "
		"kB\nSwapFree: 0 kB\n");
	assert_int_equal(machine_collect(&machine, &collect_memory), 0);
	assert_near(machine_number(&machine, SWAP_TOTAL, ""), 0);
	assert_near(machine_number(&machine, SWAP_USED, ""), 0);
	assert_near(machine_number(&machine, SWAP_FREE, ""), 0);
	assert_absent(&machine, SWAP_PERCENT);
	assert_absent(&machine, MEMORY_DIRTY);
	machine_write(&machine, "/proc/meminfo", "MemTotal: 1000 kB\nMemFree: 400 kB\n");
	assert_int_equal(machine_collect(&machine, &collect_memory), 0);
	assert_absent(&machine, SWAP_TOTAL);
	assert_absent(&machine, SWAP_USED);
	machine_close(&machine);
}

static void available_of_odd_kernels(void **state)
{
	double memory[AMOUNTS];

	(void)state;
	/* before Linux 3.14: what is free, and what can be thrown away; shared memory cannot */
	assert_int_equal(meminfo_parse("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 20 kB\n"
				       "Cached: 300 kB\nShmem: 50 kB\nSReclaimable: 30 kB\n",
				 memory),
		0);
	assert_near(available(memory), 400 * KIB);
	memory[AVAILABLE] = 0;
	assert_near(available(memory), 400 * KIB);
	memory[SHARED] = 9999 * KIB;
	assert_near(available(memory), 0);
	memory[CACHED] = 99999 * KIB;
	assert_near(available(memory), 1000 * KIB);
	/* a container told of more than it has */
	memory[AVAILABLE] = 5000 * KIB;
	assert_near(available(memory), 100 * KIB);
	memory[FREE] = 5000 * KIB;
	assert_near(available(memory), 1000 * KIB);
}

static void broken_text_is_refused(void **state)
{
	static const char *const texts[] = {"", "\n", "MemTotal",
		"MemTotal:", "MemTotal: 12kB\nMemFree: 1 kB", "MemTotal: 100 kB\n",
		"MemFree: 100 kB\n", "MemTotal: 0 kB\nMemFree: 0 kB\n",
		"MemTotal: -5 kB\nMemFree: 1 kB\n",
		"MemTotal: 99999999999999999999999 kB\nMemFree: 1 kB\n",
		"SwapMemTotal: 5 kB\nMemFree: 1 kB"};
	double memory[AMOUNTS] = {7};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(meminfo_parse(texts[i], memory), -EBADMSG);
	assert_near(memory[TOTAL], 7);
}

static void more_swap_free_than_there_is(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/meminfo",
		"MemTotal: 10 kB\nMemFree: 4 kB\nSwapTotal: 5 kB\nSwapFree: 6 kB\n");
	assert_int_equal(machine_collect(&machine, &collect_memory), 0);
	assert_near(machine_number(&machine, SWAP_USED, ""), 0);
	assert_near(machine_number(&machine, SWAP_PERCENT, ""), 0);
	machine_close(&machine);
}

static void events_in_bytes(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/vmstat",
		"nr_free_pages 300901\npswpin 10\npswpout 20\nswap_ra 3\noom_kill 2\npgmajfault\n");
	assert_int_equal(machine_collect(&machine, &collect_paging), 0);
	assert_near(machine_number(&machine, MEMORY_OOM_KILLS, ""), 2);
	assert_near(machine_number(&machine, SWAP_IN, ""), 10 * 4096);
	assert_near(machine_number(&machine, SWAP_OUT, ""), 20 * 4096);

	/* pages of a Raspberry Pi 5, and a kernel before 4.13 */
	machine_write(&machine, "/captured/pagesize", "16384\n");
	machine_write(&machine, "/proc/vmstat", "pswpin 10\npswpout x\n");
	assert_int_equal(machine_collect(&machine, &collect_paging), 0);
	assert_near(machine_number(&machine, SWAP_IN, ""), 10 * 16384);
	assert_absent(&machine, SWAP_OUT);
	assert_absent(&machine, MEMORY_OOM_KILLS);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_free_counts),
		cmocka_unit_test(key_without_blank),
		cmocka_unit_test(without_swap),
		cmocka_unit_test(available_of_odd_kernels),
		cmocka_unit_test(broken_text_is_refused),
		cmocka_unit_test(more_swap_free_than_there_is),
		cmocka_unit_test(events_in_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
