#include "../../src/collect/mounts.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mounted.h"

extern const struct collector collect_filesystems;

static void real_ones_only(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
		"28 27 0:5 / /dev rw - tmpfs tmpfs rw\n"
		"29 27 7:1 / /opt/image ro - squashfs /dev/loop1 ro\n"
		"30 27 11:0 / /media/cd ro - iso9660 /dev/sr0 ro\n"
		"31 27 0:40 / /mnt/nas rw - nfs4 nas:/export rw\n"
		"32 27 0:41 / /mnt/ssh rw - fuse.sshfs host:/ rw\n"
		"33 27 0:42 / /mnt/auto rw - autofs systemd-1 rw\n"
		"34 27 0:43 / /merged rw - overlay overlay rw\n"
		"35 27 8:17 / /mnt/win rw - fuseblk /dev/sdb1 rw\n"
		"36 27 0:44 / /tank rw - zfs tank rw\n"
		"37 27 8:1 /x /var/lib/docker/x rw - ext4 /dev/sda1 rw\n"
		"38 27 8:33 / /run/media/stick rw - vfat /dev/sdc1 rw\n"
		"39 27 8:49 / /etc/hosts rw - xfs /dev/sdd1 rw\n",
		"/" NUMBERS "/mnt/win" NUMBERS "/tank" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 3);
	assert_string_equal(machine_text(&machine, FS_TYPE, "/tank"), "zfs");
	assert_string_equal(machine_text(&machine, FS_TYPE, "/mnt/win"), "fuseblk");
	machine_close_all(&machine);
}

static void one_per_device(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 0:30 /@ / rw - btrfs /dev/sda2 rw\n"
		"28 27 0:31 /@home /home rw - btrfs /dev/sda2 rw\n"
		"29 27 8:17 /part /srv rw - ext4 /dev/sdb1 rw\n"
		"30 27 8:17 / /mnt/data rw - ext4 /dev/sdb1 rw\n"
		"31 27 8:33 / /mnt/second rw - ext4 /dev/sdc1 rw\n"
		"32 27 8:33 / /mnt/2 rw - ext4 /dev/sdc1 rw\n"
		"33 27 0:50 / /tank rw - zfs tank rw\n"
		"34 33 0:51 / /tank/a rw - zfs tank/a rw\n",
		"");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 5);
	assert_string_equal(machine_text(&machine, FS_TYPE, "/"), "btrfs");
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/mnt/data"), "/dev/sdb1");
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/mnt/2"), "/dev/sdc1");
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/tank/a"), "tank/a");
	machine_close_all(&machine);
}

static void globs_choose(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n28 27 8:2 / /mnt/a rw - ext4 /dev/sda2 rw\n"
		"29 27 8:3 / /mnt/b rw - ext4 /dev/sda3 rw\n",
		"/" NUMBERS);
	CONFIGURE(&machine, "disks.include=/mnt/*,!/mnt/b");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 1);
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/mnt/a"), "/dev/sda2");
	machine_close_all(&machine);
}

static void names_with_blanks_and_long_ones(void **state)
{
	struct machine machine;
	const struct reading *first = NULL, *second = NULL;

	(void)state;
	begin(&machine,
		"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
		"28 27 8:2 / /mnt/my\\040data rw - ext4 /dev/mapper/my\\040disk rw\n"
		"29 27 8:3 / /mnt/a-very-long-name-that-does-not-fit-into-a-key-by-any-means-one "
		"rw - ext4 "
		"/dev/sda3 rw\n"
		"30 27 8:4 / /mnt/a-very-long-name-that-does-not-fit-into-a-key-by-any-means-two "
		"rw - ext4 "
		"/dev/sda4 rw\n",
		"/" NUMBERS "/mnt/my\\040data" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_string_equal(
		machine_text(&machine, FS_DEVICE, "/mnt/my data"), "/dev/mapper/my disk");
	assert_near(machine_number(&machine, FS_TOTAL, "/mnt/my data"), 4096000);
	for (size_t i = 0; i < machine.slice.n; i++) {
		if (!strcmp(machine.slice.at[i].text, "/dev/sda3"))
			first = &machine.slice.at[i];
		if (!strcmp(machine.slice.at[i].text, "/dev/sda4"))
			second = &machine.slice.at[i];
	}
	assert_non_null(first);
	assert_non_null(second);
	assert_string_not_equal(first->key, second->key);
	machine_close_all(&machine);
}

static void dev_root_has_a_name(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, "27 1 179:2 / / rw - ext4 /dev/root rw\n", "/" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/"), "/dev/root"); /* no sysfs */
	machine_write(&machine, "/sys/dev/block/179:2/uevent",
		"MAJOR=179\nMINOR=2\nDEVNAME=mmcblk0p2\nDEVTYPE=partition\n");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/"), "/dev/mmcblk0p2");
	machine_close_all(&machine);
}

static void remote_ones_apart(void **state)
{
	struct machine machine;
	struct mount *mounts;
	size_t n;

	(void)state;
	begin(&machine,
		"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
		"31 27 0:40 / /mnt/nas rw - nfs4 nas:/export rw\n"
		"32 27 0:41 / /mnt/ssh rw - fuse.sshfs host:/ rw\n"
		"33 27 0:42 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw\n"
		"34 27 0:43 / /mnt/auto rw - autofs systemd-1 rw\n",
		"/" NUMBERS "/mnt/nas" NUMBERS);
	assert_int_equal(mounts_list(machine.root, machine.config, true, &mounts, &n), 0);
	assert_int_equal(n, 0);
	free(mounts);

	CONFIGURE(&machine, "disks.remote=true");
	assert_int_equal(mounts_list(machine.root, machine.config, true, &mounts, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(mounts[0].device, "nas:/export");
	assert_true(mounts[0].remote && mounts[0].shown && !mounts[0].main);
	slice_clear(&machine.slice);
	assert_int_equal(filesystem_put(machine.root, &mounts[0], &machine.slice), 0);
	assert_near(machine_number(&machine, FS_TOTAL, "/mnt/nas"), 4096000);
	assert_true(filesystem_put(machine.root, &mounts[1], &machine.slice) < 0);
	free(mounts);

	/* Never from the local lane, not even as the main one. */
	CONFIGURE(&machine, "disks.main=/mnt/nas");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "");
	assert_int_equal(mounts_list(machine.root, machine.config, true, &mounts, &n), 0);
	assert_int_equal(n, 1);
	assert_true(mounts[0].main && !mounts[0].shown);
	free(mounts);

	/* autofs would mount something. */
	CONFIGURE(&machine, "disks.main=/mnt/auto/x", "disks.remote=true");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "");
	machine_close_all(&machine);
}

/* The way to a stick that is mounted in a home of NFS leads through that home. */
static void local_ones_below_remote_ones(void **state)
{
	struct machine machine;
	struct mount *mounts;
	size_t n;

	(void)state;
	begin(&machine,
		"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
		"31 27 0:40 / /home rw - nfs4 nas:/home rw\n"
		"32 31 8:17 / /home/me/stick rw - vfat /dev/sdb1 rw\n"
		"33 32 8:33 / /home/me/stick/card rw - vfat /dev/sdc1 rw\n",
		"/" NUMBERS "/home/me/stick" NUMBERS "/home/me/stick/card" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 1);
	CONFIGURE(&machine, "disks.main=/home/me/stick");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 1);
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "");

	CONFIGURE(&machine, "disks.remote=true");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 1);
	assert_int_equal(mounts_list(machine.root, machine.config, true, &mounts, &n), 0);
	assert_int_equal(n, 3);
	assert_true(mounts[1].remote);
	assert_string_equal(mounts[2].point, "/home/me/stick/card");
	free(mounts);

	/* Where the root is remote, everything is below it. */
	machine_write(&machine, "/proc/self/mountinfo",
		"27 1 0:40 / / rw - nfs4 nas:/root rw\n"
		"28 27 8:1 / /var rw - ext4 /dev/sda1 rw\n");
	CONFIGURE(&machine, "disks.main=/");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 1);
	assert_string_equal(machine_text(&machine, FS_DEVICE, "/var"), "/dev/sda1");
	assert_string_equal(machine_text(&machine, MAIN_MOUNT, ""), "/");
	/* a list that goes in circles */
	machine_write(&machine, "/proc/self/mountinfo",
		"28 29 8:1 / /a rw - ext4 /dev/sda1 rw\n29 28 8:2 / /b rw - ext4 /dev/sda2 rw\n");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	machine_close_all(&machine);
}

static void snapshots_are_views(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine,
		"27 1 0:50 / / rw - zfs rpool/root rw\n"
		"28 27 0:51 / /.zfs/snapshot/daily rw - zfs rpool/root@daily ro\n"
		"29 27 8:1 / /boot rw - ext4 /dev/disk@one rw\n",
		"/" NUMBERS "/.zfs/snapshot/daily" NUMBERS "/boot" NUMBERS);
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 2);
	machine_close_all(&machine);
}

static void no_list_of_types(void **state)
{
	struct machine machine;

	(void)state;
	begin(&machine, "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n28 27 0:5 / /dev rw - tmpfs t rw\n",
		"/" NUMBERS);
	machine_remove(&machine, "/proc/filesystems");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), 0);
	assert_int_equal(members(&machine), 1);
	machine_remove(&machine, "/proc/self/mountinfo");
	assert_int_equal(machine_collect(&machine, &collect_filesystems), -ENOENT);
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_ones_only),
		cmocka_unit_test(one_per_device),
		cmocka_unit_test(globs_choose),
		cmocka_unit_test(names_with_blanks_and_long_ones),
		cmocka_unit_test(dev_root_has_a_name),
		cmocka_unit_test(remote_ones_apart),
		cmocka_unit_test(local_ones_below_remote_ones),
		cmocka_unit_test(snapshots_are_views),
		cmocka_unit_test(no_list_of_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
