#include "scan.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

struct scan scan_text(const char *text)
{
	return (struct scan){text, text + strlen(text)};
}

bool scan_done(struct scan s)
{
	return s.at == s.end;
}

bool scan_line(struct scan *s, struct scan *ret_line)
{
	const char *end;

	if (scan_done(*s))
		return false;
	end = memchr(s->at, '\n', (size_t)(s->end - s->at));
	*ret_line = (struct scan){s->at, end ? end : s->end};
	s->at = end ? end + 1 : s->end;
	return true;
}

bool scan_word(struct scan *s, struct scan *ret_word)
{
	const char *from = s->at, *to;

	while (from < s->end && blank(*from))
		from++;
	if (from == s->end || *from == '\n')
		return false;
	for (to = from; to < s->end && !blank(*to) && *to != '\n'; to++)
		;
	*ret_word = (struct scan){from, to};
	s->at = to;
	return true;
}

bool scan_skip_words(struct scan *s, size_t n)
{
	struct scan ahead = *s, word;

	for (; n; n--)
		if (!scan_word(&ahead, &word))
			return false;
	*s = ahead;
	return true;
}

static bool number(struct scan *s, unsigned base, uint64_t *ret)
{
	struct scan ahead = *s, word;
	uint64_t sum = 0;

	if (!scan_word(&ahead, &word))
		return false;
	for (const char *c = word.at; c < word.end; c++) {
		unsigned value = (unsigned)text_digit(*c);

		if (value >= base || sum > (UINT64_MAX - value) / base)
			return false;
		sum = sum * base + value;
	}
	*s = ahead;
	*ret = sum;
	return true;
}

bool scan_u64(struct scan *s, uint64_t *ret)
{
	return number(s, 10, ret);
}

bool scan_hex(struct scan *s, uint64_t *ret)
{
	return number(s, 16, ret);
}

bool scan_double(struct scan *s, double *ret)
{
	struct scan ahead = *s, word;
	char copy[64];

	if (!scan_word(&ahead, &word) || (size_t)(word.end - word.at) >= sizeof(copy))
		return false;
	memcpy(copy, word.at, (size_t)(word.end - word.at));
	copy[word.end - word.at] = '\0';
	if (!text_to_double(copy, ret))
		return false;
	*s = ahead;
	return true;
}

static void key(struct scan *line, const char *separator, struct scan *ret_key)
{
	struct scan found = {line->at, separator};

	while (found.at < found.end && blank(*found.at))
		found.at++;
	while (found.end > found.at && blank(found.end[-1]))
		found.end--;
	*ret_key = found;
	line->at = separator + 1;
}

bool scan_key(struct scan *line, char separator, struct scan *ret_key)
{
	const char *at = memchr(line->at, separator, (size_t)(line->end - line->at));

	if (!at)
		return false;
	key(line, at, ret_key);
	return true;
}

bool scan_key_last(struct scan *line, char separator, struct scan *ret_key)
{
	const char *at = memrchr(line->at, separator, (size_t)(line->end - line->at));

	if (!at)
		return false;
	key(line, at, ret_key);
	return true;
}

bool scan_is(struct scan word, const char *literal)
{
	size_t n = strlen(literal);

	return (size_t)(word.end - word.at) == n && memcmp(word.at, literal, n) == 0;
}

bool scan_starts(struct scan word, const char *literal)
{
	size_t n = strlen(literal);

	return (size_t)(word.end - word.at) >= n && memcmp(word.at, literal, n) == 0;
}

void scan_copy(struct scan word, char *ret, size_t size)
{
	char raw[512];
	size_t n = (size_t)(word.end - word.at);

	if (n >= sizeof(raw))
		n = sizeof(raw) - 1;
	memcpy(raw, word.at, n);
	raw[n] = '\0';
	text_copy(ret, size, raw);
}
