#pragma once
/*
 * Spans of a request's text, and the request target.  Private to src/http.  A span borrows; it is
 * not ended by NUL.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *at;
	size_t n;
};

static inline bool span_is(struct span span, const char *literal)
{
	return span.n == strlen(literal) && memcmp(span.at, literal, span.n) == 0;
}

static inline struct span span_from(struct span span, size_t offset)
{
	return (struct span){span.at + offset, span.n - offset};
}

/* Up to the separator, which is skipped; false and nothing changed without one. */
static inline bool span_until(struct span *rest, char separator, struct span *ret)
{
	const char *end = memchr(rest->at, separator, rest->n);

	if (!end)
		return false;
	*ret = (struct span){rest->at, (size_t)(end - rest->at)};
	*rest = span_from(*rest, ret->n + 1);
	return true;
}

/* "/path?query" and "http://host/path?query" (RFC 9112 3.2); 0, or 400 if either is malformed or
 * badly encoded, control characters included.  An empty path after a host is "/". */
int target_split(struct span target, struct span *ret_path, struct span *ret_query);

/* Decodes a path from target_split() where it stands in the text, which it is ended in. */
char *target_decode(char *text, struct span path);
