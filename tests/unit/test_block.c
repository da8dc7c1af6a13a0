#include "../../src/collect/block.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void uevents(void **state)
{
	char name[BLOCK_NAME] = "before", text[128] = "DEVNAME=";

	(void)state;
	assert_int_equal(uevent_parse("", name), -ENOENT);
	assert_int_equal(uevent_parse("MAJOR=179\nMINOR=2\n", name), -ENOENT);
	assert_true(uevent_parse("DEVNAME=\n", name) < 0);
	memset(text + 8, 'x', 64);
	assert_true(uevent_parse(text, name) < 0);
	assert_string_equal(name, "before");
	assert_int_equal(
		uevent_parse("MAJOR=179\nMINOR=2\nDEVNAME=mmcblk0p2\nDEVTYPE=partition\n", name),
		0);
	assert_string_equal(name, "mmcblk0p2");
	assert_int_equal(uevent_parse("DEVNAME=cciss/c0d0p1", name), 0);
	assert_string_equal(name, "cciss!c0d0p1");
}

static void is_on(struct machine *machine, const char *name, const char *should)
{
	char disk[BLOCK_NAME] = "";

	if (block_disk(machine->root, name, disk) < 0)
		disk[0] = '\0';
	assert_string_equal(disk, should);
}

static void disks(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	is_on(&machine, "mmcblk0p2", "");
	machine_write(&machine, "/sys/block/mmcblk0/size", "1");
	machine_write(&machine, "/sys/block/nvme0n1/size", "1");
	machine_write(&machine, "/sys/block/sda/size", "1");
	machine_write(&machine, "/sys/block/sdap/size", "1");
	machine_write(&machine, "/sys/block/cciss!c0d0/size", "1");
	is_on(&machine, "mmcblk0p2", "mmcblk0");
	is_on(&machine, "mmcblk0", "mmcblk0");
	is_on(&machine, "nvme0n1p15", "nvme0n1");
	is_on(&machine, "nvme0n1", "nvme0n1");
	is_on(&machine, "sda2", "sda");
	is_on(&machine, "sdap2", "sdap");
	is_on(&machine, "cciss!c0d0p1", "cciss!c0d0");
	is_on(&machine, "sdb1", "");
	is_on(&machine, "", "");
	is_on(&machine, "12345", "");
	machine_close(&machine);
}

/* A volume on encryption on a partition of an array of partitions. */
static void piled_up(void **state)
{
	struct machine machine;
	char name[BLOCK_NAME];

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/block/sda/size", "1");
	machine_write(&machine, "/sys/block/sdb/size", "1");
	machine_write(&machine, "/sys/block/md0/slaves/sda1/size", "1");
	machine_write(&machine, "/sys/block/md0/slaves/sdb1/size", "1");
	machine_write(&machine, "/sys/block/dm-0/slaves/md0p1/size", "1");
	machine_write(&machine, "/sys/block/dm-0/dm/name", "cryptroot\n");
	machine_write(&machine, "/sys/block/dm-1/slaves/dm-0/size", "1");
	machine_write(&machine, "/sys/block/dm-1/dm/name", "vg-root\n");
	is_on(&machine, "dm-1", "sda");
	assert_int_equal(block_by_device(machine.root, "/dev/mapper/vg-root", name), 0);
	assert_string_equal(name, "dm-1");
	assert_int_equal(block_by_device(machine.root, "/dev/mapper/other", name), -ENOENT);

	/* nothing real goes in circles, but a captured machine may */
	machine_write(&machine, "/sys/block/dm-2/slaves/dm-2/size", "1");
	is_on(&machine, "dm-2", "");
	machine_close(&machine);
}

static void names(void **state)
{
	struct machine machine;
	char name[BLOCK_NAME] = "before";

	(void)state;
	machine_open(&machine);
	assert_int_equal(block_by_number(machine.root, "179:2", name), -ENOENT);
	assert_int_equal(block_by_device(machine.root, "nas:/export", name), -ENOENT);
	assert_int_equal(block_by_device(machine.root, "overlay", name), -ENOENT);
	assert_int_equal(block_by_device(machine.root, "/dev/root", name), -ENOENT);
	assert_true(block_by_device(machine.root, "/dev/", name) < 0);
	assert_string_equal(name, "before");
	assert_int_equal(block_by_device(machine.root, "/dev/mmcblk0p2", name), 0);
	assert_string_equal(name, "mmcblk0p2");
	machine_write(&machine, "/sys/dev/block/254:1/uevent", "DEVNAME=dm-1\nDEVTYPE=disk\n");
	assert_int_equal(block_by_number(machine.root, "254:1", name), 0);
	assert_string_equal(name, "dm-1");
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uevents),
		cmocka_unit_test(disks),
		cmocka_unit_test(piled_up),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
