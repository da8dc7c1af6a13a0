#include "../../src/collect/processor.c"

#include "unit.h"

static void chips(void **state)
{
	static const char pi[] = "raspberrypi,4-model-b\0brcm,bcm2711",
			  rock[] = "radxa,rockpi4b\0radxa,rockpi4\0rockchip,rk3399",
			  alone[] = "linux,dummy-virt", odd[] = "a,b\0nothing";
	char chip[32] = "untouched";

	(void)state;
	assert_false(processor_chip("", 0, chip, sizeof(chip)));
	assert_false(processor_chip(alone, sizeof(alone), chip, sizeof(chip)));
	assert_false(processor_chip(odd, sizeof(odd), chip, sizeof(chip)));
	assert_string_equal(chip, "untouched");
	assert_true(processor_chip(pi, sizeof(pi), chip, sizeof(chip)));
	assert_string_equal(chip, "BCM2711");
	assert_true(processor_chip(pi, sizeof(pi) - 1, chip, sizeof(chip))); /* cut */
	assert_string_equal(chip, "BCM2711");
	assert_true(processor_chip(rock, sizeof(rock), chip, sizeof(chip)));
	assert_string_equal(chip, "RK3399");
}

static void kinds_of_cores(void **state)
{
	char cores_text[64] = "";

	(void)state;
	assert_false(processor_cores("", cores_text, sizeof(cores_text)));
	assert_false(processor_cores("model name\t: Intel(R) Core(TM) i5\nCPU part\t: 0xd08\n",
		cores_text, sizeof(cores_text)));
	assert_false(processor_cores(
		"CPU implementer\t: 0x61\nCPU part\t: 0xd08\n", cores_text, sizeof(cores_text)));
	assert_false(processor_cores(
		"CPU implementer\t: 0x41\nCPU part\t: 0xfff\n", cores_text, sizeof(cores_text)));
	assert_true(processor_cores("Processor\t: ARMv6-compatible processor rev 7 (v6l)\n"
				    "CPU implementer\t: 0x41\nCPU architecture: 7\n"
				    "CPU part\t: 0xb76\n",
		cores_text, sizeof(cores_text)));
	assert_string_equal(cores_text, "ARM1176");
	assert_true(processor_cores("CPU implementer\t: 0x41\nCPU part\t: 0xd03\n"
				    "CPU implementer\t: 0x41\nCPU part\t: 0xd03\n"
				    "CPU implementer\t: 0x41\nCPU part\t: 0xd08\n",
		cores_text, sizeof(cores_text)));
	assert_string_equal(cores_text, "Cortex-A53 + Cortex-A72");
	assert_true(processor_cores("CPU implementer\t: 0x41\nCPU part\t: 0xd03\nCPU "
				    "part\t: 0xd08\n",
		cores_text, 8));
	assert_string_equal(cores_text, "Cortex-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chips),
		cmocka_unit_test(kinds_of_cores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
