#include "../../src/collect/nvme.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

/* Nothing wrong, 41 °C, all spare, 3 % used, one media error. */
static const unsigned char sound[SMART_SIZE] = {
	[1] = 0x3a, [2] = 0x01, [3] = 100, [4] = 10, [5] = 3, [160] = 1};

static void pages(void **state)
{
	unsigned char page[SMART_SIZE] = {0};
	struct smart smart = {.spare = 77};

	(void)state;
	assert_int_equal(smart_parse(page, &smart), -EBADMSG);
	memset(page, 0xff, sizeof(page));
	assert_int_equal(smart_parse(page, &smart), -EBADMSG);
	assert_int_equal(smart.spare, 77);
	assert_int_equal(smart_parse(sound, &smart), 0);
	assert_false(smart.warning);
	assert_int_equal(smart.spare, 100);
	assert_int_equal(smart.used, 3);
	assert_near(smart.media_errors, 1);
	memcpy(page, sound, sizeof(page));
	page[0] = 0x04; /* reliability */
	page[5] = 255;	/* as far as one byte goes */
	page[161] = 2;
	assert_int_equal(smart_parse(page, &smart), 0);
	assert_true(smart.warning);
	assert_int_equal(smart.used, 255);
	assert_near(smart.media_errors, 513);
}

static void controllers(void **state)
{
	static const char *const none[] = {"sda", "nvme", "nvmen1", "nvme0", "nvme0c1n1", "nvme0p1",
		"mmcblk0", "", "xnvme0n1"};
	char controller[24];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(controller_of(none[i], controller, sizeof(controller)));
	assert_true(controller_of("nvme12n1", controller, sizeof(controller)));
	assert_string_equal(controller, "nvme12");
}

static void health_of_a_disk(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_nvme), -ENOENT);
	machine_write(&machine, "/sys/block/mmcblk0/size", "0\n");
	machine_write(&machine, "/sys/block/nvme0n1/size", "0\n");
	machine_write(&machine, "/sys/block/nvme0n2/size", "0\n");
	machine_write(&machine, "/sys/block/nvme1n1/size", "0\n");
	/* no permission, or a controller that says nothing: absent */
	assert_int_equal(machine_collect(&machine, &collect_nvme), -ENODATA);
	machine_put(&machine, "/captured/nvme/nvme0", sound, SMART_SIZE - 1);
	assert_int_equal(machine_collect(&machine, &collect_nvme), -ENODATA);

	machine_put(&machine, "/captured/nvme/nvme0", sound, SMART_SIZE);
	assert_int_equal(machine_collect(&machine, &collect_nvme), 0);
	assert_near(machine_number(&machine, DISK_LIFE_USED, "nvme0n1"), 3);
	assert_near(machine_number(&machine, DISK_SPARE, "nvme0n1"), 100);
	assert_near(machine_number(&machine, DISK_MEDIA_ERRORS, "nvme0n1"), 1);
	assert_near(machine_number(&machine, DISK_WARNING, "nvme0n1"), 0);
	assert_near(machine_number(&machine, DISK_LIFE_USED, "nvme0n2"), 3);
	assert_null(slice_find(&machine.slice, DISK_LIFE_USED, "nvme1n1"));
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages),
		cmocka_unit_test(controllers),
		cmocka_unit_test(health_of_a_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
