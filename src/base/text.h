#pragma once
/*
 * Small work on text that several layers need: slugs, globs, natural order, numbers as people write
 * them. Nothing here allocates unless it says so; a result that does not fit is cut at a whole
 * UTF-8 character.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies at most size-1 bytes, ends with NUL, replaces bytes that are not UTF-8 and control
 * characters by '?'. */
void text_copy(char *ret, size_t size, const char *from);

/* Well-formed UTF-8 (RFC 3629)? */
bool text_is_utf8(const char *text);

/* Removes blanks and line ends at both ends, in place; returns its argument's first byte that
 * stays. */
char *text_trim(char *text);

/* "/mnt/my data" → "mnt_my_data", "/" → "root"; [A-Za-z0-9_-] stay, runs of anything else become
 * one '_'. */
void text_slug(char *ret, size_t size, const char *from);

/* As text_slug(), but lower case, and of '_' and '-' never more than one '_' between letters: what
 * Home Assistant makes of an object id. */
void text_identifier(char *ret, size_t size, const char *from);

/* So many bytes as one word: blanks, control characters and backslashes as octal escapes ("\040"),
 * as mountinfo has them. */
void text_escape(char *ret, size_t size, const char *from, size_t n);

/* Order as people count: "eth2" before "eth10". <0, 0, >0 like strcmp(). */
int text_natural(const char *a, const char *b);

/* '*' matches any run, '?' one byte, [a-z] a set (fnmatch without flags). */
bool text_glob(const char *pattern, const char *text);

/*
 * Does a list of globs admit the text?  An empty list admits nothing.  Patterns are read in order
 * and the last one that matches decides; one with a leading '!' takes away: { "eth*", "!eth7" }.
 */
bool text_admitted(const char *const *patterns, size_t n, const char *text);

/* A JSON number with at most that many decimals, no trailing zeros, no exponent below 1e15, never
 * NaN (returns false). */
bool text_number(char *ret, size_t size, double number, int decimals);

/* "2026-11-20T13:19:00+00:00" for seconds since 1970, in UTC. */
void text_moment(char *ret, size_t size, double seconds);

/* The name nearest to a wrong one by edit distance, or NULL if none is near.  For "did you mean".
 */
const char *text_nearest(const char *wrong, const char *const *names, size_t n);

/* SipHash-2-4, keyed, 64 bits: https://github.com/veorq/SipHash. */
uint64_t text_hash(const uint8_t key[16], const void *bytes, size_t n);

/* The value of a hexadecimal digit, or -1. */
int text_digit(char c);

/* Strict decimal: the whole text is a number, or false and *ret untouched. */
bool text_to_double(const char *text, double *ret);
bool text_to_long(const char *text, long *ret);
