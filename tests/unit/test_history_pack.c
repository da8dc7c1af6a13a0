/* Batches as bytes: what goes in comes out, and what makes no sense is refused. */
#include "unit.h"

#include "../../src/history/history_pack.c"
#include "../../src/history/history_unpack.c"

#define ROWS 60

static void times_of(int64_t *times, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		times[i] = INT64_C(1700000000000) + (int64_t)i * 10000 + (int64_t)(i * 7 % 5) - 2;
}

static struct packed pack_one(const double *values, size_t rows, int decimals)
{
	struct packed packed = {0};
	int64_t times[PACK_ROWS_MAX];

	times_of(times, rows);
	pack_times(&packed, times, rows);
	pack_column(&packed, 300, decimals, values, rows);
	return packed;
}

/* The bytes that a column of these values takes. */
static size_t comes_back(const double *values, size_t rows, int decimals)
{
	struct packed packed = pack_one(values, rows, decimals);
	int64_t expected[PACK_ROWS_MAX], times[PACK_ROWS_MAX];
	double found[PACK_ROWS_MAX];
	struct unpacked unpacked;
	struct packed_column column;
	size_t n = packed.n;

	times_of(expected, rows);
	assert_int_equal(unpack_times(packed.at, packed.n, times, &unpacked), 0);
	assert_int_equal(unpacked.rows, rows);
	assert_memory_equal(times, expected, rows * sizeof(*times));
	assert_int_equal(unpack_column(&unpacked, &column), 1);
	assert_int_equal(column.id, 300);
	assert_int_equal(unpack_values(&column, rows, found), 0);
	for (size_t i = 0; i < rows; i++) {
		if (isnan(values[i]))
			assert_true(isnan(found[i]));
		else
			assert_true(found[i] == pack_rounded(values[i], decimals));
	}
	assert_int_equal(unpack_column(&unpacked, &column), 0);
	free(packed.at);
	return n;
}

static void values_come_back(void **state)
{
	double values[ROWS];

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		values[i] = 20 + sin((double)i) * 15;
	comes_back(values, ROWS, 1);
	comes_back(values, ROWS, 6);
	for (size_t i = 0; i < ROWS; i++)
		values[i] = 2.5e9 + floor(sin((double)i) * 1000) * 4096;
	comes_back(values, ROWS, 0);
	for (size_t i = 0; i < ROWS; i++)
		values[i] = -58 - (double)(i % 4);
	comes_back(values, ROWS, 0);
	comes_back(values, 1, 0);
	comes_back(values, 0, 0);
}

static void what_stays_costs_nothing(void **state)
{
	double values[ROWS];
	size_t one, all;

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		values[i] = 31e9;
	one = comes_back(values, 1, 0);
	all = comes_back(values, ROWS, 0);
	assert_true(all < one + 2 * ROWS);
}

static void gaps_are_gaps(void **state)
{
	double values[ROWS];

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		values[i] = i % 3 ? NAN : (double)i / 10;
	comes_back(values, ROWS, 1);
	comes_back(values, 9, 1);
	for (size_t i = 0; i < ROWS; i++)
		values[i] = NAN;
	comes_back(values, ROWS, 1);
	values[ROWS - 1] = 5;
	comes_back(values, ROWS, 0);
}

static void too_large_is_kept_as_it_is(void **state)
{
	double values[] = {1e300, -1e18, 0.1, NAN, 5.5};

	(void)state;
	comes_back(values, ARRAY_LEN(values), 6);
	comes_back(values, ARRAY_LEN(values), -1);
}

static void zero_has_one_sign(void **state)
{
	double values[] = {-0.0, 0.0};

	(void)state;
	comes_back(values, 2, 1);
	assert_int_equal(signbit(pack_rounded(-0.0, 1)), 0);
}

/* Whatever it says, it ends. */
static int try(const unsigned char *bytes, size_t n)
{
	int64_t times[PACK_ROWS_MAX];
	double values[PACK_ROWS_MAX];
	struct unpacked unpacked;
	struct packed_column column;
	int r = unpack_times(bytes, n, times, &unpacked);

	while (r == 0 && (r = unpack_column(&unpacked, &column)) > 0)
		r = unpack_values(&column, unpacked.rows, values);
	return r;
}

static void what_is_cut_is_refused(void **state)
{
	double values[ROWS];
	struct packed packed;
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		values[i] = i % 7 ? (double)(i * i) : NAN;
	packed = pack_one(values, ROWS, 0);
	assert_int_equal(try(packed.at, packed.n), 0);
	for (size_t n = 0; n < packed.n; n++) {
		unsigned char *cut = xcalloc(n ? n : 1, 1);

		memcpy(cut, packed.at, n);
		refused += try(cut, n) == -EBADMSG;
		free(cut);
	}
	/* without its only column it makes sense, too */
	assert_int_equal(refused, packed.n - 1);
	for (size_t i = 0; i < packed.n * 8; i++) {
		packed.at[i / 8] ^= (unsigned char)(1 << i % 8);
		(void)try(packed.at, packed.n);
		packed.at[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	free(packed.at);
}

static void nonsense_is_refused(void **state)
{
	/* version, rows, times; id, bytes, decimals … */
	static const unsigned char backwards[] = {1, 2, 10, 3};
	static const unsigned char rows[] = {1, 0xff, 0xff, 0x7f};
	static const unsigned char version[] = {2, 0};
	static const unsigned char endless[] = {
		1, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0};
	static const unsigned char decimals[] = {1, 1, 2, 5, 3, 12, 0, 1};
	static const unsigned char more[] = {1, 1, 2, 5, 4, 0, 0, 1, 7};
	static const unsigned char longer[] = {1, 1, 2, 5, 40, 0, 0, 1};

	(void)state;
	assert_int_equal(try(backwards, sizeof(backwards)), -EBADMSG);
	assert_int_equal(try(rows, sizeof(rows)), -EBADMSG);
	assert_int_equal(try(version, sizeof(version)), -EBADMSG);
	assert_int_equal(try(endless, sizeof(endless)), -EBADMSG);
	assert_int_equal(try(decimals, sizeof(decimals)), -EBADMSG);
	assert_int_equal(try(more, sizeof(more)), -EBADMSG);
	assert_int_equal(try(longer, sizeof(longer)), -EBADMSG);
	assert_int_equal(try(NULL, 0), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(what_stays_costs_nothing),
		cmocka_unit_test(gaps_are_gaps),
		cmocka_unit_test(too_large_is_kept_as_it_is),
		cmocka_unit_test(zero_has_one_sign),
		cmocka_unit_test(what_is_cut_is_refused),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
