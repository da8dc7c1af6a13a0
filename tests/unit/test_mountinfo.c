#include "../../src/collect/mountinfo.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static struct mountinfo_entry entry(const char *line)
{
	struct mountinfo_entry ret;

	assert_int_equal(mount_parse(scan_text(line), &ret), 0);
	return ret;
}

static void line_of_a_disk(void **state)
{
	struct mountinfo_entry e =
		entry("36 35 98:0 /sub /mnt/my\\040data rw,noatime shared:1 "
		      "master:2 propagate_from:3 - ext3 /dev/sda1 rw,errors=continue");

	(void)state;
	assert_int_equal(e.id, 36);
	assert_int_equal(e.parent, 35);
	assert_true(scan_is(e.device, "98:0"));
	assert_true(scan_is(e.root, "/sub"));
	assert_true(scan_is(e.point, "/mnt/my\\040data"));
	assert_true(scan_is(e.options, "rw,noatime"));
	assert_true(scan_is(e.type, "ext3"));
	assert_true(scan_is(e.source, "/dev/sda1"));
	assert_true(scan_is(e.superblock, "rw,errors=continue"));
}

static void optional_fields_may_be_missing(void **state)
{
	struct mountinfo_entry e = entry("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw");

	(void)state;
	assert_true(scan_is(e.type, "ext4"));
}

static void a_mount_point_may_be_a_dash(void **state)
{
	/* The separator is a word of its own after the sixth, not the first " - " of the line. */
	struct mountinfo_entry e = entry("27 1 8:1 / - rw - ext4 /dev/sda1 rw");

	(void)state;
	assert_true(scan_is(e.point, "-"));
	assert_true(scan_is(e.type, "ext4"));
}

static void source_may_be_empty(void **state)
{
	struct mountinfo_entry e = entry("40 27 0:33 / /x rw - tmpfs  rw,size=4k");

	(void)state;
	assert_true(scan_is(e.source, "none"));
	assert_true(scan_is(e.superblock, "rw,size=4k"));
}

static void broken_lines(void **state)
{
	static const char *const lines[] = {"", "36", "36 35", "x 35 98:0 / / rw - ext3 /dev/a rw",
		"36 35 98:0 / /mnt rw,noatime shared:1", "36 35 98:0 / /mnt rw - ext3",
		"36 35 98:0 / /mnt rw -", "99999999999999999999999 1 8:1 / / rw - ext4 a rw"};
	struct mountinfo_entry ret = {.id = 7};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(mount_parse(scan_text(lines[i]), &ret), -EBADMSG);
	assert_int_equal(ret.id, 7);
}

static void escapes(void **state)
{
	char text[32];

	(void)state;
	assert_true(mountinfo_unescape(scan_text("a\\040b\\011c\\012d\\134e\\043"), text, 32));
	assert_string_equal(text, "a b\tc\nd\\e#");
	/* not octal, or cut off: stays as it is */
	assert_true(mountinfo_unescape(scan_text("a\\9\\04\\"), text, 32));
	assert_string_equal(text, "a\\9\\04\\");
	assert_true(mountinfo_unescape(scan_text("\\400"), text, 32));
	assert_string_equal(text, "\\400");
	assert_false(mountinfo_unescape(scan_text("12345678"), text, 8));
	assert_true(mountinfo_unescape(scan_text("1234567"), text, 8));
}

static void read_only_is_the_filesystem(void **state)
{
	struct mountinfo_entry bound = entry("1 2 8:1 / / ro,relatime - ext4 /dev/sda1 rw");
	struct mountinfo_entry whole =
		entry("1 2 8:1 / / ro - ext4 /dev/sda1 ro,errors=remount-ro");
	struct mountinfo_entry fallen = entry("1 2 8:1 / / rw - ext4 /dev/sda1 rw,emergency_ro");
	struct mountinfo_entry alike =
		entry("1 2 8:1 / / rw - ext4 /dev/sda1 rw,errors=remount-ro,rox");

	(void)state;
	assert_false(mountinfo_read_only(&bound)); /* a container's or a service's view */
	assert_true(mountinfo_read_only(&whole));
	assert_true(mountinfo_read_only(&fallen));
	assert_false(mountinfo_read_only(&alike));
}

static struct mountinfo list_of(struct machine *machine, const char *text)
{
	struct mountinfo list;

	machine_open(machine);
	machine_write(machine, "/proc/self/mountinfo", text);
	assert_int_equal(mountinfo_read(machine->root, &list), 0);
	return list;
}

static void covered_mounts(void **state)
{
	struct machine machine;
	struct mountinfo list = list_of(&machine, "26 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
						  "30 26 8:2 / /mnt/a rw - ext4 /dev/sda2 rw\n"
						  "31 26 8:3 / /mnt rw - ext4 /dev/sda3 rw\n"
						  "32 31 8:4 / /mnt/b rw - ext4 /dev/sda4 rw\n"
						  "33 32 8:5 / /mnt/b rw - ext4 /dev/sda5 rw\n"
						  "34 26 8:6 / /mntx rw - ext4 /dev/sda6 rw\n"
						  "garbage\n");
	static const bool reachable[] = {true, false, true, false, true, true};

	(void)state;
	assert_int_equal(list.n, 6);
	for (size_t i = 0; i < list.n; i++)
		assert_int_equal(mountinfo_reachable(&list, &list.at[i]), reachable[i]);
	assert_ptr_equal(mountinfo_holding(&list, "/mnt/b/c"), &list.at[4]);
	assert_ptr_equal(mountinfo_holding(&list, "/mnt/b/"), &list.at[4]);
	assert_ptr_equal(mountinfo_holding(&list, "/mnt/a"), &list.at[2]);
	assert_ptr_equal(mountinfo_holding(&list, "/mnty"), &list.at[0]);
	mountinfo_free(&list);
	machine_close(&machine);
}

static void root_may_come_late(void **state)
{
	/* After pivot_root(2): the order of the lines is not the order of mounting. */
	struct machine machine;
	struct mountinfo list = list_of(&machine, "22 27 0:21 / /proc rw - proc proc rw\n"
						  "23 27 8:2 / /data rw - ext4 /dev/sda2 rw\n"
						  "1 1 0:2 / / rw - rootfs rootfs rw\n"
						  "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n");

	(void)state;
	assert_true(mountinfo_reachable(&list, &list.at[1]));
	assert_false(mountinfo_reachable(&list, &list.at[2]));
	assert_true(mountinfo_reachable(&list, &list.at[3]));
	assert_ptr_equal(mountinfo_holding(&list, "/"), &list.at[3]);
	mountinfo_free(&list);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_of_a_disk),
		cmocka_unit_test(optional_fields_may_be_missing),
		cmocka_unit_test(a_mount_point_may_be_a_dash),
		cmocka_unit_test(source_may_be_empty),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test(escapes),
		cmocka_unit_test(read_only_is_the_filesystem),
		cmocka_unit_test(covered_mounts),
		cmocka_unit_test(root_may_come_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
