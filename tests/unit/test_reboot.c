#include "../../src/collect/reboot.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static bool reboot_required(struct machine *machine)
{
	assert_int_equal(machine_collect(machine, &collect_reboot), 0);
	return machine_number(machine, SYSTEM_REBOOT_REQUIRED, "") > 0;
}

static void an_upgrade_left_a_note(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/run/reboot-required", "");
	assert_true(reboot_required(&machine));
	machine_remove(&machine, "/run/reboot-required");
	assert_false(reboot_required(&machine));
	machine_write(&machine, "/var/run/reboot-required", "*** System restart required ***\n");
	assert_true(reboot_required(&machine));
	machine_close(&machine);
}

static void modules_of_the_kernel_are_gone(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/captured/uname", "Linux\npi4\n6.12.47\n#1 SMP\naarch64\n");
	machine_write(&machine, "/proc/modules", "ipv6 589824 34 - Live 0x0000000000000000\n");
	assert_false(reboot_required(&machine));
	machine_write(&machine, "/lib/modules/README", "no release\n");
	assert_false(reboot_required(&machine));
	machine_write(&machine, "/lib/modules/6.12.62/modules.dep", "");
	assert_true(reboot_required(&machine));
	machine_write(&machine, "/run/systemd/container", "lxc");
	assert_false(reboot_required(&machine));
	machine_remove(&machine, "/run/systemd/container");
	machine_write(&machine, "/lib/modules/6.12.47/modules.dep", "");
	assert_false(reboot_required(&machine));
	machine_remove(&machine, "/lib/modules/6.12.47");
	machine_write(&machine, "/proc/modules", ""); /* a kernel with everything built in */
	assert_false(reboot_required(&machine));
	machine_close(&machine);
}

static void flavours(void **state)
{
	(void)state;
	assert_string_equal(flavour("6.12.47+rpt-rpi-v8"), "-rpi-v8");
	assert_string_equal(flavour("6.1.0-18-rt-amd64"), "-rt-amd64");
	assert_string_equal(flavour("6.12.74+deb13+1-amd64"), "-amd64");
	assert_string_equal(flavour("6.8.0-1010-raspi"), "-raspi");
	assert_string_equal(flavour("6.1.21-v8+"), "-v8+");
	assert_string_equal(flavour("6.1.21+"), "");
	assert_string_equal(flavour("6.1.21-"), "");
	assert_string_equal(flavour(""), "");
	assert_true(supersedes("6.12.62+rpt-rpi-v8", "6.12.47+rpt-rpi-v8"));
	assert_true(supersedes("6.1.0-18-amd64", "6.1.0-18-amd64"));
	assert_true(supersedes("6.1.0-21-amd64", "6.1.0-9-amd64"));
	assert_false(supersedes("6.1.0-9-amd64", "6.1.0-21-amd64"));
	assert_false(supersedes("6.12.62+rpt-rpi-2712", "6.12.47+rpt-rpi-v8"));
	assert_false(supersedes("6.1.0-21-rt-amd64", "6.1.0-9-amd64"));
	assert_false(supersedes("7.0", "6.0"));
}

/* Debian keeps the modules of the running kernel beside the new ones. */
static void a_newer_kernel_was_unpacked(void **state)
{
	static const char image[] = "/var/lib/dpkg/info/linux-image-6.12.62+rpt-rpi-v8.list";
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(
		&machine, "/captured/uname", "Linux\npi4\n6.12.47+rpt-rpi-v8\n#1 SMP\naarch64\n");
	machine_write(&machine, "/captured/clock", "2000.0 1000.0\n"); /* booted at 1000 */
	machine_write(&machine, "/captured/timex", "1 0\n");
	machine_write(&machine, "/var/lib/dpkg/info/bash.list", "");
	machine_write(&machine, image, "");
	machine_write(&machine, "/captured/modified", "/var/lib/dpkg/info 1500\n");
	assert_false(reboot_required(&machine)); /* nobody knows since when */
	machine_write(&machine, "/captured/modified",
		"/var/lib/dpkg/info 1501\n"
		"/var/lib/dpkg/info/linux-image-6.12.62+rpt-rpi-v8.list 900\n");
	assert_false(reboot_required(&machine)); /* the older one was started by choice */
	machine_write(&machine, "/captured/modified",
		"/var/lib/dpkg/info 1502\n"
		"/var/lib/dpkg/info/linux-image-6.12.62+rpt-rpi-v8.list 1490\n");
	assert_true(reboot_required(&machine));
	machine_remove(&machine, image);
	assert_true(reboot_required(&machine)); /* nothing changed: not asked again */
	machine_write(&machine, image, "");
	machine_write(&machine, "/captured/timex", "0\n");
	assert_false(reboot_required(&machine));
	machine_write(&machine, "/captured/timex", "1\n");
	machine_write(&machine, "/.dockerenv", "");
	assert_false(reboot_required(&machine));
	machine_close(&machine);
}

static void raspberry_pi_os_with_one_kernel_package(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/captured/uname", "Linux\npi3\n6.1.21-v8+\n#1\naarch64\n");
	machine_write(&machine, "/captured/clock", "2000.0 1000.0\n");
	machine_write(&machine, "/captured/timex", "1\n");
	machine_write(&machine, "/var/lib/dpkg/info/raspberrypi-kernel.list", "");
	machine_write(&machine, "/captured/modified",
		"/var/lib/dpkg/info 1500\n/var/lib/dpkg/info/raspberrypi-kernel.list 1400\n");
	assert_true(reboot_required(&machine));
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_upgrade_left_a_note),
		cmocka_unit_test(modules_of_the_kernel_are_gone),
		cmocka_unit_test(flavours),
		cmocka_unit_test(a_newer_kernel_was_unpacked),
		cmocka_unit_test(raspberry_pi_os_with_one_kernel_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
