/*
 * MQTT 5 names the cause when another client comes with our id.  MQTT 3.1.1 just closes the older
 * connection, and two clients then throw each other out for ever: some connections in a row, each
 * ended without a word soon after its CONNACK, with no failed try between (a broker that restarts
 * refuses some).  Some brokers do the same to those who send what they do not take.
 */
#include "session_backoff.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>

#define STEADY_SECONDS 10
#define TAKEOVERS 3

struct backoff backoff_new(double most)
{
	return (struct backoff){.delay = 1, .most = most};
}

void backoff_judge(struct backoff *backoff, double lived, enum farewell farewell)
{
	if (farewell == TAKEN_OVER)
		backoff->short_lives = TAKEOVERS;
	else if (farewell == WORDLESS && lived >= 0 && lived < STEADY_SECONDS)
		backoff->short_lives++;
	else
		backoff->short_lives = 0;
	if (backoff_fought(backoff))
		backoff->delay = backoff->most;
	else if (lived >= STEADY_SECONDS)
		backoff->delay = 1;
}

bool backoff_fought(const struct backoff *backoff)
{
	return backoff->short_lives >= TAKEOVERS;
}

void backoff_accuse(enum farewell farewell, const char *id, char *ret, size_t size)
{
	static const char format[] = "another client uses the id \"%s\" (option mqtt.client_id)";
	size_t n = 0;

	if (farewell != TAKEN_OVER)
		n = (size_t)snprintf(ret, size, "it closes each soon after greeting: ");
	n += (size_t)snprintf(ret + n, size - n, format, id);
	if (farewell != TAKEN_OVER && n < size)
		snprintf(ret + n, size - n, ", or it does not take what pistat sends");
}

double backoff_next(struct backoff *backoff)
{
	uint32_t dice = UINT32_MAX / 2;
	double delay = backoff->delay;

	/* a houseful of agents must not knock at a reborn broker all at once */
	if (getrandom(&dice, sizeof(dice), GRND_NONBLOCK) > 0)
		delay *= 0.75 + 0.5 * ((double)dice / UINT32_MAX);
	backoff->delay = fmin(backoff->delay * 2, backoff->most);
	return fmin(delay, backoff->most);
}
