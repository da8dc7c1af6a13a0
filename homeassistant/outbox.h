#pragma once
/*
 * Messages on their way out, in order.  The session takes nothing while the broker is slow; what it
 * refused waits here for the next attempt, and is thrown away when the connection is lost, since
 * then all is told anew.
 */
#include "session.h"

#include <stddef.h>

struct outbox {
	struct outbox_message {
		char *topic, *payload;
	} * at;
	size_t n, sent;
};

/* Takes the payload; NULL clears the retained topic. */
void outbox_add(struct outbox *outbox, const char *topic, char *payload);

/* 0 when all is sent and the outbox empty, -EBUSY if some must wait, -ENOTCONN. */
int outbox_send(struct outbox *outbox, struct session *session);

bool outbox_empty(const struct outbox *outbox);
void outbox_clear(struct outbox *outbox);
