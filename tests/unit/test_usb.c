#include "../../src/collect/usb.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void which_are_devices(void **state)
{
	static const char *const devices[] = {"1-1", "1-1.4", "2-1", "10-2.1.3"};
	static const char *const others[] = {
		"usb1", "usb12", "1-0:1.0", "1-1:1.0", "1-1.4:2.1", "", "1", "ep_00"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		assert_true(usb_device(devices[i]));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(usb_device(others[i]));
}

/* A Raspberry Pi 4: two root hubs, the hub on the board, a stick. */
static void raspberry_pi_4(void **state)
{
	static const char *const names[] = {
		"usb1", "usb2", "1-0:1.0", "2-0:1.0", "1-1", "1-1:1.0", "1-1.2", "1-1.2:1.0"};
	struct machine machine;
	char path[64];

	(void)state;
	machine_open(&machine);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "/sys/bus/usb/devices/%s/uevent", names[i]);
		machine_write(&machine, path, "");
	}
	assert_int_equal(machine_collect(&machine, &collect_usb), 0);
	assert_near(machine_number(&machine, HARDWARE_USB_DEVICES, ""), 2);
	machine_close(&machine);
}

static void nothing_plugged_in(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_usb), -ENOENT);
	machine_write(&machine, "/sys/bus/usb/devices/usb1/uevent", "");
	assert_int_equal(machine_collect(&machine, &collect_usb), 0);
	assert_near(machine_number(&machine, HARDWARE_USB_DEVICES, ""), 0);
	machine_remove(&machine, "/sys/bus/usb/devices/usb1");
	assert_int_equal(machine_collect(&machine, &collect_usb), -ENODATA);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_are_devices),
		cmocka_unit_test(raspberry_pi_4),
		cmocka_unit_test(nothing_plugged_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
