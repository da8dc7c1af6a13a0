#include "../../src/collect/disks.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void fourteen_eighteen_twenty(void **state)
{
	static const char *const lines[] = {
		"   8       0 sda 1 2 3 4 5 6 7 8 9 10 11",
		"   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
		"   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
	};
	struct diskstats line;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		assert_int_equal(diskstats_parse(scan_text(lines[i]), &line), 0);
		assert_true(scan_is(line.name, "sda"));
		assert_int_equal(line.major, 8);
		assert_int_equal(line.reads, 1);
		assert_int_equal(line.sectors_read, 3);
		assert_int_equal(line.writes, 5);
		assert_int_equal(line.sectors_written, 7);
		assert_int_equal(line.busy_ms, 10);
	}
}

static void broken_lines(void **state)
{
	static const char *const lines[] = {"", "8", "8 0", "8 0 sda", "   8 1 sda1 10 20 30 40",
		"8 0 sda 1 2 3 4 5 6 7 8 9 10", "8 0 sda 1 2 3 4 5 6 7 8 9 x 11",
		"8 0 sda 1 2 3 4 5 6 -7 8 9 10 11",
		"8 0 sda 1 2 99999999999999999999999 4 5 6 7 8 9 10 11"};
	struct diskstats line = {.major = 77};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(diskstats_parse(scan_text(lines[i]), &line), -EBADMSG);
	assert_int_equal(line.major, 77);
}

static void at(const struct machine *machine, double boottime)
{
	char text[64];

	snprintf(text, sizeof(text), "%f %f\n", 1763644740 + boottime, boottime);
	machine_write(machine, "/captured/clock", text);
}

static void whole_physical_disks(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_link(&machine, "/sys/block/mmcblk0/device", "../../../mmc0:aaaa");
	machine_link(&machine, "/sys/block/mmcblk0boot0/device", "../../../mmc0:aaaa");
	machine_write(&machine, "/sys/block/sda/device/model", "Invented SSD    \n");
	machine_write(&machine, "/sys/block/cciss!c0d0/device/model", "LOGICAL VOLUME\n");
	machine_write(&machine, "/sys/block/sr0/device/model", "DVD\n");
	machine_write(&machine, "/sys/block/loop0/size", "0\n");
	machine_write(&machine, "/sys/block/zram0/size", "0\n");
	machine_write(&machine, "/proc/diskstats",
		"   7       0 loop0 9 0 9 0 9 0 9 0 0 9 9\n"
		" 179       0 mmcblk0 10 0 100 0 20 0 200 0 0 3000 0 0 0 0 0 5 6\n"
		" 179       1 mmcblk0p1 10 0 100 0 20 0 200 0 0 3000 0\n"
		" 179      32 mmcblk0boot0 1 0 1 0 1 0 1 0 0 1 1\n"
		"   8       0 sda 1 0 2 0 3 0 4 0 0 1000 0\n"
		" 104       0 cciss/c0d0 1 0 8 0 1 0 8 0 0 0 0\n"
		"  11       0 sr0 1 0 1 0 1 0 1 0 0 1 1\n"
		" 253       0 zram0 5 0 5 0 5 0 5 0 0 5 5\n"
		" 252       0 dm-0 5 0 5 0 5 0 5 0 0 5 5\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_near(machine_number(&machine, DISK_READ_BYTES, "mmcblk0"), 51200);
	assert_near(machine_number(&machine, DISK_WRITE_BYTES, "mmcblk0"), 102400);
	assert_near(machine_number(&machine, DISK_BUSY_TIME, "mmcblk0"), 3);
	assert_string_equal(machine_text(&machine, DISK_MODEL, "mmcblk0"), "");
	assert_string_equal(machine_text(&machine, DISK_MODEL, "sda"), "Invented SSD");
	assert_string_equal(machine_text(&machine, DISK_MODEL, "cciss/c0d0"), "LOGICAL VOLUME");
	assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "mmcblk0p1")));
	assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "mmcblk0boot0")));
	assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "loop0")));
	assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "zram0")));
	assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "dm-0")));
	assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "sr0")));
	assert_near(machine_number(&machine, IO_READ_COUNT, ""), 12);
	assert_near(machine_number(&machine, IO_WRITE_COUNT, ""), 24);
	assert_near(machine_number(&machine, IO_READ_BYTES, ""), 110 * 512);
	assert_near(machine_number(&machine, IO_WRITE_BYTES, ""), 212 * 512);
	assert_absent(&machine, IO_BUSY);
	machine_close(&machine);
}

static void ways_to_a_disk_are_none(void **state)
{
	static const char *const heads[] = {
		" 259 1 nvme0n1 0 0 0 0 0 0 0 0 0 0 0\n", /* before Linux 6.5 */
		" 259 1 nvme0n1 15 0 150 0 25 0 250 0 0 3000 0\n"};
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_link(&machine, "/sys/block/nvme0n1/device", "../../nvme-subsys0");
	machine_link(&machine, "/sys/block/nvme1n1/device", "../../nvme1");
	machine_link(&machine, "/sys/block/nvme0c0n1/device", "../../nvme0");
	machine_link(&machine, "/sys/block/nvme0c1n1/device", "../../nvme1");
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		char text[512];

		snprintf(text, sizeof(text),
			" 0 0 nvme0c0n1 10 0 100 0 20 0 200 0 0 3000 0\n%s"
			" 0 0 nvme0c1n1 5 0 50 0 5 0 50 0 0 1000 0\n"
			" 0 0 nvme0c1n2 1 0 1 0 1 0 1 0 0 1 0\n"
			" 259 2 nvme1n1 1 0 1 0 1 0 1 0 0 1 0\n",
			heads[i]);
		machine_write(&machine, "/proc/diskstats", text);
		assert_int_equal(machine_collect(&machine, &collect_disks), 0);
		assert_near(machine_number(&machine, DISK_READ_BYTES, "nvme0n1"), 150 * 512);
		assert_near(machine_number(&machine, DISK_WRITE_BYTES, "nvme0n1"), 250 * 512);
		assert_near(machine_number(&machine, DISK_BUSY_TIME, "nvme0n1"), 3);
		assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "nvme0c0n1")));
		assert_near(machine_number(&machine, IO_READ_COUNT, ""), 16);
		assert_near(machine_number(&machine, IO_WRITE_BYTES, ""), 251 * 512);
	}
	machine_close(&machine);
}

static void name_of_a_card(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/block/mmcblk0/device/name", "SC64G\n");
	machine_write(&machine, "/proc/diskstats", " 179 0 mmcblk0 1 0 1 0 1 0 1 0 0 1 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_string_equal(machine_text(&machine, DISK_MODEL, "mmcblk0"), "SC64G");
	machine_close(&machine);
}

static void the_busiest(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/block/sda/device/model", "A");
	machine_write(&machine, "/sys/block/sdb/device/model", "B");
	at(&machine, 100);
	machine_write(&machine, "/proc/diskstats",
		"8 0 sda 1 0 1 0 1 0 1 0 0 4294966296 1\n8 16 sdb 1 0 1 0 1 0 1 0 0 500 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_absent(&machine, IO_BUSY);

	/* sda's 32-bit milliseconds start again: 1 s before, 4 s after; sdb worked 2 s. */
	at(&machine, 110);
	machine_write(&machine, "/proc/diskstats",
		"8 0 sda 1 0 1 0 1 0 1 0 0 4000 1\n8 16 sdb 1 0 1 0 1 0 1 0 0 2500 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_near(machine_number(&machine, IO_BUSY, ""), 50);

	/* Coarse ticks may say more than the interval had. */
	at(&machine, 111);
	machine_write(&machine, "/proc/diskstats",
		"8 0 sda 1 0 1 0 1 0 1 0 0 5010 1\n8 16 sdb 1 0 1 0 1 0 1 0 0 2500 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_near(machine_number(&machine, IO_BUSY, ""), 100);

	/* The same moment again: no interval, no share. */
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_absent(&machine, IO_BUSY);
	machine_close(&machine);
}

static void disks_come_and_go(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/block/sda/device/model", "A");
	machine_write(&machine, "/sys/block/sdb/device/model", "B");
	at(&machine, 10);
	machine_write(&machine, "/proc/diskstats",
		"7 0 loop0 1 0 1 0 1 0 1 0 0 1 1\n8 0 sda 1 0 1 0 1 0 1 0 0 0 1\n"
		"8 16 sdb 1 0 1 0 1 0 1 0 0 0 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);

	/* A loop device comes before them: what is known of sda and sdb stays. */
	at(&machine, 20);
	machine_write(&machine, "/proc/diskstats",
		"7 0 loop0 1 0 1 0 1 0 1 0 0 1 1\n7 1 loop1 1 0 1 0 1 0 1 0 0 1 1\n"
		"8 0 sda 1 0 1 0 1 0 1 0 0 1000 1\n8 16 sdb 1 0 1 0 1 0 1 0 0 9000 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_near(machine_number(&machine, IO_BUSY, ""), 90);

	/* The loops and sda go. */
	at(&machine, 30);
	machine_write(&machine, "/proc/diskstats", "8 16 sdb 1 0 1 0 1 0 1 0 0 11000 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_near(machine_number(&machine, IO_BUSY, ""), 20);
	assert_true(isnan(machine_number(&machine, DISK_READ_BYTES, "sda")));

	/* Another disk takes the name: it is looked at anew and has no past. */
	machine_write(&machine, "/sys/block/sdb/device/model", "C");
	at(&machine, 40);
	machine_write(&machine, "/proc/diskstats", "8 32 sdb 1 0 1 0 1 0 1 0 0 500 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), 0);
	assert_string_equal(machine_text(&machine, DISK_MODEL, "sdb"), "C");
	assert_absent(&machine, IO_BUSY);
	machine_close(&machine);
}

static void none_or_nonsense(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_disks), -ENOENT);
	machine_write(&machine, "/proc/diskstats", "");
	assert_int_equal(machine_collect(&machine, &collect_disks), -ENODATA);
	machine_write(&machine, "/proc/diskstats", "7 0 loop0 1 0 1 0 1 0 1 0 0 1 1\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), -ENODATA);
	machine_write(&machine, "/proc/diskstats", "what is this\n");
	assert_int_equal(machine_collect(&machine, &collect_disks), -EBADMSG);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fourteen_eighteen_twenty),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test(whole_physical_disks),
		cmocka_unit_test(ways_to_a_disk_are_none),
		cmocka_unit_test(name_of_a_card),
		cmocka_unit_test(the_busiest),
		cmocka_unit_test(disks_come_and_go),
		cmocka_unit_test(none_or_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
