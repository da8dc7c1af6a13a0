#include "../../src/collect/filesystems.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mounted.h"

static void as_df_counts(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, "27 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw\n", "/" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_near(machine_number(&machine, FS_TOTAL, "/"), 4096000);
	assert_near(machine_number(&machine, FS_USED, "/"), 400 * 4096);
	assert_near(machine_number(&machine, FS_FREE, "/"), 500 * 4096);
	assert_near(machine_number(&machine, FS_PERCENT, "/"), 100.0 * 400 / 900);
	assert_near(machine_number(&machine, FS_INODES_PERCENT, "/"), 25);
	assert_near(machine_number(&machine, FS_READ_ONLY, "/"), 0);
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/"), "/dev/mmcblk0p2");
	assert_string_equal(machine_text(&machine, FS_TYPE, "/"), "ext4");
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "/");
	assert_near(machine_number(&machine, MAIN_PERCENT, ""), 100.0 * 400 / 900);
	assert_near(machine_number(&machine, MAIN_FREE, ""), 500 * 4096);
	machine_close_all(&machine);
}

static void without_inodes_without_size(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n28 27 8:2 / /boot rw - vfat /dev/sda2 rw\n"
		"29 27 8:3 / /odd rw - ext4 /dev/sda3 rw\n30 27 8:4 / /gone ro - ext4 /dev/sda4 "
		"ro\n",
		"/" NUMBERS "/boot 4096 4096 100 50 50 0 0 0 0\n/odd 4096 4096 0 0 0 0 0 0 0\n");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_true(isnan(machine_number(&machine, FS_INODES_PERCENT, "/boot")));
	assert_near(machine_number(&machine, FS_PERCENT, "/boot"), 50);
	/* no size, no answer: the rows that are known without asking stay */
	assert_true(isnan(machine_number(&machine, FS_TOTAL, "/odd")));
	assert_string_equal(machine_text(&machine, FS_TYPE, "/odd"), "ext4");
	assert_true(isnan(machine_number(&machine, FS_PERCENT, "/gone")));
	assert_near(machine_number(&machine, FS_READ_ONLY, "/gone"), 1);
	machine_close_all(&machine);
}

static void main_is_always_given(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 0:43 / / rw - overlay overlay rw\n28 27 8:1 / /data rw - ext4 /dev/sda1 rw\n"
		"29 27 0:60 / /tmp rw - tmpfs tmpfs rw\n",
		"/ 4096 4096 10 5 5 0 0 0 0\n/data" NUMBERS "/tmp 4096 4096 8 2 2 0 0 0 0\n");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_near(machine_number(&machine, MAIN_TOTAL, ""), 40960); /* a container's overlay */
	assert_int_equal(members(&machine), 2);

	CONFIGURE(&machine, "disks.main=/tmp/sub/");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "/tmp");
	assert_near(machine_number(&machine, MAIN_PERCENT, ""), 75);
	assert_true(isnan(machine_number(&machine, FS_PERCENT, "/tmp")));

	CONFIGURE(&machine, "disks.main=/data", "disks.exclude=/data", "disks.include=*");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "/data");
	assert_near(machine_number(&machine, MAIN_TOTAL, ""), 4096000);
	assert_string_equal(machine_text(&machine, FS_TYPE, "/data"), "");
	machine_close_all(&machine);
}

static void netbooted(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, "27 1 0:20 / / rw - nfs4 server:/pi rw\n", "/" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_near(machine_number(&machine, MAIN_TOTAL, ""), 4096000);
	assert_int_equal(members(&machine), 0);
	machine_close_all(&machine);
}

static void chroot_has_no_root_entry(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, "28 27 0:21 / /proc rw - proc proc rw\n", "/" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_near(machine_number(&machine, MAIN_TOTAL, ""), 4096000);
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "/");
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_df_counts),
		cmocka_unit_test(without_inodes_without_size),
		cmocka_unit_test(main_is_always_given),
		cmocka_unit_test(netbooted),
		cmocka_unit_test(chroot_has_no_root_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
