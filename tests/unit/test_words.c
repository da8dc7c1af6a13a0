/* Texts stay where they are, whatever is kept after them, and memory is used again. */
#include "unit.h"

#include "../../src/base/words.c"

#define MANY 1000

static void each_stays_where_it_is(void **state)
{
	struct words words = {0};
	const char *kept[MANY];
	char text[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "text %d", i);
		kept[i] = words_keep(&words, text);
		assert_ptr_not_equal(kept[i], text);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "text %d", i);
		assert_string_equal(kept[i], text);
	}
	words_free(&words);
	assert_null(words.last);
}

static void of_any_length(void **state)
{
	struct words words = {0};
	auto_free char *large = xcalloc(1, 100001);
	const char *small, *kept;

	(void)state;
	memset(large, 'x', 100000);
	small = words_keep(&words, "small");
	kept = words_keep(&words, large);
	assert_string_equal(kept, large);
	assert_string_equal(small, "small");
	assert_string_equal(words_keep(&words, ""), "");
	words_free(&words);
	words_free(&words);
}

/* As many again as there were need no memory more: a slice is cleared and filled each sample. */
static void nothing_grows(void **state)
{
	struct words words = {0};
	const struct words_block *block;

	(void)state;
	words_clear(&words);
	assert_string_equal(words_keep(&words, ""), "");
	assert_null(words.last);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY; i++)
			words_keep(&words, "something");
		words_clear(&words);
	}
	block = words.last;
	for (int round = 0; round < 100; round++) {
		for (int i = 0; i < MANY; i++)
			words_keep(&words, "something");
		assert_ptr_equal(words.last, block);
		assert_null(block->before);
		words_clear(&words);
	}
	words_free(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_stays_where_it_is),
		cmocka_unit_test(of_any_length), cmocka_unit_test(nothing_grows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
