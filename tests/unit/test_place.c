#include "../../src/collect/place.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void addresses_that_stay(void **state)
{
	static const struct {
		const char *path, *place;
	} rows[] = {
		{"/sys/devices/platform/coretemp.0", "coretemp.0"},
		{"/sys/devices/pci0000:00/0000:00:18.3", "0000:00:18.3"},
		{"/sys/devices/pci0000:00/0000:00:1d.0/0000:01:00.0/nvme/nvme0", "0000:01:00.0"},
		{"/sys/devices/virtual/thermal/thermal_zone0", ""},
		{"/sys/devices/pci0000:00/0000:00:14.3/ieee80211/phy3", "0000:00:14.3"},
		{"/sys/devices/pci0000:00/0000:00:17.0/ata5/host4/target4:0:0/4:0:0:0",
			"0000:00:17.0_ata2"},
		{"/sys/devices/pci0000:00/0000:00:10.0/host7/target7:0:3/7:0:3:0",
			"0000:00:10.0_0:3:0"},
		{"/sys/devices/pci0000:00/0000:00:1f.4/i2c-9/9-0018", "0000:00:1f.4_0018"},
		{"/sys/devices/platform/soc/fe804000.i2c/i2c-1/1-0040", "fe804000.i2c_0040"},
		{"/sys/devices/pci0000:00/0000:00:14.0/usb1/1-9/1-9:1.0/0003:1B1C:1C05.0007",
			"1-9:1.0"},
		{"/sys/devices/platform/cooling_fan", "cooling_fan"},
		{"/sys/devices/LNXSYSTM:00/PNP0C0A:00/power_supply/BAT0", "BAT0"},
		{"/sys/devices/virtual/hwmon/hwmon3", ""},
		{"/sys/class/hwmon/hwmon0/device", ""}, /* copied without links */
		{"/sys/devices", ""},
		{"", ""},
		{"nonsense", ""},
	};
	struct machine machine;
	char place[KEY_SIZE];

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/class/ata_port/ata5/port_no", "2\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sensor_place(machine.root, rows[i].path, place, sizeof(place));
		assert_string_equal(place, rows[i].place);
	}
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_that_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
