#pragma once
/*
 * How long to wait before the next try, and what short connections say about it.  For session.c,
 * and, but for the lives, for forward.c.
 */
#include <stdbool.h>

struct backoff {
	double delay, most; /* seconds */
	unsigned short_lives;
};

struct backoff backoff_new(double most);

/* A connection ended `lived` seconds after its CONNACK, or never got that far (negative). */
void backoff_judge(struct backoff *backoff, double lived, bool taken_over);

/* Does another client with our id throw us out again and again? */
bool backoff_fought(const struct backoff *backoff);

/* Seconds until the next try: one, doubling up to the most, a quarter more or less. */
double backoff_next(struct backoff *backoff);
