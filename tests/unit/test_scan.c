/* The cursor under every parser. */
#include "unit.h"

#include "../../src/base/scan.c"

static void lines_and_words(void **state)
{
	struct scan all = scan_text("a  b\n\nlast\t7"), line, word;
	uint64_t number;

	(void)state;
	assert_true(scan_line(&all, &line));
	assert_true(scan_word(&line, &word) && scan_is(word, "a"));
	assert_true(scan_word(&line, &word) && scan_is(word, "b"));
	assert_false(scan_word(&line, &word));
	assert_true(scan_line(&all, &line) && scan_done(line));
	assert_true(scan_line(&all, &line) && scan_word(&line, &word) && scan_is(word, "last"));
	assert_true(scan_u64(&line, &number) && number == 7);
	assert_false(scan_line(&all, &line));
}

static void words_stay_in_their_line(void **state)
{
	struct scan all = scan_text("one\ntwo"), word;

	(void)state;
	assert_true(scan_word(&all, &word));
	assert_false(scan_word(&all, &word));
	assert_true(scan_is(word, "one"));
}

static void numbers_are_whole_or_nothing(void **state)
{
	uint64_t n = 5;
	struct scan s = scan_text("12kB");

	(void)state;
	assert_false(scan_u64(&s, &n));
	assert_true(n == 5 && s.at[0] == '1');
	s = scan_text("18446744073709551615");
	assert_true(scan_u64(&s, &n) && n == UINT64_MAX);
	s = scan_text("18446744073709551616");
	assert_false(scan_u64(&s, &n));
	s = scan_text("-1");
	assert_false(scan_u64(&s, &n));
	s = scan_text("0A");
	assert_true(scan_hex(&s, &n) && n == 10);
	s = scan_text("");
	assert_false(scan_u64(&s, &n));
}

static void keys(void **state)
{
	struct scan line = scan_text("  MemTotal:  12 kB"), key;
	uint64_t n;

	(void)state;
	assert_true(scan_key(&line, ':', &key) && scan_is(key, "MemTotal"));
	assert_true(scan_u64(&line, &n) && n == 12);
	line = scan_text("ShadowCallStack:10373888 kB");
	assert_true(scan_key(&line, ':', &key) && scan_u64(&line, &n) && n == 10373888);
	line = scan_text("eth0:1:9 8");
	assert_true(scan_key_last(&line, ':', &key) && scan_is(key, "eth0:1"));
	line = scan_text("none");
	assert_false(scan_key(&line, ':', &key));
}

static void doubles(void **state)
{
	struct scan s = scan_text("4.31 x");
	double d = 0;

	(void)state;
	assert_true(scan_double(&s, &d) && d == 4.31);
	assert_false(scan_double(&s, &d));
}

static void copies(void **state)
{
	char to[4];

	(void)state;
	scan_copy(scan_text("abcdef"), to, sizeof(to));
	assert_string_equal(to, "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lines_and_words),
		cmocka_unit_test(words_stay_in_their_line),
		cmocka_unit_test(numbers_are_whole_or_nothing), cmocka_unit_test(keys),
		cmocka_unit_test(doubles), cmocka_unit_test(copies)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
