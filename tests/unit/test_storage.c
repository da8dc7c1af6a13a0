#include "../../src/collect/storage.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"
#include "mounted.h"

static void lives(void **state)
{
	static const struct {
		const char *text;
		int result;
		unsigned percent;
	} cases[] = {
		{"0x01 0x01", 0, 10},
		{"0x01 0x02", 0, 20},
		{"0x03 0x01", 0, 30},
		{"0x00 0x0a", 0, 100},
		{"0x0b 0x0b", 0, 110},
		{"0x0B", 0, 110},
		{"0x00 0x00", -ENODATA, 7},
		{"", -ENODATA, 7},
		{"0x01 0x0c", -EBADMSG, 7},
		{"0x01 worn", -EBADMSG, 7},
		{"0xff 0xff", -EBADMSG, 7},
		{"0x", -EBADMSG, 7},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		unsigned percent = 7;

		assert_int_equal(life_parse(cases[i].text, &percent), cases[i].result);
		assert_int_equal(percent, cases[i].percent);
	}
}

static void compute_module(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 179:2 / / rw,noatime - ext4 /dev/root rw\n"
		"28 27 179:1 / /boot/firmware rw - vfat /dev/mmcblk0p1 rw\n",
		"");
	machine_write(&machine, "/sys/dev/block/179:2/uevent", "DEVNAME=mmcblk0p2\n");
	machine_write(&machine, "/sys/block/mmcblk0/device/life_time", "0x02 0x01\n");
	machine_write(&machine, "/sys/block/mmcblk0/device/pre_eol_info", "0x01\n");
	machine_write(&machine, "/sys/fs/ext4/mmcblk0p2/lifetime_write_kbytes", "123456\n");
	machine_write(&machine, "/sys/fs/ext4/mmcblk0p2/errors_count", "0\n");
	machine_write(&machine, "/captured/clock", "1763644740 43200\n");
	machine_write(&machine, "/proc/diskstats",
		" 179 0 mmcblk0 1 0 1 0 1 0 2000000 0 0 1 1\n"
		" 179 2 mmcblk0p2 1 0 1 0 1 0 1000 0 0 1 1\n");
	assert_int_equal(machine_collect(&machine, &collect_storage), 0);
	assert_near(machine_number(&machine, STORAGE_LIFE_USED, ""), 20);
	assert_string_equal(machine_text(&machine, STORAGE_PRE_EOL, ""), "normal");
	assert_near(machine_number(&machine, STORAGE_LIFETIME_WRITTEN, ""), 123456 * 1024.0);
	assert_near(machine_number(&machine, STORAGE_ERRORS, ""), 0);
	assert_near(machine_number(&machine, STORAGE_WRITTEN_PER_DAY, ""), 2 * 2000000 * 512.0);

	/* dying; and just booted */
	machine_write(&machine, "/sys/block/mmcblk0/device/life_time", "0x0b 0x01\n");
	machine_write(&machine, "/sys/block/mmcblk0/device/pre_eol_info", "0x03\n");
	machine_write(&machine, "/sys/fs/ext4/mmcblk0p2/errors_count", "17\n");
	machine_write(&machine, "/captured/clock", "1763644740 3599\n");
	assert_int_equal(machine_collect(&machine, &collect_storage), 0);
	assert_near(machine_number(&machine, STORAGE_LIFE_USED, ""), 110);
	assert_string_equal(machine_text(&machine, STORAGE_PRE_EOL, ""), "urgent");
	assert_near(machine_number(&machine, STORAGE_ERRORS, ""), 17);
	assert_absent(&machine, STORAGE_WRITTEN_PER_DAY);

	/* an eMMC that does not say */
	machine_write(&machine, "/sys/block/mmcblk0/device/life_time", "0x00 0x00\n");
	machine_write(&machine, "/sys/block/mmcblk0/device/pre_eol_info", "0x00\n");
	assert_int_equal(machine_collect(&machine, &collect_storage), 0);
	assert_absent(&machine, STORAGE_LIFE_USED);
	assert_absent(&machine, STORAGE_PRE_EOL);
	machine_close_all(&machine);
}

/* An SD card has no life; btrfs no files in /sys/fs/ext4, and a number of its own. */
static void btrfs_on_a_card(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, "27 1 0:25 /@ / rw,noatime - btrfs /dev/mmcblk0p2 rw,subvol=/@\n", "");
	machine_write(&machine, "/sys/block/mmcblk0/device/type", "SD\n");
	machine_write(&machine, "/captured/clock", "1763644740 86400\n");
	machine_write(&machine, "/proc/diskstats", " 179 0 mmcblk0 1 0 1 0 1 0 10 0 0 1 1\n");
	assert_int_equal(machine_collect(&machine, &collect_storage), 0);
	assert_near(machine_number(&machine, STORAGE_WRITTEN_PER_DAY, ""), 5120);
	assert_int_equal(machine.slice.n, 1);
	machine_close_all(&machine);
}

/* The filesystem is the volume's, the disk below it the one that wears. */
static void encrypted(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 254:0 / / rw - ext4 /dev/mapper/cryptroot rw\n"
		"28 27 8:1 / /srv rw - ext4 /dev/sda1 rw\n",
		"");
	machine_write(&machine, "/sys/dev/block/254:0/uevent", "DEVNAME=dm-0\n");
	machine_write(&machine, "/sys/dev/block/8:1/uevent", "DEVNAME=sda1\n");
	machine_write(&machine, "/sys/block/sda/size", "1\n");
	machine_write(&machine, "/sys/block/dm-0/slaves/nvme0n1p3/size", "1\n");
	machine_write(&machine, "/sys/block/nvme0n1/size", "1\n");
	machine_write(&machine, "/sys/fs/ext4/dm-0/errors_count", "2\n");
	machine_write(&machine, "/sys/fs/ext4/sda1/errors_count", "5\n");
	machine_write(&machine, "/captured/clock", "1763644740 86400\n");
	machine_write(&machine, "/proc/diskstats",
		" 259 0 nvme0n1 1 0 1 0 1 0 10 0 0 1 1\n"
		" 254 0 dm-0 1 0 1 0 1 0 7 0 0 1 1\n"
		" 8 0 sda 1 0 1 0 1 0 20 0 0 1 1\n");
	assert_int_equal(machine_collect(&machine, &collect_storage), 0);
	assert_near(machine_number(&machine, STORAGE_ERRORS, ""), 2);
	assert_near(machine_number(&machine, STORAGE_WRITTEN_PER_DAY, ""), 5120);

	CONFIGURE(&machine, "disks.main=/srv");
	assert_int_equal(machine_collect(&machine, &collect_storage), 0);
	assert_near(machine_number(&machine, STORAGE_ERRORS, ""), 5);
	assert_near(machine_number(&machine, STORAGE_WRITTEN_PER_DAY, ""), 10240);
	machine_close_all(&machine);
}

static void nothing_below(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, "27 1 0:30 / / rw - overlay overlay rw\n", "");
	assert_int_equal(machine_collect(&machine, &collect_storage), -ENODATA);
	machine_write(&machine, "/proc/self/mountinfo", "27 1 0:30 / / rw - nfs4 nas:/pi rw\n");
	assert_int_equal(machine_collect(&machine, &collect_storage), -ENODATA);
	machine_write(&machine, "/proc/self/mountinfo", "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
	assert_int_equal(machine_collect(&machine, &collect_storage), -ENODATA);
	machine_remove(&machine, "/proc/self/mountinfo");
	assert_int_equal(machine_collect(&machine, &collect_storage), -ENOENT);
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives),
		cmocka_unit_test(compute_module),
		cmocka_unit_test(btrfs_on_a_card),
		cmocka_unit_test(encrypted),
		cmocka_unit_test(nothing_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
