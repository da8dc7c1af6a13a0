#include "../../src/collect/revision.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void is(unsigned code, const char *should)
{
	struct revision revision;
	char text[96];

	assert_true(revision_decode(code, &revision));
	assert_non_null(revision.processor);
	revision_describe(&revision, text, sizeof(text));
	assert_string_equal(text, should);
}

static void made_of_fields(void **state)
{
	(void)state;
	is(0xc03114, "Raspberry Pi 4 Model B 1.4, 4 GB, Sony UK");
	is(0xb03111, "Raspberry Pi 4 Model B 1.1, 2 GB, Sony UK");
	is(0xd04170, "Raspberry Pi 5 Model B 1.0, 8 GB, Sony UK");
	is(0xe04171, "Raspberry Pi 5 Model B 1.1, 16 GB, Sony UK");
	is(0xa02082, "Raspberry Pi 3 Model B 1.2, 1 GB, Sony UK");
	is(0xa22082, "Raspberry Pi 3 Model B 1.2, 1 GB, Embest");
	is(0xa32082, "Raspberry Pi 3 Model B 1.2, 1 GB, Sony Japan");
	is(0xa52082, "Raspberry Pi 3 Model B 1.2, 1 GB, Stadium");
	is(0xa020d3, "Raspberry Pi 3 Model B+ 1.3, 1 GB, Sony UK");
	is(0x9020e0, "Raspberry Pi 3 Model A+ 1.0, 512 MB, Sony UK");
	is(0xa21041, "Raspberry Pi 2 Model B 1.1, 1 GB, Embest");
	is(0xa22042, "Raspberry Pi 2 Model B 1.2, 1 GB, Embest");
	is(0x9000c1, "Raspberry Pi Zero W 1.1, 512 MB, Sony UK");
	is(0x920092, "Raspberry Pi Zero 1.2, 512 MB, Embest");
	is(0x902120, "Raspberry Pi Zero 2 W 1.0, 512 MB, Sony UK");
	is(0xc03130, "Raspberry Pi 400 1.0, 4 GB, Sony UK");
	is(0xb03140, "Raspberry Pi Compute Module 4 1.0, 2 GB, Sony UK");
	is(0xd04190, "Raspberry Pi 500 1.0, 8 GB, Sony UK");
	is(0xc04180, "Raspberry Pi Compute Module 5 1.0, 4 GB, Sony UK");
	is(0x900021, "Raspberry Pi Model A+ 1.1, 512 MB, Sony UK");
	is(0x2a02082, "Raspberry Pi 3 Model B 1.2, 1 GB, Sony UK, warranty void");
	/* programming of the one-time memory forbidden, overvoltage forbidden */
	is(0xc0c03114, "Raspberry Pi 4 Model B 1.4, 4 GB, Sony UK");
}

static void numbers_of_a_list(void **state)
{
	(void)state;
	is(0x0002, "Raspberry Pi Model B 1.0, 256 MB, Egoman");
	is(0x000e, "Raspberry Pi Model B 2.0, 512 MB, Sony UK");
	is(0x0010, "Raspberry Pi Model B+ 1.2, 512 MB, Sony UK");
	is(0x0015, "Raspberry Pi Model A+ 1.1, 256 MB, Embest");
	is(0x100000d, "Raspberry Pi Model B 2.0, 512 MB, Egoman, warranty void");
}

static void newer_than_the_list(void **state)
{
	struct revision revision;
	char text[96];

	(void)state;
	assert_true(revision_decode(0xf9fff7, &revision));
	assert_null(revision.maker);
	assert_null(revision.processor);
	revision_describe(&revision, text, sizeof(text));
	assert_string_equal(text, "Raspberry Pi type ff 1.7, 32 GB");
}

static void no_codes(void **state)
{
	static const unsigned none[] = {
		0, 1, 0x0a, 0x16, 0xff, 0x100, 0x102, 0x2000002, 0x7fffff, 0xffffffff};
	struct revision revision = {.memory = 7};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(revision_decode(none[i], &revision));
	assert_int_equal(revision.memory, 7);
}

static void words(void **state)
{
	struct revision revision;
	char text[8];

	(void)state;
	assert_true(revision_decode(0xa22042, &revision));
	assert_string_equal(revision.processor, "BCM2837"); /* a Raspberry Pi 2 with a 3's chip */
	assert_false(revision.warranty_void);
	revision_describe(&revision, text, sizeof(text));
	assert_int_equal(strlen(text), sizeof(text) - 1);
}

static void as_the_device_tree_calls_it(void **state)
{
	static const struct {
		unsigned code;
		const char *model;
	} rows[] = {{0xa020d3, "Raspberry Pi 3 Model B Plus Rev 1.3"},
		{0xc03114, "Raspberry Pi 4 Model B Rev 1.4"},
		{0x0010, "Raspberry Pi Model B Plus Rev 1.2"},
		{0xc03130, "Raspberry Pi 400 Rev 1.0"}};
	struct revision revision;
	char model[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(revision_decode(rows[i].code, &revision));
		revision_model(&revision, model, sizeof(model));
		assert_string_equal(model, rows[i].model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_of_fields),
		cmocka_unit_test(numbers_of_a_list),
		cmocka_unit_test(newer_than_the_list),
		cmocka_unit_test(no_codes),
		cmocka_unit_test(words),
		cmocka_unit_test(as_the_device_tree_calls_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
