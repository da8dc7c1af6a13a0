#include "../../src/collect/drm.c"
#include "../../src/collect/gpus.c"
#include "../../src/collect/nvidia.c"
#include "../../src/collect/rest.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

#define SLOT "/sys/devices/pci0000:00/0000:03:00.0"
#define CARD0 "/sys/class/drm/card0"
#define KEY "0000:03:00.0"

static void file(
	const struct machine *machine, const char *folder, const char *name, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	machine_write(machine, path, text);
}

static void at(const struct machine *machine, double boottime)
{
	char text[64];

	snprintf(text, sizeof(text), "1700000000 %.3f\n", boottime);
	machine_write(machine, "/captured/clock", text);
}

static void card(struct machine *machine, const char *vendor)
{
	machine_open(machine);
	at(machine, 1000);
	machine_link(machine, CARD0 "/device", SLOT);
	file(machine, SLOT, "vendor", vendor);
	machine_write(machine, "/sys/class/drm/version", "drm 1.1.0 20060810\n");
	machine_write(machine, "/sys/class/drm/renderD128/dev", "226:128\n");
	machine_link(machine, "/sys/class/drm/card0-DP-1/device", "../card0");
}

static void amd(struct machine *machine)
{
	card(machine, "0x1002\n");
	file(machine, SLOT, "gpu_busy_percent", "10\n");
	file(machine, SLOT, "mem_busy_percent", "3\n");
	file(machine, SLOT, "mem_info_vram_total", "2147483648\n");
	file(machine, SLOT, "mem_info_vram_used", "79949824\n");
	file(machine, SLOT, "hwmon/hwmon4/name", "amdgpu\n");
	file(machine, SLOT, "hwmon/hwmon4/temp1_input", "35500\n");
	file(machine, SLOT, "hwmon/hwmon4/temp2_input", "99000\n");
	file(machine, SLOT, "hwmon/hwmon4/power1_average", "9121000\n");
	file(machine, SLOT, "hwmon/hwmon4/pwm1", "51\n");
	file(machine, SLOT, "hwmon/hwmon4/freq1_input", "551000000\n");
}

static void amd_card(void **state)
{
	struct machine machine;

	(void)state;
	amd(&machine);
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_VENDOR, KEY), "AMD");
	assert_string_equal(machine_text(&machine, CARD_NAME, KEY), "AMD graphics");
	assert_near(machine_number(&machine, CARD_USAGE, KEY), 10);
	assert_near(machine_number(&machine, CARD_MEMORY_USAGE, KEY), 3);
	assert_near(machine_number(&machine, CARD_VRAM_TOTAL, KEY), 2147483648.0);
	assert_near(machine_number(&machine, CARD_VRAM_USED, KEY), 79949824);
	assert_near(machine_number(&machine, CARD_VRAM_FREE, KEY), 2147483648.0 - 79949824);
	assert_near(machine_number(&machine, CARD_TEMPERATURE, KEY), 35.5);
	assert_near(machine_number(&machine, CARD_WATTS, KEY), 9.121);
	assert_near(machine_number(&machine, CARD_FAN, KEY), 20);
	assert_near(machine_number(&machine, CARD_CLOCK, KEY), 551);
	assert_int_equal(machine.slice.n, 11);
	machine_close(&machine);
}

/* What is missing, and what answers nonsense, is not 0. */
static void amd_card_that_says_little(void **state)
{
	struct machine machine;

	(void)state;
	amd(&machine);
	machine_remove(&machine, SLOT "/hwmon");
	machine_remove(&machine, SLOT "/mem_busy_percent");
	file(&machine, SLOT, "gpu_busy_percent", "\n");
	file(&machine, SLOT, "mem_info_vram_used", "9147483648\n"); /* more than there is */
	file(&machine, SLOT, "product_name", "Radeon Pro W6800\n");
	file(&machine, SLOT, "pp_dpm_sclk", "0: 214Mhz \n1: 551Mhz *\n2: 734Mhz\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_NAME, KEY), "Radeon Pro W6800");
	assert_near(machine_number(&machine, CARD_CLOCK, KEY), 551);
	assert_null(slice_find(&machine.slice, CARD_VRAM_FREE, KEY));
	assert_int_equal(machine.slice.n, 5);
	machine_close(&machine);
}

static void clocks_as_levels(void **state)
{
	static const struct {
		const char *text;
		double megahertz; /* -1: none */
	} texts[] = {{"0: 214Mhz \n1: 551Mhz *\n2: 734Mhz\n", 551}, {"0: 852Mhz *\n", 852},
		{"S: 19Mhz *\n0: 615Mhz\n", 19}, {"1: 0Mhz *", 0}, {"0: 214Mhz\n", -1}, {"", -1},
		{"1: Mhz *\n", -1}, {"1: 5x5Mhz *\n", -1}, {"*\n* *\n* * *\n", -1},
		{"1: 551Mhz*\n", -1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		double megahertz = -1;

		assert_int_equal(levels_parse(texts[i].text, &megahertz), texts[i].megahertz >= 0);
		assert_near(megahertz, texts[i].megahertz);
	}
}

static void intel_card(void **state)
{
	struct machine machine;

	(void)state;
	card(&machine, "0x8086\n");
	file(&machine, CARD0, "gt_act_freq_mhz", "350\n");
	file(&machine, CARD0, "power/rc6_residency_ms", "500000\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_NAME, KEY), "Intel graphics");
	assert_near(machine_number(&machine, CARD_CLOCK, KEY), 350);
	assert_null(slice_find(&machine.slice, CARD_USAGE, KEY));
	/* 7.5 of 10 seconds off */
	at(&machine, 1010);
	file(&machine, CARD0, "power/rc6_residency_ms", "507500\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, KEY), 25);
	/* the counter's clock may run ahead */
	at(&machine, 1020);
	file(&machine, CARD0, "power/rc6_residency_ms", "517501\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, KEY), 0);
	/* 32 bits begin anew: nothing this time */
	at(&machine, 1030);
	file(&machine, CARD0, "power/rc6_residency_ms", "17\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_null(slice_find(&machine.slice, CARD_USAGE, KEY));
	/* RC6 is switched off: not a card that works all the time */
	file(&machine, CARD0, "power/rc6_residency_ms", "0\n");
	for (int i = 4; i < 7; i++) {
		at(&machine, 1000 + 10 * i);
		assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
		assert_null(slice_find(&machine.slice, CARD_USAGE, KEY));
	}
	machine_close(&machine);
}

static void intel_card_with_xe(void **state)
{
	struct machine machine;

	(void)state;
	card(&machine, "0x8086\n");
	file(&machine, SLOT, "tile0/gt0/freq0/act_freq", "1200\n");
	file(&machine, SLOT, "tile0/gt0/gtidle/idle_residency_ms", "1000\n");
	file(&machine, SLOT, "hwmon/hwmon2/temp2_input", "43000\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	at(&machine, 1010);
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, KEY), 100);
	assert_near(machine_number(&machine, CARD_CLOCK, KEY), 1200);
	assert_near(machine_number(&machine, CARD_TEMPERATURE, KEY), 43);
	machine_close(&machine);
}

static void cards_that_are_none(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_gpus), -ENOENT);
	machine_close(&machine);
	card(&machine, "0x1af4\n"); /* a virtual machine's */
	assert_int_equal(machine_collect(&machine, &collect_gpus), -ENOENT);
	machine_remove(&machine, SLOT "/vendor"); /* a Raspberry Pi's is not on PCI */
	assert_int_equal(machine_collect(&machine, &collect_gpus), -ENOENT);
	machine_close(&machine);
}

/* Captures without links. */
static void names_without_links(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, CARD0 "/device/vendor", "0x1002\n");
	machine_write(&machine, CARD0 "/device/gpu_busy_percent", "4\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, "card0"), 4);
	machine_write(&machine, CARD0 "/device/uevent",
		"DRIVER=amdgpu\nPCI_CLASS=30000\nPCI_SLOT_NAME=0000:09:00.0\nMODALIAS=pci:v\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, "0000:09:00.0"), 4);
	assert_null(slice_find(&machine.slice, CARD_USAGE, "card0"));
	machine_close(&machine);
}

/* Were it asked, it would answer here. */
static void a_card_that_sleeps_is_not_woken(void **state)
{
	static const char *const sleeps[] = {"suspended\n", "suspending\n"};
	struct machine machine;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sleeps); i++) {
		amd(&machine);
		assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
		assert_int_equal(machine.slice.n, 11);
		file(&machine, SLOT, "power/runtime_status", sleeps[i]);
		assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
		assert_string_equal(machine_text(&machine, CARD_VENDOR, KEY), "AMD");
		assert_string_equal(machine_text(&machine, CARD_NAME, KEY), "AMD graphics");
		assert_int_equal(machine.slice.n, 2);
		machine_close(&machine);
	}
}

/* Five seconds after the last question it sleeps: between two questions lies more than that. */
static void a_card_that_may_sleep_is_let_be(void **state)
{
	struct machine machine;

	(void)state;
	amd(&machine);
	file(&machine, SLOT, "power/runtime_status", "active\n");
	file(&machine, SLOT, "power/control", "auto\n");
	file(&machine, SLOT, "power/autosuspend_delay_ms", "5000\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	file(&machine, SLOT, "gpu_busy_percent", "77\n");
	at(&machine, 1005);
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, KEY), 10);
	at(&machine, 1010);
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, KEY), 77);
	machine_close(&machine);
}

static void rest(void **state)
{
	static const struct {
		const char *control, *delay;
		double turn; /* seconds; 0: every time */
	} devices[] = {{"on", "5000", 0}, {"auto", "5000", 10}, {"auto", "10000", 20},
		{"auto", "-1", 0}, {"auto", "0", 0}, {"auto", NULL, 30}, {"auto", "86400000", 120},
		{"auto", "x", 30}};
	struct machine machine;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		double asked = 0;

		machine_open(&machine);
		file(&machine, SLOT, "power/control", devices[i].control);
		if (devices[i].delay)
			file(&machine, SLOT, "power/autosuspend_delay_ms", devices[i].delay);
		assert_int_equal(device_rest(machine.root, SLOT, 1200, &asked), AWAKE);
		assert_int_equal(device_rest(machine.root, SLOT, 1201, &asked),
			devices[i].turn > 0 ? LET_BE : AWAKE);
		assert_int_equal(
			device_rest(machine.root, SLOT, 1200 + devices[i].turn, &asked), AWAKE);
		assert_int_equal(device_rest(machine.root, SLOT, NAN, &asked), AWAKE);
		machine_close(&machine);
	}
}

#define NVIDIA                                                                                     \
	"0000:01:00.0 usage=12 memory_usage=3 vram_total=8000000000 vram_used=2500000000 "         \
	"vram_free=5000000000 temperature=45 watts=76.005 fan=30 clock=1410 "                      \
	"name=NVIDIA\\040H200\n"

static void nvidia_cards(void **state)
{
	static const char *const first = "0000:01:00.0", *const second = "0000:c1:00.0";
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/captured/nvidia", NVIDIA "0000:c1:00.0 name=NVIDIA\\040T4\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_VENDOR, first), "NVIDIA");
	assert_string_equal(machine_text(&machine, CARD_NAME, first), "NVIDIA H200");
	assert_near(machine_number(&machine, CARD_USAGE, first), 12);
	assert_near(machine_number(&machine, CARD_MEMORY_USAGE, first), 3);
	assert_near(machine_number(&machine, CARD_VRAM_TOTAL, first), 8e9);
	assert_near(machine_number(&machine, CARD_VRAM_USED, first), 2.5e9);
	assert_near(machine_number(&machine, CARD_VRAM_FREE, first), 5e9);
	assert_near(machine_number(&machine, CARD_TEMPERATURE, first), 45);
	assert_near(machine_number(&machine, CARD_WATTS, first), 76.005);
	assert_near(machine_number(&machine, CARD_FAN, first), 30);
	assert_near(machine_number(&machine, CARD_CLOCK, first), 1410);
	assert_string_equal(machine_text(&machine, CARD_NAME, second), "NVIDIA T4");
	assert_int_equal(machine.slice.n, 13);
	/* lost: gone, while the other stays; two of a kind are told apart */
	machine_write(&machine, "/captured/nvidia",
		"0000:01:00.0 name=NVIDIA\\040T4\n0000:c1:00.0 name=NVIDIA\\040T4\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_NAME, first), "NVIDIA T4 0000:01:00.0");
	machine_write(&machine, "/captured/nvidia", NVIDIA);
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_int_equal(machine.slice.n, 11);
	machine_close(&machine);
}

static void nvidia_lines_of_another_kind(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/captured/nvidia",
		"\n \ncard0 usage=1\n0000:01:00.0 usage=101 temperature=x watts= fan=-1 clock "
		"vram_used=1e999 name= colour=green usage=7\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_NAME, "0000:01:00.0"), "NVIDIA graphics");
	assert_near(machine_number(&machine, CARD_USAGE, "0000:01:00.0"), 7);
	assert_int_equal(machine.slice.n, 3);
	machine_close(&machine);
}

/* A notebook's: seen by the kernel's own means, and left alone. */
static void nvidia_card_that_sleeps(void **state)
{
	static const char *const key = "0000:01:00.0";
	struct machine machine;

	(void)state;
	machine_open(&machine);
	at(&machine, 1000);
	machine_write(&machine, "/captured/nvidia", NVIDIA);
	machine_write(&machine, "/sys/bus/pci/drivers/nvidia/bind", "");
	machine_write(&machine, "/sys/bus/pci/drivers/nvidia/0000:01:00.0/power/control", "auto\n");
	machine_write(&machine, "/sys/bus/pci/drivers/nvidia/0000:01:00.0/power/runtime_status",
		"active\n");
	machine_write(&machine, "/sys/class/drm/card1/device/vendor", "0x10de\n");
	machine_write(
		&machine, "/sys/class/drm/card1/device/uevent", "PCI_SLOT_NAME=0000:01:00.0\n");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, key), 12);
	assert_int_equal(machine.slice.n, 11);
	at(&machine, 1005); /* not its turn */
	machine_write(&machine, "/captured/nvidia", "");
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_near(machine_number(&machine, CARD_USAGE, key), 12);
	machine_write(&machine, "/sys/bus/pci/drivers/nvidia/0000:01:00.0/power/runtime_status",
		"suspended\n");
	machine_write(&machine, "/captured/nvidia", NVIDIA);
	at(&machine, 1060);
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_NAME, key), "NVIDIA H200");
	assert_int_equal(machine.slice.n, 2);
	machine_close(&machine);
}

static void nvidia_without_its_library(void **state)
{
	struct machine machine;

	(void)state;
	card(&machine, "0x10de\n");
	file(&machine, SLOT, "hwmon/hwmon1/temp1_input", "41000\n"); /* nouveau */
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_string_equal(machine_text(&machine, CARD_NAME, KEY), "NVIDIA graphics");
	assert_near(machine_number(&machine, CARD_TEMPERATURE, KEY), 41);
	assert_int_equal(machine.slice.n, 3);
	machine_close(&machine);
}

static void more_than_anybody_has(void **state)
{
	struct machine machine;
	char path[64];

	(void)state;
	machine_open(&machine);
	for (int i = 0; i < CARDS_MAX + 3; i++) {
		snprintf(path, sizeof(path), "/sys/class/drm/card%d/device/vendor", i);
		machine_write(&machine, path, "0x1002\n");
	}
	assert_int_equal(machine_collect(&machine, &collect_gpus), 0);
	assert_int_equal(machine.slice.n, 2 * CARDS_MAX);
	machine_remove(&machine, "/sys/class/drm");
	assert_int_equal(machine_collect(&machine, &collect_gpus), -ENOENT);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amd_card),
		cmocka_unit_test(amd_card_that_says_little),
		cmocka_unit_test(clocks_as_levels),
		cmocka_unit_test(intel_card),
		cmocka_unit_test(intel_card_with_xe),
		cmocka_unit_test(cards_that_are_none),
		cmocka_unit_test(names_without_links),
		cmocka_unit_test(a_card_that_sleeps_is_not_woken),
		cmocka_unit_test(a_card_that_may_sleep_is_let_be),
		cmocka_unit_test(rest),
		cmocka_unit_test(nvidia_cards),
		cmocka_unit_test(nvidia_lines_of_another_kind),
		cmocka_unit_test(nvidia_card_that_sleeps),
		cmocka_unit_test(nvidia_without_its_library),
		cmocka_unit_test(more_than_anybody_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
