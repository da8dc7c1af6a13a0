#include "../../src/collect/bootloader.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

#define TREE "/proc/device-tree/chosen/"

static void versions(void **state)
{
	static const char commit[] = "97facbf4a0b1c2d3e4f50617283940a1b2c3d4e5";
	char version[TEXT_SIZE];

	(void)state;
	version_join(1736358768, commit, version, sizeof(version));
	assert_string_equal(version, "2025-01-08 97facbf4");
	version_join(1736358768, "", version, sizeof(version));
	assert_string_equal(version, "2025-01-08");
	version_join(0, commit, version, sizeof(version));
	assert_string_equal(version, "97facbf4");
	version_join(0, "bad", version, sizeof(version)); /* short, or words: no commit */
	assert_string_equal(version, "");
	version_join(0, "facade1-by-hand", version, sizeof(version));
	assert_string_equal(version, "facade1-");
	version_join(0xffffffff, "deadbeefx", version, sizeof(version));
	assert_string_equal(version, "2106-02-07");
}

static void raspberry_pi_5(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_put(&machine, TREE "bootloader/build-timestamp", "\x67\x7e\xbb\x30", 4);
	machine_put(&machine, TREE "bootloader/version", "97facbf4a0b1c2d3e4f50617283940a1b2c3d4e5",
		41);
	machine_put(&machine, TREE "power/max_current", "\x00\x00\x13\x88", 4);
	machine_put(&machine, TREE "power/usb_max_current_enable", "\x00\x00\x00\x01", 4);
	machine_put(&machine, TREE "power/usb_over_current_detected", "\x00\x00\x00\x00", 4);
	assert_int_equal(machine_collect(&machine, &collect_bootloader), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_BOOTLOADER, ""), "2025-01-08 97facbf4");
	assert_near(machine_number(&machine, PI_SUPPLY_CURRENT_MAX, ""), 5000);
	assert_near(machine_number(&machine, PI_USB_CURRENT_LIMITED, ""), 0);
	assert_near(machine_number(&machine, PI_USB_OVER_CURRENT, ""), 0);

	/* a weak supply and a greedy disk */
	machine_put(&machine, TREE "power/max_current", "\x00\x00\x0b\xb8", 4);
	machine_put(&machine, TREE "power/usb_max_current_enable", "\x00\x00\x00\x00", 4);
	machine_put(&machine, TREE "power/usb_over_current_detected", "\x00\x00\x00\x01", 4);
	assert_int_equal(machine_collect(&machine, &collect_bootloader), 0);
	assert_near(machine_number(&machine, PI_SUPPLY_CURRENT_MAX, ""), 3000);
	assert_near(machine_number(&machine, PI_USB_CURRENT_LIMITED, ""), 1);
	assert_near(machine_number(&machine, PI_USB_OVER_CURRENT, ""), 1);
	machine_close(&machine);
}

/* The property's other spelling; no power/ below a 5. */
static void raspberry_pi_4(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_put(&machine, TREE "bootloader/build_timestamp", "\x67\x7e\xbb\x30", 4);
	assert_int_equal(machine_collect(&machine, &collect_bootloader), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_BOOTLOADER, ""), "2025-01-08");
	assert_absent(&machine, PI_SUPPLY_CURRENT_MAX);
	assert_absent(&machine, PI_USB_CURRENT_LIMITED);
	assert_absent(&machine, PI_USB_OVER_CURRENT);
	machine_close(&machine);
}

static void nothing_said(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_bootloader), -ENOENT);
	machine_put(&machine, TREE "bootloader/build-timestamp", "\x67", 1);
	machine_put(&machine, TREE "bootloader/version", "", 0);
	machine_put(&machine, TREE "power/max_current", "\x00\x00\x00\x00", 4);
	machine_put(&machine, TREE "power/usb_over_current_detected", "", 0);
	assert_int_equal(machine_collect(&machine, &collect_bootloader), -ENOENT);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),
		cmocka_unit_test(raspberry_pi_5),
		cmocka_unit_test(raspberry_pi_4),
		cmocka_unit_test(nothing_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
