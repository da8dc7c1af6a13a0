/* Versions of firmware and bootloader. */
#include "unit.h"

#include "../../src/collect/release.c"

#include "collector.h"

static void known(void **state)
{
	static const struct {
		const char *text, *release;
	} texts[] = {
		{"Oct 29 2021 10:47:33 \nCopyright (c) 2012 Broadcom\n"
		 "version b8a114e5a9877e91ca8f26d1a5ce904b2ad3cf13 (clean) (release) (start)\n",
			"2021-10-29 b8a114e5"},
		{"Dec  1 2021 15:01:54 \nCopyright (c) 2012 Broadcom\n"
		 "version 71bd3109023a0c8575585ba87cbb374d2eeb038f (clean) (release) (start_x)",
			"2021-12-01 71bd3109"},
		{"2025/01/08 17:52:48 \nCopyright (c) 2012 Broadcom\n"
		 "version 97facbf4 (release) (embedded)\n",
			"2025-01-08 97facbf4"},
		{"2023/01/11 17:40:52\nversion 8ba17717fbcedd4c3b6d4bce7e50c7af4155cba9 (release)\n"
		 "timestamp 1673458852\nupdate-time 1681308516\ncapabilities 0x0000007f\n",
			"2023-01-11 8ba17717"},
		{"Oct 29 2021 10:47:33 \nversion b8a114e5a9877e91ca8f26d1a5ce904b2ad3cf13",
			"2021-10-29 b8a114e5"}, /* from property tags */
		{"?\nversion b8a114e", "b8a114e"},
		{"Foo 12 2021\nversion b8a114e5", "b8a114e5"},
		{"2025/13/08\nversion b8a114e5", "b8a114e5"},
		{"99999999999999999999/1/1\nversion b8a114e5", "b8a114e5"},
		{"\nversion b8a114e5", "b8a114e5"},
	};
	char release[TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(release_parse(texts[i].text, release, sizeof(release)), 0);
		assert_string_equal(release, texts[i].release);
	}
	assert_int_equal(release_parse(texts[0].text, release, 8), 0);
	assert_string_equal(release, "2021-10");
}

static void unknown(void **state)
{
	static const char *const texts[] = {"", "\n", "Oct 29 2021", "version b8a114e5",
		"2025/01/08\nversion", "2025/01/08\nversion \n", "2025/01/08\nversion dirty",
		"2025/01/08\nversion b8a11", "2025/01/08\nversio b8a114e5"};
	char release[TEXT_SIZE] = "untouched";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(release_parse(texts[i], release, sizeof(release)), -EBADMSG);
	assert_string_equal(release, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known),
		cmocka_unit_test(unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
