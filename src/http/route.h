#pragma once
/*
 * What an endpoint is, and what all endpoints share.  Private to src/http: routes.c dispatches to
 * what answers.h declares, listening.c opens the addresses, negotiate.c reads what a client would
 * like.
 */
#include "routes.h"
#include "web.h"

#define ROUTE_TYPES 3

struct parameter {
	const char *name, *about;
	const char *type;	   /* boolean, integer or string */
	const char *initial;	   /* as JSON; NULL: none */
	const char *choices;	   /* separated by blanks; NULL: any */
	unsigned minimum, maximum; /* of an integer */
};

struct route {
	const char *path, *about;
	const struct parameter *parameters; /* ended by one without a name; NULL: none */
	const char *types[ROUTE_TYPES];	    /* the first is what a client without wishes gets */
	bool open;			    /* asks for no token */
	const char *empty;		    /* when it answers 204; NULL: never */
	const char *failed;	     /* what 503 means here; NULL: what it means everywhere */
	const struct view_row *view; /* the shape of its JSON */
	const char *schema;	     /* the schema of its JSON, where that is no view */
	const struct web_page *page; /* for browsers; without a token it is the 401's body and asks
					for it */
	void (*answer)(struct routes *routes, struct http_peer *peer,
		const struct http_request *request, const struct route *route);
	/* The body of a plain GET now, of the given type, for the caller to free; NULL if there is
	 * none. */
	char *(*example)(struct routes *routes, const struct route *route, size_t type);
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
	const struct route *route;
	void (*ready)(struct routes *routes, struct http_peer *peer,
		const struct snapshot *snapshot, const struct route *route);
};

struct listening;
struct pending;

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
	struct history *history; /* NULL: none is kept */
	struct pending *pending; /* answers from it that are being made */
};

/* listening.c: opens every address of http.listen; those that cannot be opened now are tried again.
 */
int listening_open(sd_event *event, const struct config *config, struct http_server *server,
	struct listening **ret);
struct listening *listening_close(struct listening *listening);

/* negotiate.c: the index of the offered type (up to NULL or n) that an Accept header likes best; 0
 * if it names none. */
size_t negotiate_type(const char *accept, const char *const *offered, size_t n);
/* true/1/yes/on, false/0/no/off in any case; 0 and *ret untouched if the parameter is absent, or
 * -EINVAL. */
int negotiate_flag(const char *query, const char *name, bool *ret);
/* Does an Accept-Encoding header like gzip (RFC 9110 12.5.3)? */
bool negotiate_gzip(const char *accept_encoding);
/* "Bearer TOKEN", compared in a time that does not tell how much of it is right. */
bool negotiate_token(const char *authorization, const char *token);
