#pragma once
/*
 * One connection, from accept to close.  Private to src/http: server.c is the door, places.c says
 * who gets a place, peer.c moves the bytes, status.c says how it went.
 */
#include "server.h"

#include <stdint.h>

#define HTTP_HEAD_SIZE 2048
#define HTTP_LINGER_SECONDS 2
#define HTTP_LISTENERS 17 /* http.listen names 8 at most; "localhost" is two */

enum peer_phase {
	PEER_FREE,
	PEER_ASKING,	/* reading the request */
	PEER_WAITING,	/* the router has it */
	PEER_ANSWERING, /* writing */
	PEER_PULLING,	/* all is written, and the stream owes the next piece */
	PEER_LINGERING, /* answered; reading on, so that what was not read does not reset the
			   connection before the answer arrives (RFC 9112 9.6) */
};

struct http_peer {
	struct http_server *server;
	enum peer_phase phase;
	int fd;
	sd_event_source *source;
	uint64_t heard, deadline; /* CLOCK_MONOTONIC, microseconds; heard: when bytes last moved */
	char request[HTTP_REQUEST_SIZE + 1];
	size_t request_n;
	bool head_only, chunks;
	char head[HTTP_HEAD_SIZE];
	size_t head_n;
	const char *body;
	char *owned; /* the body, if it is to be freed */
	size_t body_n;
	size_t sent; /* of head and body together */
	struct http_stream stream;
	bool streaming, last; /* more() and end() may be called; this is the last piece */
	size_t drained;	      /* bytes thrown away while lingering */
};

struct http_server {
	sd_event *event;
	struct http_router router;
	sd_event_source *listeners[HTTP_LISTENERS];
	size_t listeners_n;
	sd_event_source *clock; /* wakes at the nearest deadline, or earlier */
	uint64_t wake;
	sd_event_source *rest; /* takes up listening again after a pause */
	uint64_t starved;      /* when descriptors ran out last; 0: never */
	size_t places;	       /* of peers, how many may be used */
	size_t waiting;	       /* peers in PEER_WAITING */
	struct http_peer peers[HTTP_PEERS];
};

/* The peer's place is free and its fields are zero; takes the socket.  Reads at once what is there.
 */
void peer_begin(struct http_peer *peer, int fd);

/* Closes and gives the place back; tells the router if it still owed an answer. */
void peer_end(struct http_peer *peer);

/* The deadline has passed: half a request becomes 408, what a router owes 503, everything else
 * ends. */
void peer_expire(struct http_peer *peer);

/* The lines above the body; what snprintf() returns. */
int status_head(char *ret, size_t size, int status, const char *type, const char *extra, size_t n);
/* Refuses a request that http_parse() did not like. */
void status_refuse(struct http_peer *peer, int status);

/* The server wakes no later than this. */
void server_wake(struct http_server *server, uint64_t deadline);
uint64_t server_now(const struct http_server *server);

/* How many peers the limit on descriptors leaves room for. */
size_t places_affordable(void);

/* A free place, if need be that of the peer it costs least; NULL if every peer waits for an answer.
 */
struct http_peer *places_take(struct http_server *server);

/* Descriptors or memory ran out: gives up half of the peers.  False if that freed nothing. */
bool places_shrink(struct http_server *server, int error);
/* Some time after that: as many places as at first. */
void places_grow(struct http_server *server);
