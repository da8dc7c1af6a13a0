#include "../../src/collect/raid.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void collect(struct machine *machine, const char *text)
{
	machine_write(machine, "/proc/mdstat", text);
	assert_int_equal(machine_collect(machine, &collect_raid), 0);
}

#define IS(metric, key, should) assert_near(machine_number(&machine, metric, key), should)
#define ABSENT(metric, key) assert_null(slice_find(&machine.slice, metric, key))

static void healthy_and_not(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	collect(&machine,
		"Personalities : [raid1] [raid6] [raid5] [raid4] \n"
		"md1 : active raid5 sdd1[4] sdc1[2](F) sdb1[1] sda1[0]\n"
		"      1953260544 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] "
		"[UU_]\n"
		"      [=>...................]  recovery =  8.5% (16775552/195310144) "
		"finish=17.0min speed=259783K/sec\n"
		"      bitmap: 0/8 pages [0KB], 65536KB chunk\n"
		"\n"
		"md0 : active raid1 sdb2[1] sda2[0] sdc2[2](S)\n"
		"      248896 blocks [2/2] [UU]\n"
		"      \n"
		"unused devices: <none>\n");
	assert_string_equal(machine_text(&machine, RAID_LEVEL, "md1"), "raid5");
	IS(RAID_DEGRADED, "md1", 1);
	IS(RAID_DISKS, "md1", 3);
	IS(RAID_MISSING, "md1", 1);
	IS(RAID_SYNC, "md1", 8.5);
	assert_string_equal(machine_text(&machine, RAID_LEVEL, "md0"), "raid1");
	IS(RAID_DEGRADED, "md0", 0);
	IS(RAID_DISKS, "md0", 2);
	IS(RAID_MISSING, "md0", 0);
	ABSENT(RAID_SYNC, "md0");
	machine_close(&machine);
}

static void under_way(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	collect(&machine,
		"Personalities : [raid1]\n"
		"md8 : active raid1 sdb1[1] sda1[0]\n"
		"      195310144 blocks [2/2] [UU]\n"
		"      [=>...................]  resync =  8.5% (1677/19531) finish=17.0min "
		"speed=259783K/sec\n"
		"md9 : active raid1 sdc2[2] sdd2[3]\n"
		"      523968 blocks [2/2] [UU]\n"
		"      \tresync=DELAYED\n"
		"md11 : active (auto-read-only) raid1 sdb2[0] sdc2[1]\n"
		"      4190208 blocks super 1.2 [2/2] [UU]\n"
		"      resync=PENDING\n"
		"md201 : active raid10 sda3[0] sdb3[1]\n"
		"      1993728 blocks super 1.2 2 near-copies [2/2] [UU]\n"
		"      [====================>]  check =100.0% (1993728/1993728) "
		"finish=0.0min speed=114176K/sec\n");
	IS(RAID_SYNC, "md8", 8.5);
	ABSENT(RAID_SYNC, "md9");
	ABSENT(RAID_SYNC, "md11");
	assert_string_equal(machine_text(&machine, RAID_LEVEL, "md11"), "raid1");
	IS(RAID_DEGRADED, "md11", 0);
	assert_string_equal(machine_text(&machine, RAID_LEVEL, "md201"), "raid10");
	IS(RAID_SYNC, "md201", 100);
	machine_close(&machine);
}

static void without_redundancy(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	collect(&machine, "Personalities : [raid0] [linear]\n"
			  "md126 : active raid0 sdb[1] sdc[0]\n"
			  "      1855870976 blocks super external:/md127/0 128k chunks\n"
			  "md127 : inactive sdb[1](S) sdc[0](S)\n"
			  "        5552 blocks super external:imsm\n"
			  "md5 : inactive sdd1[0](S)\n"
			  "      976630464 blocks super 1.2\n");
	assert_string_equal(machine_text(&machine, RAID_LEVEL, "md126"), "raid0");
	IS(RAID_DISKS, "md126", 2);
	ABSENT(RAID_DEGRADED, "md126");
	ABSENT(RAID_MISSING, "md126");
	/* what holds arrays is none, but an array that could not start is bad news */
	ABSENT(RAID_DEGRADED, "md127");
	ABSENT(RAID_LEVEL, "md127");
	IS(RAID_DEGRADED, "md5", 1);
	ABSENT(RAID_DISKS, "md5");
	machine_close(&machine);
}

static void none(void **state)
{
	static const char *const texts[] = {"", "\n", "Personalities : \nunused devices: <none>\n",
		"Personalities : [raid1]\nread_ahead 1024 sectors\nunused devices: sda1 sdb1\n",
		"md0\n", "md0 :\n", "md0 active raid1\n"};
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_raid), -ENOENT);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		machine_write(&machine, "/proc/mdstat", texts[i]);
		assert_int_equal(machine_collect(&machine, &collect_raid), -ENODATA);
	}
	machine_close(&machine);
}

static void truncated(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	collect(&machine, "md0 : active raid1");
	assert_string_equal(machine_text(&machine, RAID_LEVEL, "md0"), "raid1");
	ABSENT(RAID_DEGRADED, "md0");
	collect(&machine, "md0 : active raid1 sda[0]\n   248896 blocks [2/");
	ABSENT(RAID_DEGRADED, "md0");
	collect(&machine, "md0 : active raid1 sda[0]\n   248896 blocks [/1] [] [2/] [x/y] % a%");
	ABSENT(RAID_DEGRADED, "md0");
	ABSENT(RAID_SYNC, "md0");
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy_and_not),
		cmocka_unit_test(under_way),
		cmocka_unit_test(without_redundancy),
		cmocka_unit_test(none),
		cmocka_unit_test(truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
