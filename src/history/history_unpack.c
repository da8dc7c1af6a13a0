#include "history_pack_private.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define VARINT_MAX 10

static int64_t unzigzag(uint64_t number)
{
	return (int64_t)(number & 1 ? ~(number >> 1) : number >> 1);
}

/* Without the overflow that signed numbers may not have. */
static int64_t sum(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static bool get_varint(const unsigned char **at, const unsigned char *end, uint64_t *ret)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < VARINT_MAX && *at < end; i++) {
		unsigned char byte = *(*at)++;

		number |= (uint64_t)(byte & 0x7f) << 7 * i;
		if (!(byte & 0x80)) {
			*ret = number;
			return true;
		}
	}
	return false;
}

int unpack_times(
	const void *bytes, size_t n, int64_t ret_times[static PACK_ROWS_MAX], struct unpacked *ret)
{
	const unsigned char *at = bytes, *end = at + n;
	int64_t time = 0, step = 0;
	uint64_t rows, number;

	if (!n || *at++ != PACK_VERSION || !get_varint(&at, end, &rows) || rows > PACK_ROWS_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < rows; i++) {
		if (!get_varint(&at, end, &number))
			return -EBADMSG;
		step = i > 1 ? sum(step, unzigzag(number)) : unzigzag(number);
		if (i && sum(time, step) < time)
			return -EBADMSG;
		time = i ? sum(time, step) : step;
		ret_times[i] = time;
	}
	*ret = (struct unpacked){at, end, (size_t)rows};
	return 0;
}

int unpack_column(struct unpacked *unpacked, struct packed_column *ret)
{
	uint64_t id, n;

	if (unpacked->at == unpacked->end)
		return 0;
	if (!get_varint(&unpacked->at, unpacked->end, &id) ||
		!get_varint(&unpacked->at, unpacked->end, &n) || !n ||
		n > (size_t)(unpacked->end - unpacked->at))
		return -EBADMSG;
	*ret = (struct packed_column){
		.id = id, .decimals = *unpacked->at & PACK_DECIMALS, .at = unpacked->at};
	ret->end = unpacked->at += n;
	if (ret->decimals == PACK_AS_IT_IS)
		ret->decimals = -1;
	return ret->decimals > PACK_DECIMALS_MAX ? -EBADMSG : 1;
}

/* One after the other, as many as are asked for. */
struct steps {
	const unsigned char *at, *end;
	uint64_t divisor, stays;
	int64_t whole;
	bool begun;
};

static bool steps_next(struct steps *steps)
{
	uint64_t number;

	if (!steps->begun) {
		steps->begun = true;
		if (!get_varint(&steps->at, steps->end, &number) ||
			!get_varint(&steps->at, steps->end, &steps->divisor))
			return false;
		steps->whole = unzigzag(number);
		return true;
	}
	if (steps->stays) {
		steps->stays--;
		return true;
	}
	if (!get_varint(&steps->at, steps->end, &number))
		return false;
	if (number & 1)
		steps->stays = number >> 1;
	else
		steps->whole = sum(
			steps->whole, (int64_t)((uint64_t)unzigzag(number >> 1) * steps->divisor));
	return true;
}

static bool double_next(struct steps *steps, double *ret)
{
	uint64_t bits = 0;

	if (steps->end - steps->at < 8)
		return false;
	for (unsigned byte = 0; byte < 8; byte++)
		bits |= (uint64_t)*steps->at++ << 8 * byte;
	memcpy(ret, &bits, sizeof(*ret));
	return isfinite(*ret);
}

int unpack_values(const struct packed_column *column, size_t rows, double *ret_values)
{
	struct steps steps = {.at = column->at + 1, .end = column->end};
	const unsigned char *presence = NULL;

	if (*column->at & PACK_GAPS) {
		presence = steps.at;
		if ((size_t)(steps.end - steps.at) < (rows + 7) / 8)
			return -EBADMSG;
		steps.at += (rows + 7) / 8;
	}
	for (size_t i = 0; i < rows; i++) {
		ret_values[i] = NAN;
		if (presence && !(presence[i / 8] >> i % 8 & 1))
			continue;
		if (column->decimals < 0 ? !double_next(&steps, &ret_values[i])
					 : !steps_next(&steps))
			return -EBADMSG;
		if (column->decimals >= 0)
			ret_values[i] = (double)steps.whole / pack_powers[column->decimals];
	}
	return steps.at == steps.end && !steps.stays ? 0 : -EBADMSG;
}
