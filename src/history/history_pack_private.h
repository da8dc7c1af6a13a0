#pragma once
/*
 * The format, version 1; every number is a varint (7 bits a byte, the lowest first), signed ones
 * zigzag:
 *
 *	1, rows, first time, then for each further row the change of the step between times
 *	then columns up to the end: id, bytes of the column, column
 *
 * A column: a byte that holds the decimals and whether values are missing; if so, a bit for each
 * row; then the first value × 10^decimals, the greatest common divisor of all steps between values,
 * and the steps divided by it: 2 × zigzag(step), or 2 × more + 1 for 1 + more values that stay.
 * Where that would lose something, the values as IEEE 754 doubles, little endian.
 *
 * Private to history_pack.c, which writes it, and history_unpack.c, which reads it.
 */
#include "history_pack.h"

#define PACK_VERSION 1
#define PACK_DECIMALS 0x0f
#define PACK_AS_IT_IS 0x0f /* in place of the decimals */
#define PACK_GAPS 0x10

static const double pack_powers[PACK_DECIMALS_MAX + 1] = {
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
