#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The length of the well-formed UTF-8 character at `at` (RFC 3629: no overlong forms, no
 * surrogates), or 0. */
static size_t utf8_length(const unsigned char *at)
{
	size_t n = at[0] < 0x80	  ? 1
		   : at[0] < 0xc2 ? 0
		   : at[0] < 0xe0 ? 2
		   : at[0] < 0xf0 ? 3
		   : at[0] < 0xf5 ? 4
				  : 0;

	for (size_t i = 1; i < n; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
		(at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return n;
}

bool text_is_utf8(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t n = 1;

	while (*at && n) {
		n = utf8_length(at);
		at += n;
	}
	return n > 0;
}

void text_copy(char *ret, size_t size, const char *from)
{
	const unsigned char *at = (const unsigned char *)from;
	size_t used = 0;

	while (*at) {
		size_t n = utf8_length(at);
		/* C1 controls are as unwelcome on a terminal as C0 */
		bool clean = n && !(n == 1 && (*at < 0x20 || *at == 0x7f)) &&
			     !(n == 2 && at[0] == 0xc2 && at[1] < 0xa0);

		if (used + (clean ? n : 1) + 1 > size)
			break;
		if (clean)
			memcpy(ret + used, at, n);
		else
			ret[used] = '?';
		used += clean ? n : 1;
		at += n ? n : 1;
	}
	if (size)
		ret[used] = '\0';
}

char *text_trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	for (n = strlen(text); n && isspace((unsigned char)text[n - 1]); n--)
		;
	text[n] = '\0';
	return text;
}

static void slug(char *ret, size_t size, const char *from, bool identifier)
{
	size_t n = 0;
	bool gap = false;

	for (; *from && n + 1 < size; from++) {
		unsigned char c = (unsigned char)*from;
		bool kept = c < 0x80 && (isalnum(c) || (!identifier && (c == '_' || c == '-')));

		if (!kept) {
			gap = n > 0;
			continue;
		}
		if (gap && n + 2 < size)
			ret[n++] = '_';
		gap = false;
		ret[n++] = identifier ? (char)tolower(c) : (char)c;
	}
	ret[n] = '\0';
}

void text_slug(char *ret, size_t size, const char *from)
{
	slug(ret, size, strcmp(from, "/") == 0 ? "root" : from, false);
}

void text_identifier(char *ret, size_t size, const char *from)
{
	slug(ret, size, strcmp(from, "/") == 0 ? "root" : from, true);
}

int text_natural(const char *a, const char *b)
{
	return strverscmp(a, b);
}

bool text_glob(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, 0) == 0;
}

bool text_admitted(const char *const *patterns, size_t n, const char *text)
{
	bool admitted = false;

	for (size_t i = 0; i < n; i++) {
		bool away = patterns[i][0] == '!';

		if (text_glob(patterns[i] + away, text))
			admitted = !away;
	}
	return admitted;
}

/* The digits of a whole number scaled by 10^decimals, the point set; returns the end. */
static char *fixed_point(char *ret, unsigned long long scaled, int decimals)
{
	char digits[32];
	int n = 0;

	for (; scaled || n <= decimals; scaled /= 10)
		digits[n++] = (char)('0' + scaled % 10);
	while (n > 0) {
		if (n == decimals)
			*ret++ = '.';
		*ret++ = digits[--n];
	}
	return ret;
}

/* printf() of a double is the slowest thing in a sample; nearly all numbers fit into an integer
 * once scaled. */
bool text_number(char *ret, size_t size, double number, int decimals)
{
	static const double scales[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};
	char text[64], *end = text;

	if (!isfinite(number))
		return false;
	if (decimals >= 0 && decimals <= 6 && fabs(number) * scales[decimals] < 9e15) {
		unsigned long long scaled =
			(unsigned long long)(fabs(number) * scales[decimals] + 0.5);

		if (number < 0 && scaled)
			*end++ = '-';
		end = fixed_point(end, scaled, decimals);
	} else {
		int n = snprintf(text, sizeof(text), "%.*f", decimals, number);

		if (n < 0 || (size_t)n >= sizeof(text))
			return false;
		end += n;
	}
	*end = '\0';
	if (strchr(text, '.')) {
		while (end > text && end[-1] == '0')
			*--end = '\0';
		if (end > text && end[-1] == '.')
			*--end = '\0';
	}
	if ((size_t)(end - text) >= size)
		return false;
	memcpy(ret, text, (size_t)(end - text) + 1);
	return true;
}

void text_moment(char *ret, size_t size, double seconds)
{
	bool sane = fabs(seconds) <
		    1e12; /* what is beyond any time_t becomes anything, as the processor likes */
	time_t whole = (time_t)floor(sane ? seconds : 0);
	struct tm utc;

	if (!sane || !gmtime_r(&whole, &utc) ||
		strftime(ret, size, "%Y-%m-%dT%H:%M:%S+00:00", &utc) == 0)
		ret[0] = '\0';
}

static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= 64)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (tolower((unsigned char)a[i - 1]) !=
							 tolower((unsigned char)b[j - 1]));

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

const char *text_nearest(const char *wrong, const char *const *names, size_t n)
{
	const char *nearest = NULL;
	size_t least = strlen(wrong) / 2 + 2;

	for (size_t i = 0; i < n; i++) {
		size_t away = distance(wrong, names[i]);

		if (away < least) {
			least = away;
			nearest = names[i];
		}
	}
	return nearest;
}

int text_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_to_double(const char *text, double *ret)
{
	char *end;
	double number;

	if (!*text || isspace((unsigned char)*text))
		return false;
	errno = 0;
	number = strtod(text, &end);
	if (*end || errno || !isfinite(number))
		return false;
	*ret = number;
	return true;
}

bool text_to_long(const char *text, long *ret)
{
	char *end;
	long number;

	if (!*text || isspace((unsigned char)*text))
		return false;
	errno = 0;
	number = strtol(text, &end, 10);
	if (*end || errno)
		return false;
	*ret = number;
	return true;
}

void text_escape(char *ret, size_t size, const char *from, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)from[i];

		if (byte <= ' ' || byte == '\\' || byte == 0x7f) {
			if (at + 4 >= size)
				break;
			at += (size_t)snprintf(ret + at, size - at, "\\%03o", byte);
		} else {
			if (at + 1 >= size)
				break;
			ret[at++] = from[i];
		}
	}
	ret[at] = '\0';
}
