#pragma once
/*
 * The endpoints and what they share.  Private to src/http: routes.c dispatches, endpoints.c
 * answers, usage.c tells what there is, listening.c opens the addresses, negotiate.c reads what a
 * client would like.
 */
#include "routes.h"

#define ROUTE_TYPES 3

struct parameter {
	const char *name, *about;
};

struct route {
	const char *path, *about;
	const struct parameter *parameters; /* ended by one without a name; NULL: none */
	const char *types[ROUTE_TYPES];	    /* the first is what a client without wishes gets */
	bool open;			    /* asks for no token */
	void (*answer)(struct routes *routes, struct http_peer *peer,
		const struct http_request *request, const struct route *route);
};

extern const struct route route_table[];
extern const size_t route_table_n;

/* A snapshot as text, kept as long as the snapshot is the newest asked for. */
struct rendering {
	double mono;
	char *text;
	size_t n;
};

/* A peer that waits for a snapshot. */
struct waiter {
	struct routes *routes;
	struct http_peer *peer; /* NULL: free */
	void (*ready)(
		struct routes *routes, struct http_peer *peer, const struct snapshot *snapshot);
};

struct listening;

struct routes {
	const struct config *config;
	struct sampler *sampler;
	routes_mqtt_state *mqtt;
	void *mqtt_self;
	struct http_server *server;
	struct listening *listening;
	char *token; /* NULL: none is asked for */
	struct waiter waiters[HTTP_PEERS];
	struct rendering document, exposition;
};

/* endpoints.c */
void stats_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route);
void health_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);
void metrics_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route);

/* usage.c */
void usage_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route);
void usage_not_found(struct http_peer *peer);

/* listening.c: opens every address of http.listen; those that cannot be opened now are tried again.
 */
int listening_check(const struct config *config); /* -EINVAL, and said why */
int listening_open(sd_event *event, const struct config *config, struct http_server *server,
	struct listening **ret);
struct listening *listening_close(struct listening *listening);

/* negotiate.c: the index of the offered type (up to NULL or n) that an Accept header likes best; 0
 * if it names none. */
size_t negotiate_type(const char *accept, const char *const *offered, size_t n);
/* true/1/yes/on, false/0/no/off in any case; 0 and *ret untouched if the parameter is absent, or
 * -EINVAL. */
int negotiate_flag(const char *query, const char *name, bool *ret);
/* "Bearer TOKEN", compared in a time that does not tell how much of it is right. */
bool negotiate_token(const char *authorization, const char *token);
