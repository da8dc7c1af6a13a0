/*
 * What a client asks for beside the path: types it would like, switches in the query, its token.
 */
#include "mem.h"
#include "route.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* "text/html", "text/<any>" or "<any>/<any>" against a type; the range is not ended by NUL. */
static bool range_admits(const char *range, size_t n, const char *type)
{
	const char *slash = strchr(type, '/');
	size_t kind = (size_t)(slash - type) + 1;

	if (n == 3 && memcmp(range, "*/*", 3) == 0)
		return true;
	if (n == kind + 1 && range[n - 1] == '*')
		return strncasecmp(range, type, kind) == 0;
	return n == strlen(type) && strncasecmp(range, type, n) == 0;
}

/* The weight among "; level=1; q=0.8", 1 if there is none (RFC 9110 12.4.2). */
static double range_weight(const char *item, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++) {
		size_t at = i + 1;

		if (item[i] != ';')
			continue;
		at += strspn(item + at, " \t");
		if (at + 1 < n && (item[at] == 'q' || item[at] == 'Q') && item[at + 1] == '=')
			return strtod(item + at + 2, NULL);
	}
	return 1;
}

size_t negotiate_type(const char *accept, const char *const *offered, size_t n)
{
	size_t best = 0;
	double best_weight = 0;

	while (*accept) {
		size_t item, range;

		accept += strspn(accept, ", \t");
		item = strcspn(accept, ",");
		range = strcspn(accept, ",; \t");
		for (size_t i = 0; i < n && offered[i]; i++) {
			double weight = range_weight(accept, item);

			if (!range_admits(accept, range, offered[i]))
				continue;
			if (weight > best_weight) {
				best = i;
				best_weight = weight;
			}
			break;
		}
		accept += item;
	}
	return best;
}

bool negotiate_gzip(const char *accept)
{
	double any = 0, weight = -1;

	while (*accept) {
		size_t item, name;

		accept += strspn(accept, ", \t");
		item = strcspn(accept, ",");
		name = strcspn(accept, ",; \t");
		if (name == 1 && *accept == '*')
			any = range_weight(accept, item);
		else if ((name == 4 && strncasecmp(accept, "gzip", name) == 0) ||
			 (name == 6 && strncasecmp(accept, "x-gzip", name) == 0))
			weight = range_weight(accept, item);
		accept += item;
	}
	return weight < 0 ? any > 0 : weight > 0;
}

int negotiate_flag(const char *query, const char *name, bool *ret)
{
	static const char *const yes[] = {"true", "1", "yes", "on"};
	static const char *const no[] = {"false", "0", "no", "off"};
	char value[8];

	if (!http_parameter(query, name, value, sizeof(value)))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcasecmp(value, yes[i]) == 0 || strcasecmp(value, no[i]) == 0) {
			*ret = strcasecmp(value, yes[i]) == 0;
			return 0;
		}
	}
	return -EINVAL;
}

bool negotiate_token(const char *authorization, const char *token)
{
	size_t n = strlen(token), given_n;
	unsigned char different = 0;

	if (strncasecmp(authorization, "Bearer ", 7) != 0)
		return false;
	authorization += 7;
	authorization += strspn(authorization, " ");
	given_n = strlen(authorization);
	for (size_t i = 0; i < given_n; i++)
		different |= (unsigned char)(authorization[i] ^ token[i % n]);
	return !different && given_n == n;
}
