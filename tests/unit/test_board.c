#include "../../src/collect/board.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void makers_who_say_nothing(void **state)
{
	static const char *const nothing[] = {"", "0", "0000000000000000", "To be filled by O.E.M.",
		"To Be Filled By O.E.M. ", "Default string", "System Product Name",
		"System manufacturer", "Not Specified", "None", "x.x", "0x00000000"};
	static const char *const something[] = {"System76", "Raspberry Pi 5 Model B Rev 1.0",
		"10000000deadbeef", "NUC8i5BEH", "Notebook", "0002", "HP", "None such"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		assert_true(placeholder(nothing[i]));
	for (size_t i = 0; i < ARRAY_LEN(something); i++)
		assert_false(placeholder(something[i]));
}

static void vendor_said_once(void **state)
{
	char model[TEXT_SIZE] = "", long_name[TEXT_SIZE];

	(void)state;
	model_join("Dell Inc.", "OptiPlex 7050", model);
	assert_string_equal(model, "Dell Inc. OptiPlex 7050");
	model_join("HP", "HP EliteDesk 800 G3", model);
	assert_string_equal(model, "HP EliteDesk 800 G3");
	model_join("", "NUC", model);
	assert_string_equal(model, "NUC");
	model_join("Vendor", "", model);
	assert_string_equal(model, "NUC");
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	model_join("Vendor", long_name, model);
	assert_int_equal(strlen(model), sizeof(model) - 1);
}

static void raspberry_pi_by_device_tree(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_put(&machine, "/sys/firmware/devicetree/base/model",
		"Raspberry Pi 4 Model B Rev 1.4", 31);
	machine_put(
		&machine, "/sys/firmware/devicetree/base/serial-number", "10000000deadbeef", 17);
	machine_put(&machine, "/sys/firmware/devicetree/base/system/linux,revision",
		"\x00\xc0\x31\x20", 4);
	machine_link(&machine, "/proc/device-tree", "/sys/firmware/devicetree/base");
	machine_write(&machine, "/proc/cpuinfo",
		"Revision\t: ffffff\nSerial\t\t: 1111\nModel\t\t: wrong\n");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(
		machine_text(&machine, HARDWARE_MODEL, ""), "Raspberry Pi 4 Model B Rev 1.4");
	assert_string_equal(machine_text(&machine, HARDWARE_SERIAL, ""), "10000000deadbeef");
	assert_string_equal(machine_text(&machine, HARDWARE_REVISION, ""), "c03120");
	assert_string_equal(machine_text(&machine, HARDWARE_BOARD, ""),
		"Raspberry Pi Zero 2 W 1.0, 4 GB, Sony UK");
	assert_string_equal(machine_text(&machine, HARDWARE_PROCESSOR, ""), "BCM2711");
	assert_absent(&machine, HARDWARE_FIRMWARE);
	machine_close(&machine);
}

/* 64-bit kernels that are not the Raspberry Pi's own: no Serial, Revision or Model in cpuinfo. */
static void raspberry_pi_by_mainline_kernel(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_put(&machine, "/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.1", 31);
	machine_write(&machine, "/proc/cpuinfo",
		"processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\nCPU architecture: 8\n"
		"CPU part\t: 0xd08\nCPU revision\t: 3\n");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(
		machine_text(&machine, HARDWARE_MODEL, ""), "Raspberry Pi 4 Model B Rev 1.1");
	assert_absent(&machine, HARDWARE_SERIAL);
	assert_absent(&machine, HARDWARE_REVISION);
	assert_string_equal(machine_text(&machine, HARDWARE_PROCESSOR, ""), "Cortex-A72");
	machine_put(&machine, "/proc/device-tree/compatible", "raspberrypi,4-model-b\0brcm,bcm2711",
		35);
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_PROCESSOR, ""), "BCM2711");
	/* what cpuinfo adds fills gaps and overrides nothing */
	machine_write(&machine, "/proc/cpuinfo",
		"Revision\t: b03111\nSerial\t\t: 10000000deadbeef\nModel\t\t: other\n");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(
		machine_text(&machine, HARDWARE_MODEL, ""), "Raspberry Pi 4 Model B Rev 1.1");
	assert_string_equal(machine_text(&machine, HARDWARE_SERIAL, ""), "10000000deadbeef");
	assert_string_equal(machine_text(&machine, HARDWARE_REVISION, ""), "b03111");
	assert_string_equal(machine_text(&machine, HARDWARE_BOARD, ""),
		"Raspberry Pi 4 Model B 1.1, 2 GB, Sony UK");
	machine_close(&machine);
}

static void raspberry_pi_of_old(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/cpuinfo",
		"Processor\t: ARMv6-compatible processor rev 7 (v6l)\nBogoMIPS\t: 847.05\n"
		"CPU architecture: 7\nCPU revision\t: 7\n\n"
		"Hardware\t: BCM2708\nRevision\t: 0002\nSerial\t\t: 00000000deadbeef\n");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(
		machine_text(&machine, HARDWARE_MODEL, ""), "Raspberry Pi Model B Rev 1.0");
	assert_string_equal(machine_text(&machine, HARDWARE_SERIAL, ""), "00000000deadbeef");
	assert_string_equal(machine_text(&machine, HARDWARE_REVISION, ""), "0002");
	assert_string_equal(machine_text(&machine, HARDWARE_BOARD, ""),
		"Raspberry Pi Model B 1.0, 256 MB, Egoman");
	assert_string_equal(machine_text(&machine, HARDWARE_PROCESSOR, ""), "BCM2835");
	machine_write(&machine, "/proc/cpuinfo",
		"model name\t: x\nmodel\t\t: 207\nSerial\t\t: 0000000000000000\nModel\t\t: "
		"Raspberry Pi Zero W\nRevision");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_MODEL, ""), "Raspberry Pi Zero W");
	assert_absent(&machine, HARDWARE_SERIAL);
	assert_absent(&machine, HARDWARE_REVISION);
	machine_close(&machine);
}

/* Others number their boards too, and not as the Raspberry Pi does. */
static void revisions_that_are_none(void **state)
{
	static const char *const revisions[] = {
		"c03114x", "", "ffffffffffffffffff", "100000010", "zzz", "0100"};
	struct machine machine;
	char text[96];

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/cpuinfo",
		"model name\t: ARMv7 Processor rev 3 (v7l)\nHardware\t: Invented Board\n"
		"Revision\t: 0010\nModel\t\t: Invented Board 2\n");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_REVISION, ""), "0010");
	assert_absent(&machine, HARDWARE_BOARD);
	assert_string_equal(
		machine_text(&machine, HARDWARE_PROCESSOR, ""), "ARMv7 Processor rev 3 (v7l)");
	for (size_t i = 0; i < ARRAY_LEN(revisions); i++) {
		snprintf(text, sizeof(text), "Revision\t: %s\nSerial\t\t: 10000000deadbeef\n",
			revisions[i]);
		machine_write(&machine, "/proc/cpuinfo", text);
		assert_int_equal(machine_collect(&machine, &collect_board), 0);
		assert_absent(&machine, HARDWARE_BOARD);
	}
	machine_close(&machine);
}

static void computer_by_dmi(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_board), -ENOENT);
	machine_write(&machine, DMI "sys_vendor", "System manufacturer\n");
	machine_write(&machine, DMI "product_name", "System Product Name\n");
	assert_int_equal(machine_collect(&machine, &collect_board), -ENOENT);
	machine_write(&machine, DMI "board_vendor", "ASUSTeK COMPUTER INC.\n");
	machine_write(&machine, DMI "board_name", "PRIME B350-PLUS\n");
	machine_write(&machine, DMI "product_serial", "Default string\n");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_MODEL, ""),
		"ASUSTeK COMPUTER INC. PRIME B350-PLUS");
	assert_absent(&machine, HARDWARE_SERIAL);
	machine_write(&machine, DMI "sys_vendor", "Dell Inc.\n");
	machine_write(&machine, DMI "product_name", "OptiPlex 7050   \n");
	machine_write(&machine, DMI "product_serial", "ABC1234\n");
	machine_write(&machine, DMI "bios_version", "1.21.0\n");
	machine_write(&machine, "/proc/cpuinfo",
		"processor\t: 0\nmodel name\t: Intel(R) Core(TM) i5-7500 CPU @ 3.40GHz\n"
		"processor\t: 1\nmodel name\t: another\n");
	assert_int_equal(machine_collect(&machine, &collect_board), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_MODEL, ""), "Dell Inc. OptiPlex 7050");
	assert_string_equal(machine_text(&machine, HARDWARE_SERIAL, ""), "ABC1234");
	assert_string_equal(machine_text(&machine, HARDWARE_FIRMWARE, ""), "1.21.0");
	assert_string_equal(machine_text(&machine, HARDWARE_PROCESSOR, ""),
		"Intel(R) Core(TM) i5-7500 CPU @ 3.40GHz");
	assert_absent(&machine, HARDWARE_BOARD);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makers_who_say_nothing),
		cmocka_unit_test(vendor_said_once),
		cmocka_unit_test(raspberry_pi_by_device_tree),
		cmocka_unit_test(raspberry_pi_by_mainline_kernel),
		cmocka_unit_test(raspberry_pi_of_old),
		cmocka_unit_test(revisions_that_are_none),
		cmocka_unit_test(computer_by_dmi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
