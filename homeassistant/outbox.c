#include "outbox.h"

#include "log.h"
#include "mem.h"

#include <errno.h>
#include <string.h>

void outbox_add(struct outbox *outbox, const char *topic, char *payload)
{
	outbox->at = xrealloc(outbox->at, outbox->n + 1, sizeof(*outbox->at));
	outbox->at[outbox->n++] =
		(struct outbox_message){.topic = xstrdup(topic), .payload = payload};
}

bool outbox_empty(const struct outbox *outbox)
{
	return outbox->sent == outbox->n;
}

int outbox_send(struct outbox *outbox, struct session *session)
{
	int r = 0;

	if (outbox_empty(outbox))
		return 0;
	session_cork(session);
	for (; r >= 0 && outbox->sent < outbox->n; outbox->sent += r >= 0) {
		const struct outbox_message *message = &outbox->at[outbox->sent];
		size_t size = message->payload ? strlen(message->payload) : 0;

		r = session_publish(session, message->topic, message->payload, size, 1, true);
		if (r == -EMSGSIZE) {
			log_warning(
				"%s: %zu bytes are more than the broker takes; with "
				"homeassistant.style = \"entities\" it gets many small messages",
				message->topic, size);
			r = 0;
		}
	}
	session_uncork(session);
	if (r < 0)
		return r;
	outbox_clear(outbox);
	return 0;
}

void outbox_clear(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->n; i++) {
		free(outbox->at[i].topic);
		free(outbox->at[i].payload);
	}
	free(outbox->at);
	*outbox = (struct outbox){0};
}
