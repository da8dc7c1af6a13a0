#include "history_pack_private.h"

#include "mem.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define EXACT 9007199254740992.0 /* 2^53: whole numbers up to here are exact in a double */

static void reserve(struct packed *packed, size_t more)
{
	if (packed->n + more <= packed->room)
		return;
	packed->room = 2 * (packed->n + more);
	packed->at = xrealloc(packed->at, packed->room, 1);
}

static void put_byte(struct packed *packed, unsigned byte)
{
	reserve(packed, 1);
	packed->at[packed->n++] = (unsigned char)byte;
}

static void put_varint(struct packed *packed, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		put_byte(packed, 0x80 | (unsigned)(number & 0x7f));
	put_byte(packed, (unsigned)number);
}

static uint64_t zigzag(int64_t number)
{
	return number < 0 ? ~((uint64_t)number << 1) : (uint64_t)number << 1;
}

/* Without the overflow that signed numbers may not have. */
static int64_t difference(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

void pack_times(struct packed *packed, const int64_t *times, size_t rows)
{
	int64_t step = 0;

	put_byte(packed, PACK_VERSION);
	put_varint(packed, rows);
	for (size_t i = 0; i < rows; i++) {
		int64_t next = i ? difference(times[i], times[i - 1]) : times[0];

		put_varint(packed, zigzag(i > 1 ? difference(next, step) : next));
		step = next;
	}
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

double pack_rounded(double value, int decimals)
{
	double scaled;

	if (decimals < 0 || decimals > PACK_DECIMALS_MAX)
		return value;
	scaled = value * pack_powers[decimals];
	return fabs(scaled) < EXACT ? (double)llround(scaled) / pack_powers[decimals] : value;
}

/* The values that there are, × 10^decimals; false if that would lose something. */
static bool to_whole(
	const double *values, size_t rows, int decimals, int64_t *ret_whole, size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < rows; i++) {
		double scaled = values[i] * pack_powers[decimals];

		if (isnan(values[i]))
			continue;
		if (!(fabs(scaled) < EXACT))
			return false;
		ret_whole[(*ret_n)++] = llround(scaled);
	}
	return true;
}

static void put_steps(struct packed *packed, const int64_t *whole, size_t n)
{
	uint64_t divisor = 0, more = 0;

	for (size_t i = 1; i < n; i++)
		divisor = common_divisor((uint64_t)llabs(whole[i] - whole[i - 1]), divisor);
	if (!divisor)
		divisor = 1;
	put_varint(packed, zigzag(whole[0]));
	put_varint(packed, divisor);
	for (size_t i = 1; i < n; i++) {
		int64_t step = (whole[i] - whole[i - 1]) / (int64_t)divisor;

		if (step) {
			put_varint(packed, zigzag(step) << 1);
			continue;
		}
		for (more = 0; i + 1 < n && whole[i + 1] == whole[i]; i++)
			more++;
		put_varint(packed, more << 1 | 1);
	}
}

static void put_as_they_are(struct packed *packed, const double *values, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		uint64_t bits;

		memcpy(&bits, &values[i], sizeof(bits));
		for (size_t byte = 0; !isnan(values[i]) && byte < sizeof(bits); byte++)
			put_byte(packed, (unsigned)(bits >> 8 * byte) & 0xff);
	}
}

static void put_presence(struct packed *packed, const double *values, size_t rows)
{
	for (size_t i = 0; i < rows; i += 8) {
		unsigned bits = 0;

		for (size_t bit = 0; bit < 8 && i + bit < rows; bit++)
			bits |= (unsigned)!isnan(values[i + bit]) << bit;
		put_byte(packed, bits);
	}
}

void pack_column(
	struct packed *packed, uint64_t id, int decimals, const double *values, size_t rows)
{
	struct packed column = {0};
	int64_t whole[PACK_ROWS_MAX];
	size_t n = 0;
	bool fits = decimals >= 0 && decimals <= PACK_DECIMALS_MAX &&
		    to_whole(values, rows, decimals, whole, &n),
	     gaps = false;

	for (size_t i = 0; i < rows; i++)
		gaps |= isnan(values[i]) != 0;
	put_byte(&column, (fits ? (unsigned)decimals : PACK_AS_IT_IS) | (gaps ? PACK_GAPS : 0));
	if (gaps)
		put_presence(&column, values, rows);
	if (!fits)
		put_as_they_are(&column, values, rows);
	else if (n)
		put_steps(&column, whole, n);
	put_varint(packed, id);
	put_varint(packed, column.n);
	reserve(packed, column.n);
	memcpy(packed->at + packed->n, column.at, column.n);
	packed->n += column.n;
	free(column.at);
}
