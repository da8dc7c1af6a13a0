#pragma once
/*
 * A small HTTP/1.1 responder: GET and HEAD, a fixed number of peers with a fixed buffer each, one
 * deadline for the request, one for the answer, one request per connection.  It knows bytes, not
 * what they mean: routes.c answers.  When all places are taken the peer that has been silent
 * longest gives way to the new one; out of descriptors, it rests for a second instead of spinning.
 */
#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#define HTTP_PEERS 32
#define HTTP_REQUEST_SIZE 8192 /* request line and headers, cookies of all ports; more is 431 */
#define HTTP_REQUEST_SECONDS 5 /* from accept to the end of the headers */
#define HTTP_ANSWER_SECONDS 30 /* from there to the last byte taken by the peer */

/* What was asked; text is borrowed from the peer's buffer until the answer. */
struct http_request {
	bool head;
	bool chunks; /* HTTP/1.1: a body may come in chunks */
	char *path;  /* decoded, begins with '/' */
	char *query; /* raw, "" if none */
	const char *accept, *accept_encoding, *authorization; /* header values, "" if none */
};

/* Pure: text is the bytes so far, NUL-terminated, changed in place.  0, -EAGAIN if the headers are
 * not complete, or the status to refuse with (400, 405, 414, 431, 505). */
int http_parse(char *text, size_t n, struct http_request *ret);

/* The decoded value of a query parameter in *ret; false if it is not there or badly encoded. */
bool http_parameter(const char *query, const char *name, char *ret, size_t size);

struct http_server;
struct http_peer;

/* route() must answer sooner or later with http_answer(), from inside or from a callback. */
struct http_router {
	void (*route)(void *self, struct http_peer *peer, const struct http_request *request);
	void (*gone)(void *self, struct http_peer *peer); /* the peer left before its answer */
	void *self;
};

int http_open(sd_event *event, struct http_router router, struct http_server **ret);
/* Literal IPv4 or IPv6 address.  -EADDRINUSE, -EADDRNOTAVAIL and the like. */
int http_listen(struct http_server *server, const char *address, unsigned port);
struct http_server *http_close(struct http_server *server);

/* Takes `body` (malloc'ed, may be NULL).  extra: more header lines, each ended by "\r\n", or "". */
void http_answer(struct http_peer *peer, int status, const char *type, const char *extra,
	char *body, size_t n);

/* The same with a body that outlives every peer. */
void http_answer_constant(struct http_peer *peer, int status, const char *type, const char *extra,
	const char *body, size_t n);

/*
 * A body that comes in pieces: more() is called when the last one is on its way, and the next may
 * be given with http_stream() at any time after that.  The peer has HTTP_ANSWER_SECONDS for each
 * piece, and so has who makes it.  end() is called once, when no more is wanted: all was sent, the
 * peer left, or it was too slow.
 */
struct http_stream {
	void (*more)(void *self);
	void (*end)(void *self);
	void *self;
};

/* The first piece; it and those after it are taken (malloc'ed). */
void http_answer_stream(struct http_peer *peer, int status, const char *type, const char *extra,
	struct http_stream stream, char *piece, size_t n);
void http_stream(struct http_peer *peer, char *piece, size_t n, bool last);
/* It cannot go on: the connection ends, so that the peer sees that something is missing. */
void http_stream_break(struct http_peer *peer);

/* Answers with {"error": "…"}; message needs no escaping in JSON.  extra as above. */
void http_refuse(struct http_peer *peer, int status, const char *extra, const char *message);
