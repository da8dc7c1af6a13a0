/*
 * What stands between method and version: path and query, percent-encoded (RFC 3986), and the
 * query's parameters.
 */
#include "target.h"

#include "text.h"

#include "server.h"

#include <string.h>
#include <strings.h>

static bool span_starts_nocase(struct span span, const char *literal)
{
	return span.n >= strlen(literal) && strncasecmp(span.at, literal, strlen(literal)) == 0;
}

/* Decodes one character of a path or query; its length in the text, or 0 if it is badly encoded or
 * a control. */
static size_t percent_decode(struct span from, char *ret)
{
	int high, low;
	unsigned char c;

	if (from.at[0] != '%') {
		*ret = from.at[0];
		return 1;
	}
	if (from.n < 3)
		return 0;
	high = text_digit(from.at[1]);
	low = text_digit(from.at[2]);
	if (high < 0 || low < 0)
		return 0;
	c = (unsigned char)(high * 16 + low);
	if (c < ' ' || c == 0x7f)
		return 0;
	*ret = (char)c;
	return 3;
}

static bool encoded_well(struct span text)
{
	char ignored;

	for (size_t step; text.n; text = span_from(text, step)) {
		step = percent_decode(text, &ignored);
		if (!step)
			return false;
	}
	return true;
}

int target_split(struct span target, struct span *ret_path, struct span *ret_query)
{
	struct span path = target, query = {target.at + target.n, 0};
	size_t scheme = span_starts_nocase(target, "http://")	 ? 7
			: span_starts_nocase(target, "https://") ? 8
								 : 0;
	const char *mark;

	if (scheme) {
		path = span_from(target, scheme);
		while (path.n && path.at[0] != '/' && path.at[0] != '?')
			path = span_from(path, 1);
		if (path.at == target.at + scheme)
			return 400;
	}
	mark = memchr(path.at, '?', path.n);
	if (mark) {
		query = span_from(path, (size_t)(mark - path.at) + 1);
		path.n = (size_t)(mark - path.at);
	}
	if ((!scheme && !path.n) || (path.n && path.at[0] != '/'))
		return 400;
	if (!encoded_well(path) || !encoded_well(query))
		return 400;
	*ret_path = path;
	*ret_query = query;
	return 0;
}

char *target_decode(char *text, struct span path)
{
	char *begin = text + (path.at - text), *to = begin;

	if (!path.n) {
		/* "http://host": the host's last byte gives the place. */
		begin[-1] = '/';
		*begin = '\0';
		return begin - 1;
	}
	while (path.n) {
		path = span_from(path, percent_decode(path, to));
		to++;
	}
	*to = '\0';
	return begin;
}

/* In a query, and only there, '+' is a blank. */
static bool value_decode(struct span value, char *ret, size_t size)
{
	if (!encoded_well(value))
		return false;
	for (; value.n && size > 1; size--, ret++) {
		bool blank = value.at[0] == '+';

		value = span_from(value, percent_decode(value, ret));
		if (blank)
			*ret = ' ';
	}
	*ret = '\0';
	return true;
}

bool http_parameter(const char *query, const char *name, char *ret, size_t size)
{
	struct span rest = {query, strlen(query)}, pair, key;

	while (rest.n) {
		if (!span_until(&rest, '&', &pair)) {
			pair = rest;
			rest.n = 0;
		}
		if (!span_until(&pair, '=', &key)) {
			key = pair;
			pair.n = 0;
		}
		if (span_is(key, name))
			return value_decode(pair, ret, size);
	}
	return false;
}
