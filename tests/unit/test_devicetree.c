#include "../../src/root/devicetree.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void cells(void **state)
{
	uint32_t value = 7;

	(void)state;
	assert_int_equal(cell_parse("\x00\x00\x13\x88", 4, &value), 0);
	assert_int_equal(value, 5000);
	assert_int_equal(cell_parse("\xff\xff\xff\xff", 4, &value), 0);
	assert_int_equal(value, 0xffffffff);
	assert_int_equal(cell_parse("\x00\xd0\x41\x20", 4, &value), 0); /* no blank at its end */
	assert_int_equal(value, 0xd04120);
	assert_int_equal(cell_parse("", 0, &value), -EBADMSG);
	assert_int_equal(cell_parse("\x00\x13\x88", 3, &value), -EBADMSG);
	assert_int_equal(cell_parse("\x00\x00\x13\x88\x00\x00\x00\x00", 8, &value), -EBADMSG);
	assert_int_equal(value, 0xd04120);
}

/* A copy may have the folder under either of its names. */
static void both_names(void **state)
{
	static const char *const folders[] = {"/sys/firmware/devicetree/base", "/proc/device-tree"};
	struct machine machine;
	char path[96], text[32];
	uint32_t value = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		machine_open(&machine);
		devicetree_text(machine.root, "model", text, sizeof(text));
		assert_string_equal(text, "");
		snprintf(path, sizeof(path), "%s/model", folders[i]);
		machine_put(&machine, path, "Raspberry Pi 500 Rev 1.0", 25);
		snprintf(path, sizeof(path), "%s/system/linux,revision", folders[i]);
		machine_put(&machine, path, "\x00\xd0\x41\x90", 4);
		devicetree_text(machine.root, "model", text, sizeof(text));
		assert_string_equal(text, "Raspberry Pi 500 Rev 1.0");
		assert_int_equal(devicetree_cell(machine.root, "system/linux,revision", &value), 0);
		assert_int_equal(value, 0xd04190);
		assert_int_equal(devicetree_cell(machine.root, "none", &value), -ENOENT);
		machine_close(&machine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(both_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
