#include "../../topics/session_backoff.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void doubles_up_to_the_most(void **state)
{
	struct backoff backoff = backoff_new(60);
	double expected = 1;

	(void)state;
	for (int i = 0; i < 20; i++) {
		double delay = backoff_next(&backoff);

		assert_true(delay >= 0.75 * expected && delay <= 1.25 * expected && delay <= 60);
		expected = fmin(expected * 2, 60);
		backoff_judge(&backoff, -1, WORDLESS);
	}
	backoff_judge(&backoff, 3600, WORDLESS); /* a long good life: at once again */
	assert_true(backoff_next(&backoff) <= 1.25);
}

static void short_lives_betray_a_twin(void **state)
{
	struct backoff backoff = backoff_new(60);

	(void)state;
	backoff_judge(&backoff, 1, WORDLESS);
	backoff_judge(&backoff, 2, WORDLESS);
	assert_false(backoff_fought(&backoff));
	backoff_judge(&backoff, -1, WORDLESS); /* refused: it was the broker */
	backoff_judge(&backoff, 1, WORDLESS);
	backoff_judge(&backoff, 1, WORDLESS);
	assert_false(backoff_fought(&backoff));
	backoff_judge(&backoff, 9, WORDLESS);
	assert_true(backoff_fought(&backoff));
	assert_true(backoff_next(&backoff) >= 45);
	backoff_judge(&backoff, 600, WORDLESS);
	assert_false(backoff_fought(&backoff));
	backoff_judge(&backoff, 600, TAKEN_OVER); /* MQTT 5 says it */
	assert_true(backoff_fought(&backoff));
	assert_true(backoff_next(&backoff) >= 45);
}

/* Too large a packet, a frozen broker: nobody else is to blame. */
static void who_says_why_accuses_nobody(void **state)
{
	struct backoff backoff = backoff_new(60);
	double expected = 1;

	(void)state;
	for (int i = 0; i < 10; i++) {
		backoff_judge(&backoff, 1, EXPLAINED);
		assert_false(backoff_fought(&backoff));
		assert_true(backoff_next(&backoff) >= 0.75 * expected);
		expected = fmin(expected * 2, 60);
	}
}

static void words(void **state)
{
	char text[256];

	(void)state;
	backoff_accuse(TAKEN_OVER, "me", text, sizeof(text));
	assert_string_equal(text, "another client uses the id \"me\" (option mqtt.client_id)");
	/* MQTT 3.1.1 names no cause: it may be another one */
	backoff_accuse(WORDLESS, "me", text, sizeof(text));
	assert_non_null(strstr(text, "another client uses the id \"me\""));
	assert_non_null(strstr(text, "or it does not take what pistat sends"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_up_to_the_most),
		cmocka_unit_test(short_lives_betray_a_twin),
		cmocka_unit_test(who_says_why_accuses_nobody),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
