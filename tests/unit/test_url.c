#include "../../src/base/url.c"

#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void what_is_one(void **state)
{
	static const char *const good[] = {"http://attic", "https://attic/",
		"HTTP://192.0.2.1:5050/metrics", "http://[::1]:11434/x?y=z",
		"https://me:pass@word@attic/in", "http://:p@attic"};
	static const char *const bad[] = {"", "attic", "attic:80/metrics", "ftp://attic/",
		"file:///etc/passwd", "http:/attic", "http://", "http:///metrics", "http://:80/",
		"http://me:secret@/metrics", "http://at tic/", "http://attic/\n", "http://?x",
		" http://attic"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(url_valid(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(url_valid(bad[i]));
}

static void what_others_may_read(void **state)
{
	static const char *const pairs[][2] = {{"http://attic:5050", "http://attic:5050"},
		{"http://attic:5050/", "http://attic:5050/"},
		{"http://board:8123/api/webhook/secret", "http://board:8123/…"},
		{"https://me:secret@attic/in", "https://attic/…"},
		{"https://me:se@cret@attic/in/@home", "https://attic/…"},
		{"https://secret@attic", "https://attic"},
		{"http://attic/in?token=secret", "http://attic/…"},
		{"http://attic?token=secret@x", "http://attic/…"},
		{"http://me:secret@attic/#secret", "http://attic/…"}, {"", ""}};
	char shown[64], narrow[12];

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		url_shown(shown, sizeof(shown), pairs[i][0]);
		assert_string_equal(shown, pairs[i][1]);
	}
	url_shown(narrow, sizeof(narrow), "http://me:secret@attic/in");
	assert_string_equal(narrow, "http://atti");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_one),
		cmocka_unit_test(what_others_may_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
