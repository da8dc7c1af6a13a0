/*
 * What the listeners see of the connection, and what goes over it while it is up.  A listener may
 * publish and subscribe from every callback.
 */
#include "clock.h"
#include "log.h"
#include "session_private.h"
#include "tally.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <string.h>

void session_watch_writes(struct session *session)
{
	uint32_t mask = EPOLLIN | (client_wants_write(session->client) ? EPOLLOUT : 0u), old = 0;

	if (!session->socket || sd_event_source_get_io_events(session->socket, &old) < 0 ||
		old == mask)
		return;
	sd_event_source_set_io_events(session->socket, mask);
}

#define STALLED_SECONDS 0.5 /* what the broker has not taken by then holds back the next burst */
#define PING_SLACK 0.1	    /* our clock is read a little before libmosquitto's */
#define WAITING_MAX 20000   /* messages in one burst */

static void pass_message(
	void *self, const char *topic, const char *payload, size_t size, bool retained)
{
	struct session *session = self;

	if (session->closing)
		return;
	for (size_t i = 0; i < session->listeners_n; i++)
		if (session->listeners[i].message)
			session->listeners[i].message(
				session->listeners[i].self, topic, payload, size, retained);
}

static void note_subscribed(void *self, int mid, bool refused)
{
	const struct session *session = self;

	for (size_t i = 0; refused && i < session->subscriptions_n; i++)
		if (session->subscriptions[i].mid == mid)
			log_warning("broker %s: does not let us subscribe to \"%s\"",
				session->broker, session->subscriptions[i].pattern);
}

struct client_events session_client_events(struct session *session)
{
	return (struct client_events){
		.message = pass_message, .subscribed = note_subscribed, .self = session};
}

bool session_up(const struct session *session)
{
	return session->state == UP;
}

const char *session_state(const struct session *session)
{
	switch (session->state) {
	case UP:
		return "connected";
	case DIALLING:
	case GREETING:
		return "connecting";
	case DOWN:
		break;
	}
	return "disconnected";
}

const char *session_complaint(const struct session *session)
{
	if (session->state == UP)
		return "";
	return session->complaint[0] ? session->complaint : session->said;
}

void session_listen(struct session *session, struct session_events events)
{
	if (session->listeners_n < SESSION_LISTENERS)
		session->listeners[session->listeners_n++] = events;
}

static void subscribe(struct session *session, struct subscription *subscription)
{
	if (session->state == UP)
		subscription->mid =
			client_subscribe(session->client, subscription->pattern, subscription->qos);
}

void session_subscribe_all(struct session *session)
{
	for (size_t i = 0; i < session->subscriptions_n; i++)
		subscribe(session, &session->subscriptions[i]);
}

static struct subscription *find(struct session *session, const char *pattern)
{
	for (size_t i = 0; i < session->subscriptions_n; i++)
		if (strcmp(session->subscriptions[i].pattern, pattern) == 0)
			return &session->subscriptions[i];
	return NULL;
}

void session_subscribe(struct session *session, const char *pattern, int qos)
{
	struct subscription *subscription = find(session, pattern);

	if (!subscription) {
		if (session->subscriptions_n == SUBSCRIPTIONS)
			return;
		subscription = &session->subscriptions[session->subscriptions_n++];
		text_copy(subscription->pattern, sizeof(subscription->pattern), pattern);
	}
	subscription->qos = qos;
	subscribe(session, subscription);
	if (session->state == UP)
		session_watch_writes(session);
}

void session_unsubscribe(struct session *session, const char *pattern)
{
	struct subscription *subscription = find(session, pattern);

	if (!subscription)
		return;
	*subscription = session->subscriptions[--session->subscriptions_n];
	if (session->state != UP)
		return;
	client_unsubscribe(session->client, pattern);
	session_watch_writes(session);
}

/* Since when does something wait?  Looked at before each message and behind each burst. */
static void note_waiting(struct session *session)
{
	if (client_waiting(session->client) == 0)
		session->waiting = 0;
	else if (session->waiting == 0)
		session->waiting = clock_now();
}

/* A burst may be large, the next one waits until it has left. */
static bool stalled(struct session *session)
{
	note_waiting(session);
	return client_waiting(session->client) > WAITING_MAX ||
	       (session->waiting > 0 && clock_now() - session->waiting > STALLED_SECONDS);
}

/* Behind a message that comes alone, or a burst. */
static void sent(struct session *session)
{
	session->spoke = clock_now();
	note_waiting(session);
	session_watch_writes(session);
}

int session_publish(struct session *session, const char *topic, const char *payload, size_t size,
	int qos, bool retain)
{
	int r;

	if (session->state != UP || client_fd(session->client) < 0)
		return -ENOTCONN;
	if (stalled(session))
		return -EBUSY;
	r = client_publish(session->client, topic, payload, payload ? size : 0, qos, retain);
	if (r < 0)
		return r;
	tally.published++;
	if (!session->corks)
		sent(session);
	return 0;
}

void session_cork(struct session *session)
{
	if (session->state == UP && session->corks++ == 0)
		client_cork(session->client, true);
}

void session_uncork(struct session *session)
{
	if (session->state != UP || !session->corks || --session->corks)
		return;
	client_cork(session->client, false);
	sent(session);
}

double session_silence_due(const struct session *session)
{
	return session->heard + 1.5 * client_report(session->client)->keepalive;
}

/*
 * libmosquitto pings when one side was silent for a keepalive; the broker hangs up after one and a
 * half of ours.  What left without session_publish() (acknowledgements, subscriptions) nobody
 * noted: who seems to have been silent may have pinged just now, or have no need yet, and is looked
 * at again early enough for either.
 */
double session_next_look(struct session *session, double now)
{
	double keepalive = client_report(session->client)->keepalive;
	double due;

	if (session->spoke + keepalive + PING_SLACK <= now)
		session->spoke = now - 0.75 * keepalive;
	due = fmin(session->heard, session->spoke) + keepalive + PING_SLACK;
	return due > now ? due : session_silence_due(session) + 0.01;
}

bool session_flushed(const struct session *session)
{
	return session->state == UP && client_waiting(session->client) == 0 &&
	       !client_wants_write(session->client);
}

/* Until `until`: writes what waits, reads what confirms it. */
static void flush(struct session *session, double until)
{
	struct client *client = session->client;
	double left;

	while ((client_waiting(client) || client_wants_write(client)) && client_fd(client) >= 0 &&
		(left = until - clock_now()) > 0) {
		struct pollfd wait = {.fd = client_fd(client),
			.events = (short)(POLLIN | (client_wants_write(client) ? POLLOUT : 0))};

		if (poll(&wait, 1, (int)(left * 1000) + 1) < 0)
			return;
		if (wait.revents & ~POLLOUT && client_read(client) < 0)
			return;
		if (wait.revents & POLLOUT && client_write(client) < 0)
			return;
	}
}

/* If the broker does not take the farewell, the connection breaks instead, and it publishes the
 * will. */
void session_say_goodbye(struct session *session)
{
	double until = clock_now() + 1.5;

	session->closing = true;
	if (*session->will_topic &&
		client_publish(session->client, session->will_topic, "offline", 7, 1, true) < 0)
		return;
	flush(session, until);
	if (client_waiting(session->client))
		return;
	client_disconnect(session->client);
	flush(session, until + 0.3);
}
