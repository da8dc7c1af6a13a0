#pragma once
/*
 * One attempt at the broker, from dialling to its end: a fresh client of libmosquitto each time, so
 * that name, certificates and password are read anew and nothing of the last connection is left in
 * a queue.  Private to session.c.  client_dial() runs in a lane, all else on the loop, and never
 * both at once: no locks.
 */
#include "config.h"
#include "session_backoff.h"

#include <stdbool.h>

struct client;

struct client_events {
	/* From inside client_read(): publish freely, but do not free the client. */
	void (*message)(
		void *self, const char *topic, const char *payload, size_t size, bool retained);
	void (*subscribed)(void *self, int mid, bool refused);
	void *self;
};

#define COMPLAINT_SIZE 256

struct client_report {
	bool greeted;			/* CONNACK came and was kind */
	enum farewell farewell;		/* MQTT 5: why the broker ended it */
	double keepalive;		/* seconds; the broker may have set its own */
	char complaint[COMPLAINT_SIZE]; /* why the connection failed or ended; "" so far */
};

/* Reads files (certificates, password); on failure says why in `complaint`. */
int client_new(const struct config *config, const char *id, const char *will_topic,
	struct client_events events, struct client **ret, char complaint[COMPLAINT_SIZE]);
struct client *client_free(struct client *client);
void *client_owner(const struct client *client); /* events.self */

/* Blocks: name resolution, TCP, and the first bytes of TLS or MQTT.  client_fd() says whether it
 * went well. */
void client_dial(struct client *client);

/* -1: the connection is gone. */
int client_fd(const struct client *client);

/* Negative: the connection is lost, the report's complaint says why. */
int client_read(struct client *client);
int client_write(struct client *client);
int client_check(struct client *client); /* once a second: pings */
bool client_wants_write(const struct client *client);

const struct client_report *client_report(const struct client *client); /* borrowed */

int client_publish(struct client *client, const char *topic, const char *payload, size_t size,
	int qos, bool retain);
/* Returns the message id that subscribed() will bring. */
int client_subscribe(struct client *client, const char *pattern, int qos);
void client_unsubscribe(struct client *client, const char *pattern);
/* Messages the kernel has not taken, or with QoS 1 and 2 the broker not confirmed. */
unsigned client_waiting(const struct client *client);
void client_cork(struct client *client, bool corked);
void client_disconnect(struct client *client);
