#pragma once
/*
 * How long to wait before the next try, and what short connections say about it.  For session.c,
 * and, but for the lives, for forward.c.
 */
#include <stdbool.h>
#include <stddef.h>

struct backoff {
	double delay, most; /* seconds */
	unsigned short_lives;
};

struct backoff backoff_new(double most);

/* How it ended: nobody said why, somebody did, or it was said that another came with our id. */
enum farewell { WORDLESS, EXPLAINED, TAKEN_OVER };

/* A connection ended `lived` seconds after its CONNACK, or never got that far (negative). */
void backoff_judge(struct backoff *backoff, double lived, enum farewell farewell);

/* Are we thrown out again and again, by another client with our id as it seems? */
bool backoff_fought(const struct backoff *backoff);
/* The same in words; size: enough for an id and 120 bytes. */
void backoff_accuse(enum farewell farewell, const char *id, char *ret, size_t size);

/* Seconds until the next try: one, doubling up to the most, a quarter more or less. */
double backoff_next(struct backoff *backoff);
