#include "../../topics/session_backoff.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void doubles_up_to_the_most(void **state)
{
	struct backoff backoff = backoff_new(60);
	double expected = 1;

	(void)state;
	for (int i = 0; i < 20; i++) {
		double delay = backoff_next(&backoff);

		assert_true(delay >= 0.75 * expected && delay <= 1.25 * expected && delay <= 60);
		expected = fmin(expected * 2, 60);
		backoff_judge(&backoff, -1, false);
	}
	backoff_judge(&backoff, 3600, false); /* a long good life: at once again */
	assert_true(backoff_next(&backoff) <= 1.25);
}

static void short_lives_betray_a_twin(void **state)
{
	struct backoff backoff = backoff_new(60);

	(void)state;
	backoff_judge(&backoff, 1, false);
	backoff_judge(&backoff, 2, false);
	assert_false(backoff_fought(&backoff));
	backoff_judge(&backoff, -1, false); /* refused: it was the broker */
	backoff_judge(&backoff, 1, false);
	backoff_judge(&backoff, 1, false);
	assert_false(backoff_fought(&backoff));
	backoff_judge(&backoff, 9, false);
	assert_true(backoff_fought(&backoff));
	assert_true(backoff_next(&backoff) >= 45);
	backoff_judge(&backoff, 600, false);
	assert_false(backoff_fought(&backoff));
	backoff_judge(&backoff, 600, true); /* MQTT 5 says it */
	assert_true(backoff_fought(&backoff));
	assert_true(backoff_next(&backoff) >= 45);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_up_to_the_most),
		cmocka_unit_test(short_lives_betray_a_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
