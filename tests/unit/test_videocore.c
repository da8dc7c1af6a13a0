/* The firmware's replies as metrics, on captured machines and on a live one with a clock of ours.
 */
#include "unit.h"

#include "clock.h"
#include "root_devices.h"

static double mono;
static bool living, watched;
static unsigned asked[32];
static int forced;	       /* error of everything, or */
static const char *forced_for; /* of this */

static double paper_clock(void);
static ssize_t paper_firmware(const struct root *root, const char *command, char *ret, size_t size);

#define clock_now paper_clock
#define root_live(root) (living)
#define root_watched(root) (watched)
#define root_firmware paper_firmware
#include "../../src/collect/videocore.c"
#undef root_firmware
#undef root_watched
#undef root_live
#undef clock_now

#include "machine.h"

static double paper_clock(void)
{
	return mono;
}

static ssize_t paper_firmware(const struct root *root, const char *command, char *ret, size_t size)
{
	for (size_t i = 0; i < QUESTIONS; i++)
		asked[i] += strcmp(questions[i].command, command) == 0;
	if (forced && (!forced_for || strcmp(forced_for, command) == 0))
		return forced;
	return root_firmware(root, command, ret, size);
}

static unsigned asked_all(void)
{
	unsigned sum = 0;

	for (size_t i = 0; i < QUESTIONS; i++)
		sum += asked[i];
	return sum;
}

#define FIRMWARE "/captured/firmware/"

static void pi4(const struct machine *machine)
{
	machine_write(machine, FIRMWARE "get_throttled", "throttled=0x0\n");
	machine_write(machine, FIRMWARE "measure_temp", "temp=47.2'C\n");
	machine_write(machine, FIRMWARE "measure_volts_core", "volt=0.8750V\n");
	machine_write(machine, FIRMWARE "measure_clock_arm", "frequency(48)=1500398464\n");
	machine_write(machine, FIRMWARE "measure_clock_core", "frequency(1)=500000992\n");
	machine_write(machine, FIRMWARE "measure_clock_v3d", "frequency(46)=500000992\n");
	machine_write(machine, FIRMWARE "measure_clock_sdram", "frequency(0)=0\n");
	machine_write(machine, FIRMWARE "measure_clock_emmc", "frequency(47)=250000496\n");
	machine_write(machine, FIRMWARE "get_mem_gpu", "gpu=76M\n");
	machine_write(machine, FIRMWARE "version",
		"Oct 29 2021 10:47:33 \nCopyright (c) 2012 Broadcom\n"
		"version b8a114e5a9877e91ca8f26d1a5ce904b2ad3cf13 (clean) (release) (start)\n");
	machine_write(machine, FIRMWARE "bootloader_version",
		"Sep  3 2020 13:11:43\nversion c305221a6d7e532693cc7ff57fddfc8649def167 (release)\n"
		"timestamp 1599135103\n");
}

static void a_pi4(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	pi4(&machine);
	assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	assert_near(machine_number(&machine, GPU_TEMPERATURE, ""), 47.2);
	assert_near(machine_number(&machine, PI_CORE_VOLTAGE, ""), 0.875);
	assert_near(machine_number(&machine, CLOCK_ARM, ""), 1500398464);
	assert_near(machine_number(&machine, CLOCK_CORE, ""), 500000992);
	assert_near(machine_number(&machine, CLOCK_V3D, ""), 500000992);
	assert_near(machine_number(&machine, GPU_V3D_CLOCK, ""), 500000992);
	assert_near(machine_number(&machine, CLOCK_EMMC, ""), 250000496);
	assert_absent(&machine, CLOCK_SDRAM); /* an EEPROM controls it, not the firmware */
	assert_near(machine_number(&machine, GPU_MEMORY, ""), 76 * 1048576);
	assert_string_equal(machine_text(&machine, HARDWARE_FIRMWARE, ""), "2021-10-29 b8a114e5");
	assert_string_equal(machine_text(&machine, HARDWARE_BOOTLOADER, ""), "2020-09-03 c305221a");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 0);
	assert_near(machine_number(&machine, PI_SOFT_TEMP_LIMIT_OCCURRED, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 0);
	assert_absent(&machine, PI_WATTS);
	assert_absent(&machine, PI_INPUT_VOLTAGE);
	machine_close(&machine);
}

static void a_pi5(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, FIRMWARE "get_throttled", "throttled=0xe0008\n");
	machine_write(&machine, FIRMWARE "measure_temp", "temp=59.8'C\n");
	machine_write(&machine, FIRMWARE "measure_volts", "volt=0.8807V\n");
	machine_write(&machine, FIRMWARE "measure_clock_arm", "frequency(0)=2400033792\n");
	machine_write(&machine, FIRMWARE "measure_clock_v3d", "frequency(0)=0\n"); /* asleep */
	machine_write(&machine, FIRMWARE "get_mem_gpu", "gpu=8M\n");
	machine_write(&machine, FIRMWARE "version",
		"2025/01/08 17:52:48 \nCopyright (c) 2012 Broadcom\n"
		"version 97facbf4 (release) (embedded)\n");
	machine_write(&machine, FIRMWARE "pmic_read_adc",
		"   3V3_SYS_A current(1)=0.50000000A\n  VDD_CORE_A current(7)=2.00000000A\n"
		"   3V3_SYS_V volt(9)=3.30000000V\n  VDD_CORE_V volt(15)=0.90000000V\n"
		"     EXT5V_V volt(24)=5.09870000V\n      BATT_V volt(25)=2.97060000V\n");
	assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	assert_near(machine_number(&machine, CLOCK_ARM, ""), 2400033792.0);
	assert_near(machine_number(&machine, CLOCK_V3D, ""), 0);
	assert_near(machine_number(&machine, PI_CORE_VOLTAGE, ""), 0.8807);
	assert_near(machine_number(&machine, PI_WATTS, ""), 1.65 + 1.8);
	assert_near(machine_number(&machine, PI_INPUT_VOLTAGE, ""), 5.0987);
	assert_near(machine_number(&machine, PI_RTC_VOLTAGE, ""), 2.9706);
	assert_string_equal(machine_text(&machine, HARDWARE_FIRMWARE, ""), "2025-01-08 97facbf4");
	assert_string_equal(machine_text(&machine, HARDWARE_BOOTLOADER, ""), "");
	assert_near(machine_number(&machine, PI_SOFT_TEMP_LIMIT, ""), 1);
	assert_near(machine_number(&machine, PI_FREQ_CAPPED, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 0);
	assert_near(machine_number(&machine, PI_FREQ_CAPPED_OCCURRED, ""), 1);
	assert_near(machine_number(&machine, PI_THROTTLED_OCCURRED, ""), 1);
	assert_near(machine_number(&machine, PI_SOFT_TEMP_LIMIT_OCCURRED, ""), 1);
	machine_close(&machine);
}

static void throttle(struct machine *machine, const char *reply)
{
	machine_write(machine, FIRMWARE "get_throttled", reply);
	assert_int_equal(machine_collect(machine, &collect_videocore), 0);
}

/* Bits that come and go, and a kernel that clears the sticky ones. */
static void throttling(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	throttle(&machine, "throttled=0x50005\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 1);
	assert_near(machine_number(&machine, PI_THROTTLED, ""), 1);
	assert_near(machine_number(&machine, PI_FREQ_CAPPED, ""), 0);
	assert_near(machine_number(&machine, PI_THROTTLED_OCCURRED, ""), 1);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 0); /* began before us */
	throttle(&machine, "throttled=0x0\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	assert_near(machine_number(&machine, PI_THROTTLED_OCCURRED, ""), 1);
	throttle(&machine, "throttled=0x10000\n"); /* over before we looked */
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 1);
	throttle(&machine, "throttled=0x10000\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 1);
	throttle(&machine, "throttled=0x10001\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 2);
	throttle(&machine, "throttled=0x1\n"); /* bit now without the sticky one */
	throttle(&machine, "throttled=0x10001\n");
	throttle(&machine, "throttled=0x10000\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_EVENTS, ""), 2);
	machine_close(&machine);
}

/* The kernel's alarm is younger than the firmware's bit, and counted elsewhere. */
static void alarm_of_the_kernel(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
	machine_write(&machine, "/sys/class/hwmon/hwmon3/name", "rpi_volt\n");
	machine_write(&machine, "/sys/class/hwmon/hwmon3/in0_lcrit_alarm", "1\n");
	throttle(&machine, "throttled=0x0\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 1);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	assert_absent(&machine, PI_UNDER_VOLTAGE_EVENTS);
	machine_write(&machine, "/sys/class/hwmon/hwmon3/in0_lcrit_alarm", "0\n");
	throttle(&machine, "throttled=0x0\n");
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE, ""), 0);
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	machine_close(&machine);

	machine_open(&machine);
	undervoltage.occurred = true; /* seen by the watch */
	throttle(&machine, "throttled=0x0\n");
	undervoltage.occurred = false;
	assert_near(machine_number(&machine, PI_UNDER_VOLTAGE_OCCURRED, ""), 1);
	machine_close(&machine);
}

static void absurd_replies(void **state)
{
	static const char *const temperatures[] = {"", "temp=", "temp", "47.2'C", "temp=47.2",
		"temp=47.2C", "temp=x'C", "temp=1000.0'C", "temp=-300'C", "temp=nan'C", "'C", "='C",
		"VCHI initialization failed"};
	static const char *const throttles[] = {"", "throttled=", "throttled=0x", "throttled=5",
		"throttled=0x5g", "throttled=0x123456789", "0x5", "throttle=0x5"};
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, FIRMWARE "measure_clock_arm", "frequency(48)=1\n");
	for (size_t i = 0; i < ARRAY_LEN(temperatures); i++) {
		machine_write(&machine, FIRMWARE "measure_temp", temperatures[i]);
		assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
		assert_absent(&machine, GPU_TEMPERATURE);
		assert_near(machine_number(&machine, CLOCK_ARM, ""), 1);
	}
	machine_write(&machine, FIRMWARE "measure_temp", "temp=-5.0'C more=1\n");
	machine_write(&machine, FIRMWARE "measure_clock_arm", "frequency(48)=0\n");
	machine_write(&machine, FIRMWARE "measure_volts_core", "volt=0.0000V\n");
	machine_write(&machine, FIRMWARE "get_mem_gpu", "gpu=0M\n");
	for (size_t i = 0; i < ARRAY_LEN(throttles); i++) {
		throttle(&machine, throttles[i]);
		assert_absent(&machine, PI_THROTTLED);
	}
	assert_near(machine_number(&machine, GPU_TEMPERATURE, ""), -5);
	assert_absent(&machine, CLOCK_ARM);
	assert_absent(&machine, PI_CORE_VOLTAGE);
	assert_absent(&machine, GPU_MEMORY);
	machine_close(&machine);
}

static void machines_without(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_videocore), -ENOENT);
	machine_write(&machine, "/captured/denied", "/dev/vcio\n");
	assert_int_equal(machine_collect(&machine, &collect_videocore), -EACCES);
	machine_remove(&machine, "/captured");
	machine_write(
		&machine, FIRMWARE "version", "error=1 error_msg=\"Command not registered\"\n");
	assert_int_equal(machine_collect(&machine, &collect_videocore), -ENODATA);
	machine_close(&machine);
}

/* On a live machine: not more often than is good for the firmware, refusals never again. */
static void pace(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	pi4(&machine);
	memset(asked, 0, sizeof(asked));
	living = true;
	mono = 1000;
	assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	assert_int_equal(asked_all(), QUESTIONS);
	mono = 1000.9;
	assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	assert_int_equal(asked_all(), QUESTIONS);
	assert_near(machine_number(&machine, CLOCK_ARM, ""), 1500398464);
	assert_string_equal(machine_text(&machine, HARDWARE_FIRMWARE, ""), "2021-10-29 b8a114e5");
	for (mono = 1001; mono < 4600; mono++)
		assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	for (size_t i = 0; i < QUESTIONS; i++)
		if (strcmp(questions[i].command, "pmic_read_adc") == 0)
			assert_int_equal(asked[i], 1); /* refused */
		else
			assert_int_equal(asked[i], questions[i].pace == ONCE ? 1
						   : questions[i].pace > 0   ? 60
									     : 3600);
	assert_string_equal(machine_text(&machine, HARDWARE_FIRMWARE, ""), "2021-10-29 b8a114e5");

	/* who explains or captures wants to see it now */
	memset(asked, 0, sizeof(asked));
	watched = true;
	assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	assert_int_equal(asked_all(), QUESTIONS);
	watched = living = false;
	machine_close(&machine);
}

/* One attempt a minute is enough when the node is closed or the firmware in trouble. */
static void rest(void **state)
{
	static const int errors[] = {-EACCES, -ETIMEDOUT, -EIO};
	struct machine machine;

	(void)state;
	machine_open(&machine);
	pi4(&machine);
	living = true;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		machine_forget(&machine);
		memset(asked, 0, sizeof(asked));
		forced = errors[i];
		for (mono = 1000; mono < 1120; mono += 10)
			assert_int_equal(machine_collect(&machine, &collect_videocore), errors[i]);
		assert_int_equal(asked_all(), 2);
		forced = 0;
		assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
		assert_near(machine_number(&machine, GPU_TEMPERATURE, ""), 47.2);
	}
	/* a reply that makes no sense is only that one */
	forced = -EBADMSG;
	mono += 10;
	assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	assert_absent(&machine, GPU_TEMPERATURE);
	assert_string_equal(machine_text(&machine, HARDWARE_FIRMWARE, ""), "2021-10-29 b8a114e5");
	forced = 0;
	living = false;
	machine_close(&machine);
}

/* What is asked once is asked until it is answered. */
static void once_is_not_in_vain(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	pi4(&machine);
	living = true;
	mono = 1000;
	forced = -ETIMEDOUT;
	forced_for = "version";
	assert_int_equal(machine_collect(&machine, &collect_videocore), -ETIMEDOUT);
	forced = 0;
	forced_for = NULL;
	mono += REST;
	assert_int_equal(machine_collect(&machine, &collect_videocore), 0);
	assert_string_equal(machine_text(&machine, HARDWARE_FIRMWARE, ""), "2021-10-29 b8a114e5");
	living = false;
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pi4),
		cmocka_unit_test(a_pi5),
		cmocka_unit_test(throttling),
		cmocka_unit_test(alarm_of_the_kernel),
		cmocka_unit_test(absurd_replies),
		cmocka_unit_test(machines_without),
		cmocka_unit_test(pace),
		cmocka_unit_test(rest),
		cmocka_unit_test(once_is_not_in_vain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
