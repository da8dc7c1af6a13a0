#pragma once
/*
 * A batch of samples as bytes, as a row of the history keeps it: the times, then a column for each
 * series, most numbers in one or two bytes.  Pure: bytes in, numbers out, and bytes that make no
 * sense are refused (-EBADMSG), whatever they are.
 */
#include <stddef.h>
#include <stdint.h>

#define PACK_ROWS_MAX 1024
#define PACK_DECIMALS_MAX 9

struct packed {
	unsigned char *at; /* the caller frees it */
	size_t n, room;
};

/* Times in milliseconds since 1970, ascending; at most PACK_ROWS_MAX. */
void pack_times(struct packed *packed, const int64_t *times, size_t rows);

/* A column of as many values, NaN where there is none, kept to so many decimals. */
void pack_column(
	struct packed *packed, uint64_t id, int decimals, const double *values, size_t rows);

/* As the value comes out again. */
double pack_rounded(double value, int decimals);

struct packed_column {
	uint64_t id;
	int decimals; /* -1: kept as they were */
	const unsigned char *at, *end;
};

struct unpacked {
	const unsigned char *at, *end;
	size_t rows;
};

/* The times, ascending; columns come next.  Borrows the bytes. */
int unpack_times(
	const void *bytes, size_t n, int64_t ret_times[static PACK_ROWS_MAX], struct unpacked *ret);

/* 1, 0 after the last, or -EBADMSG. */
int unpack_column(struct unpacked *unpacked, struct packed_column *ret);
int unpack_values(const struct packed_column *column, size_t rows, double *ret_values);
