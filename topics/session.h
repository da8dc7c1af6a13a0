#pragma once
/*
 * The connection to the broker: DOWN, DIALLING (a lane resolves the name and connects, and alone
 * may touch the client), UP (the loop owns the socket).  It dials for ever with a back-off, says
 * each change once in the log with its cause and the next try, and queues nothing while it is down.
 * Only session_client.c and session_setup.c include mosquitto.h.
 */
#include "config.h"

#include <stdbool.h>
#include <systemd/sd-event.h>

struct session;

/* What the owner wants to know; any may be NULL.  All are called on the loop. */
struct session_events {
	void (*up)(void *self);	  /* after each CONNACK, subscriptions sent, before anything else is
				     published */
	void (*down)(void *self); /* after a connection that was up is lost */
	/* payload is NUL-terminated, but may hold more NULs; borrowed for the call */
	void (*message)(
		void *self, const char *topic, const char *payload, size_t size, bool retained);
	void *self;
};

#define SESSION_LISTENERS 4

/* id: client id unless configured.  will_topic gets "offline", retained, QoS 1, when the connection
 * breaks;
 * "": a visitor, who leaves nothing behind and comes as `id` whatever is configured. */
int session_open(sd_event *event, const struct config *config, const char *id,
	const char *will_topic, struct session **ret);
/* Publishes "offline" to the will's topic, disconnects, waits for nobody longer than two seconds.
 */
struct session *session_close(struct session *session);

void session_listen(struct session *session, struct session_events events);

/* Subscriptions last: they are sent again on every CONNACK.  A refusal is logged. */
void session_subscribe(struct session *session, const char *pattern, int qos);
void session_unsubscribe(struct session *session, const char *pattern);

int session_start(struct session *session);

bool session_up(const struct session *session);
/* "connected", "connecting", "disconnected": for /health. */
const char *session_state(const struct session *session);
/* Why it is not up, in plain words; "" while it is. */
const char *session_complaint(const struct session *session);

/* -ENOTCONN while down; -EBUSY while the broker does not take what it was sent before (the newest
 * value goes out later, nothing piles up); -EMSGSIZE if this broker takes no message that large;
 * -EIO.  payload NULL: an empty message, which clears a retained topic. */
int session_publish(struct session *session, const char *topic, const char *payload, size_t size,
	int qos, bool retain);

/* Between these many small messages leave in few packets (TCP_CORK). */
void session_cork(struct session *session);
void session_uncork(struct session *session);

/* Is all that was published on its way to the broker? */
bool session_flushed(const struct session *session);
