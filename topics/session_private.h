#pragma once
/*
 * What session.c (life of the connection) and session_traffic.c (what goes over it) share.
 */
#include "session.h"
#include "session_backoff.h"
#include "session_client.h"
#include "snapshot.h"
#include "tree.h"

#define SUBSCRIPTIONS 16

enum session_life { DOWN, DIALLING, GREETING, UP };

struct subscription {
	char pattern[TOPIC_SIZE];
	int qos, mid;
};

struct session {
	sd_event *event;
	const struct config *config;
	struct lane *lane;
	struct client *client;
	enum session_life state;
	char id[KEY_SIZE], will_topic[TOPIC_SIZE], broker[COMPLAINT_SIZE];
	struct session_events listeners[SESSION_LISTENERS];
	size_t listeners_n;
	struct subscription subscriptions[SUBSCRIPTIONS];
	size_t subscriptions_n;

	int fd; /* the duplicate; -1 while the loop does not own the socket */
	sd_event_source *socket, *tick, *retry;
	double since;	/* the state began */
	double heard;	/* the broker said something */
	double spoke;	/* we did, or may have: session_next_look() */
	double waiting; /* since when something is seen waiting to be sent; 0: nothing is */
	struct backoff backoff;
	unsigned corks;
	bool closing; /* listeners hear nothing more */
	bool slow;    /* that the dial hangs was said */

	char complaint[COMPLAINT_SIZE], said[COMPLAINT_SIZE];
	double said_at;
};

/* After the client wrote something: shall the loop wait until it can write more? */
void session_watch_writes(struct session *session);

/* libmosquitto waits a whole keepalive for the answer to its ping; we half of it. */
double session_silence_due(const struct session *session);
/* Behind a look at a connection that is up: when libmosquitto wants to ping next, or an answer is
 * overdue. */
double session_next_look(struct session *session, double now);

/* CONNACK came: all subscriptions anew. */
void session_subscribe_all(struct session *session);

/* What the client's callbacks are: session_traffic.c. */
struct client_events session_client_events(struct session *session);

/* "offline", DISCONNECT; at most two seconds. */
void session_say_goodbye(struct session *session);
