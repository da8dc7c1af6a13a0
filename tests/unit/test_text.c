/* Slugs, globs, numbers and hashes: what topics, ids and options are made of. */
#include "unit.h"

#include "../../src/base/mem.h"

#include "../../src/base/hash.c"
#include "../../src/base/text.c"

static void slugged(const char *from, const char *expected)
{
	char slug[32];

	text_slug(slug, sizeof(slug), from);
	assert_string_equal(slug, expected);
}

static void slugs(void **state)
{
	(void)state;
	slugged("/", "root");
	slugged("/mnt/my data", "mnt_my_data");
	slugged("eth0.100", "eth0_100");
	slugged("wlan-0_x", "wlan-0_x");
	slugged("#+/$", "");
	slugged("ümlaut", "mlaut");
	slugged("a/", "a");
	slugged("0123456789012345678901234567890123456789", "0123456789012345678901234567890");
}

static void identifiers(void **state)
{
	char id[64];

	(void)state;
	text_identifier(id, sizeof(id), "network_wg-Home_bytes_recv");
	assert_string_equal(id, "network_wg_home_bytes_recv");
	/* as Home Assistant makes entity ids: it would change any other */
	text_identifier(id, sizeof(id), "_br__lan_-_");
	assert_string_equal(id, "br_lan");
}

static void copies_are_clean(void **state)
{
	char to[16];

	(void)state;
	text_copy(to, sizeof(to), "a\tb\x01\x7f");
	assert_string_equal(to, "a?b??");
	text_copy(to, sizeof(to), "\xc3\xa9\xff\xc0\xaf\xed\xa0\x80");
	assert_string_equal(to, "\xc3\xa9??????");
	text_copy(to, sizeof(to), "\xc2\x85next line is a control");
	assert_memory_equal(to, "?next", 5);
	text_copy(to, 4, "ab\xe2\x82\xac"); /* a character that does not fit is left out whole */
	assert_string_equal(to, "ab");
	text_copy(to, 1, "abc");
	assert_string_equal(to, "");
}

static void number(double value, int decimals, const char *expected)
{
	char text[64];

	assert_true(text_number(text, sizeof(text), value, decimals));
	assert_string_equal(text, expected);
}

static void numbers(void **state)
{
	char text[64];

	(void)state;
	number(0, 2, "0");
	number(-0.001, 2, "0");
	number(12.5, 1, "12.5");
	number(12.0000001, 3, "12");
	number(100.04, 1, "100");
	number(18446744073709551615.0, 0, "18446744073709551616");
	number(8589934592.0, 0, "8589934592");
	number(-58, 0, "-58");
	number(-12.25, 1, "-12.3");
	number(0.05, 2, "0.05");
	number(0.999, 2, "1");
	number(1234567.875, 3, "1234567.875");
	number(1e14 + 0.5, 6, "100000000000000.5");
	assert_false(text_number(text, sizeof(text), NAN, 1));
	assert_false(text_number(text, sizeof(text), INFINITY, 1));
}

static void globs(void **state)
{
	const char *const patterns[] = {"eth*", "!eth7", "eth70"};

	(void)state;
	assert_true(text_admitted(patterns, 3, "eth0"));
	assert_false(text_admitted(patterns, 3, "eth7"));
	assert_true(text_admitted(patterns, 3, "eth70"));
	assert_false(text_admitted(patterns, 3, "wlan0"));
	assert_false(text_admitted(patterns, 0, "wlan0"));
}

static void moments(void **state)
{
	char text[64];

	(void)state;
	text_moment(text, sizeof(text), 0);
	assert_string_equal(text, "1970-01-01T00:00:00+00:00");
	text_moment(text, sizeof(text), 1763644740.9);
	assert_string_equal(text, "2025-11-20T13:19:00+00:00");
	text_moment(text, sizeof(text), 1e300);
	assert_string_equal(text, "");
}

static void nearest(void **state)
{
	const char *const names[] = {"mqtt.host", "mqtt.port", "http.port"};

	(void)state;
	assert_string_equal(text_nearest("mqtt.hots", names, 3), "mqtt.host");
	assert_string_equal(text_nearest("MQTT.PORT", names, 3), "mqtt.port");
	assert_null(text_nearest("z", names, 3));
}

/* The vectors of the reference implementation: key 00…0f, input 00, 00 01, … */
static void hash_is_siphash(void **state)
{
	uint8_t key[16], input[16];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		key[i] = input[i] = i;
	assert_true(text_hash(key, input, 0) == 0x726fdb47dd0e0e31);
	assert_true(text_hash(key, input, 1) == 0x74f839c593dc67fd);
	assert_true(text_hash(key, input, 8) == 0x93f5f5799a932462);
	assert_true(text_hash(key, input, 15) == 0xa129ca6149be45e5);
}

static void strict_numbers(void **state)
{
	double number = 7;

	(void)state;
	assert_true(text_to_double("12.5", &number));
	assert_true(number == 12.5);
	assert_false(text_to_double("12kB", &number));
	assert_false(text_to_double("", &number));
	assert_false(text_to_double(" 1", &number));
	assert_false(text_to_double("nan", &number));
	assert_false(text_to_double("1e999", &number));
	assert_true(number == 12.5);
}

static void one_word(void **state)
{
	static const char odd[] = "a b\\\n\x7f\0\xc3\xbc";
	char text[64], narrow[8];

	(void)state;
	text_escape(text, sizeof(text), odd, sizeof(odd) - 1);
	assert_string_equal(text, "a\\040b\\134\\012\\177\\000\xc3\xbc");
	text_escape(text, sizeof(text), "", 0);
	assert_string_equal(text, "");
	/* never half an escape */
	text_escape(narrow, sizeof(narrow), "abcd ", 5);
	assert_string_equal(narrow, "abcd");
	text_escape(narrow, sizeof(narrow), "abc ", 4);
	assert_string_equal(narrow, "abc\\040");
	text_escape(narrow, sizeof(narrow), "abcdefghij", 10);
	assert_string_equal(narrow, "abcdefg");
}

static void utf8(void **state)
{
	static const char *const good[] = {"", "a",
		"K\xc3\xbc"
		"che",
		"\xe2\x82\xac", "\xf0\x9f\x8d\x93"};
	static const char *const bad[] = {"\xfc", "a\xc3", "\xc3(", "\xc0\x80", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\x80", "\xe2\x82"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(text_is_utf8(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(text_is_utf8(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(utf8), cmocka_unit_test(slugs),
		cmocka_unit_test(identifiers), cmocka_unit_test(copies_are_clean),
		cmocka_unit_test(numbers), cmocka_unit_test(globs), cmocka_unit_test(moments),
		cmocka_unit_test(nearest), cmocka_unit_test(hash_is_siphash),
		cmocka_unit_test(strict_numbers), cmocka_unit_test(one_word)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
