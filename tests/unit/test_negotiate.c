#include "unit.h"

#include "mem.h"
#include "route.h"

#include <errno.h>

static void types(void **state)
{
	static const char *const guide[] = {"text/plain", "application/json", "text/html"};
	static const struct {
		const char *accept;
		size_t choice;
	} cases[] = {
		{"", 0},
		{"*/*", 0},
		{"application/json", 1},
		{"Application/JSON;charset=utf-8", 1},
		{"application/json, text/plain, */*", 1},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", 2},
		{"text/html;q=0.4, application/json ; q=0.6", 1},
		{"text/html;q=0, */*;q=0.1", 0},
		{"image/png", 0},
		{"application/*", 1},
		{"text/*", 0},
		{"text/plainer", 0},
		{",,;;q=, ,application/json", 1},
		{";q=1;q", 0},
		{"application/json;q", 1},
		{"application/json;q=nonsense", 0},
		{"application/jso", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t choice = negotiate_type(cases[i].accept, guide, ARRAY_LEN(guide));

		if (choice != cases[i].choice)
			fail_msg("%zu instead of %zu for: %s", choice, cases[i].choice,
				cases[i].accept);
	}
}

static void flags(void **state)
{
	bool flag = true;

	(void)state;
	assert_int_equal(negotiate_flag("", "cache", &flag), 0);
	assert_true(flag);
	assert_int_equal(negotiate_flag("cache=False", "cache", &flag), 0);
	assert_false(flag);
	assert_int_equal(negotiate_flag("cache=YES", "cache", &flag), 0);
	assert_true(flag);
	assert_int_equal(negotiate_flag("cache=0", "cache", &flag), 0);
	assert_false(flag);
	assert_int_equal(negotiate_flag("cache=on", "cache", &flag), 0);
	assert_true(flag);
	assert_int_equal(negotiate_flag("cache=", "cache", &flag), -EINVAL);
	assert_int_equal(negotiate_flag("cache", "cache", &flag), -EINVAL);
	assert_int_equal(negotiate_flag("cache=2", "cache", &flag), -EINVAL);
	assert_int_equal(negotiate_flag("cache=falsehood", "cache", &flag), -EINVAL);
	assert_true(flag);
}

static void gzip(void **state)
{
	(void)state;
	assert_true(negotiate_gzip("gzip"));
	assert_true(negotiate_gzip("deflate, GZIP;q=0.5, br"));
	assert_true(negotiate_gzip("x-gzip"));
	assert_true(negotiate_gzip("*"));
	assert_true(negotiate_gzip("*;q=0, gzip"));
	assert_false(negotiate_gzip(""));
	assert_false(negotiate_gzip(" , ,"));
	assert_false(negotiate_gzip("br, deflate"));
	assert_false(negotiate_gzip("gzip;q=0"));
	assert_false(negotiate_gzip("gzip; q=0.000, *"));
	assert_false(negotiate_gzip("gzipped"));
	assert_false(negotiate_gzip("*;q=0"));
}

static void tokens(void **state)
{
	(void)state;
	assert_true(negotiate_token("Bearer s3cret", "s3cret"));
	assert_true(negotiate_token("bearer  s3cret", "s3cret"));
	assert_false(negotiate_token("", "s3cret"));
	assert_false(negotiate_token("Bearer", "s3cret"));
	assert_false(negotiate_token("Bearer ", "s3cret"));
	assert_false(negotiate_token("Basic s3cret", "s3cret"));
	assert_false(negotiate_token("Bearer s3cre", "s3cret"));
	assert_false(negotiate_token("Bearer s3cretX", "s3cret"));
	assert_false(negotiate_token("Bearer s3crets3cret", "s3cret"));
	assert_false(negotiate_token("Bearer S3cret", "s3cret"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types),
		cmocka_unit_test(flags),
		cmocka_unit_test(gzip),
		cmocka_unit_test(tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
