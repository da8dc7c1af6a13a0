#pragma once
/*
 * One HTTP request, by libcurl.so.4, which is loaded for the first one: who configured nothing that
 * needs it need not have it.  It blocks until the answer is there, the time is over or *stop is
 * true: only from a lane.
 *
 * Certificates are verified, always.  No redirect is followed, no proxy of the environment is
 * asked, no .netrc read, no cookie kept, no HTTP/0.9 taken for an answer.
 */
#include <stdatomic.h>
#include <stddef.h>

#define CURL_WHY 256

struct curl_request {
	const char *url;     /* http:// or https://, maybe with user:password@ */
	const char *body;    /* JSON to POST; NULL: GET */
	const char *token;   /* bearer token; NULL: none */
	const char *ca_file; /* PEM; "" or NULL: the system's */
	double timeout;	     /* seconds, for everything together */
	size_t limit;	     /* bytes of an answer */
	const atomic_bool *stop;
};

struct curl_answer {
	long status;	    /* HTTP's; 0: there was none */
	char *body;	    /* of a good one, NUL added, owned by the caller */
	size_t n;	    /* its length */
	char why[CURL_WHY]; /* in words for people, if there was none or it was not good */
};

/*
 * 0 for an answer with a status from 200 to 299.  Else nothing is left in ret->body:
 * -EPROTO for another status, -ETIMEDOUT, -EHOSTUNREACH if the name is not known, -ECONNREFUSED for
 * all that keeps from connecting, -EKEYREJECTED for a certificate, -EFBIG, -ECANCELED for *stop,
 * -ELIBACC without libcurl, -EIO for the rest.
 */
int curl_exchange(const struct curl_request *request, struct curl_answer *ret);
