#pragma once
/*
 * A cursor over kernel text.  It owns nothing, allocates nothing and never reads beyond its end; a
 * step that finds nothing answers false and leaves both cursor and result as they were.  All
 * numbers are ASCII decimal (or hexadecimal where said): no locale.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan {
	const char *at, *end;
};

struct scan scan_text(const char *text);
bool scan_done(struct scan s);

/* The next line without its '\n'. */
bool scan_line(struct scan *s, struct scan *ret_line);

/* The next run of non-blanks (blank: space, tab). */
bool scan_word(struct scan *s, struct scan *ret_word);
bool scan_skip_words(struct scan *s, size_t n);

/* The next word as a number, whole or nothing: "12kB" is no number. */
bool scan_u64(struct scan *s, uint64_t *ret);
bool scan_hex(struct scan *s, uint64_t *ret);
bool scan_double(struct scan *s, double *ret);

/* "Key: rest" → key without blanks around it; the cursor stands after the separator.  At the first
 * or the last separator of the line. */
bool scan_key(struct scan *line, char separator, struct scan *ret_key);
bool scan_key_last(struct scan *line, char separator, struct scan *ret_key);

bool scan_is(struct scan word, const char *literal);
bool scan_starts(struct scan word, const char *literal);

/* Copies cleaned as text_copy() does; cut to fit. */
void scan_copy(struct scan word, char *ret, size_t size);
