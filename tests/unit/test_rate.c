/* Counters into rates: first sample, wrap, reset. */
#include "unit.h"

#include "../../src/rate.c"

static struct slice said(double mono, const char *key, double bytes)
{
	struct slice slice = {.mono = mono};

	put(&slice, NET_RECV, key, bytes);
	put(&slice, NET_PACKETS_RECV, key, 1);
	return slice;
}

static double rate(struct slice before, struct slice now, bool wide)
{
	const struct reading *found;
	double result = -1;

	rate_derive(&before, &now, wide);
	found = slice_find(&now, NET_RECV_RATE, now.at[0].key);
	if (found)
		result = found->number;
	slice_free(&before);
	slice_free(&now);
	return result;
}

static void per_second(void **state)
{
	(void)state;
	assert_true(rate(said(1, "eth0", 1000), said(11, "eth0", 6000), true) == 500);
	assert_true(rate(said(1, "eth0", 1000), said(11, "eth0", 1000), true) == 0);
}

static void no_rate_without_a_past(void **state)
{
	(void)state;
	assert_true(rate(said(1, "eth0", 1000), said(11, "eth1", 6000), true) == -1);
	assert_true(rate(said(11, "eth0", 1000), said(11, "eth0", 6000), true) == -1);
	assert_true(rate((struct slice){0}, said(11, "eth0", 6000), true) == -1);
}

static void a_reset_gives_none(void **state)
{
	(void)state;
	assert_true(rate(said(1, "eth0", 6000), said(11, "eth0", 1000), true) == -1);
	assert_true(rate(said(1, "eth0", 4294967000.0), said(11, "eth0", 704), true) == -1);
	assert_true(rate(said(1, "eth0", 1000), said(11, "eth0", 704), false) == -1);
}

static void a_32_bit_kernel_wraps(void **state)
{
	(void)state;
	assert_true(rate(said(1, "eth0", 4294967000.0), said(11, "eth0", 704), false) == 100);
}

static void milliseconds_wrap_everywhere(void **state)
{
	struct slice before = {.mono = 1}, now = {.mono = 11};

	(void)state;
	put(&before, DISK_BUSY_TIME, "sda", 4294967.0);
	put(&now, DISK_BUSY_TIME, "sda", 0.704);
	rate_derive(&before, &now, true);
	assert_true(fabs(slice_find(&now, DISK_BUSY, "sda")->number - 10) < 1e-6);
	slice_free(&before);
	slice_free(&now);
}

static void a_share_is_at_most_all(void **state)
{
	struct slice before = {.mono = 1}, now = {.mono = 2};

	(void)state;
	put(&before, DISK_BUSY_TIME, "sda", 1);
	put(&now, DISK_BUSY_TIME, "sda", 2.01);
	rate_derive(&before, &now, true);
	assert_true(slice_find(&now, DISK_BUSY, "sda")->number == 100);
	slice_free(&before);
	slice_free(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(per_second),
		cmocka_unit_test(no_rate_without_a_past), cmocka_unit_test(a_reset_gives_none),
		cmocka_unit_test(a_32_bit_kernel_wraps),
		cmocka_unit_test(milliseconds_wrap_everywhere),
		cmocka_unit_test(a_share_is_at_most_all)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
