/* One exchange: what is set, what is taken, and how it is judged. */
#include "curl.h"

#include "curl_private.h"
#include "mem.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* How soon *stop is seen. */
#define POLL_MS 100

struct exchange {
	const struct curl_request *request;
	struct curl_answer *answer;
	size_t room;
	bool too_long;
	struct header *headers;
	void *easy, *multi;
};

/* What is not taken ends the transfer. */
static size_t take_bytes(const char *bytes, size_t size, size_t n, void *self)
{
	struct exchange *exchange = self;
	struct curl_answer *answer = exchange->answer;

	n *= size;
	exchange->too_long |= n > exchange->request->limit - answer->n;
	if (exchange->too_long)
		return 0;
	if (answer->n + n >= exchange->room) {
		exchange->room = 2 * (answer->n + n) + 1;
		answer->body = xrealloc(answer->body, exchange->room, 1);
	}
	memcpy(answer->body + answer->n, bytes, n);
	answer->n += n;
	answer->body[answer->n] = '\0';
	return n;
}

static void add_header(struct exchange *exchange, const char *line)
{
	exchange->headers = curl.append(exchange->headers, line);
	if (!exchange->headers)
		abort();
}

static void set_body(struct exchange *exchange)
{
	const char *body = exchange->request->body;

	curl.easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, body);
	curl.easy_setopt(exchange->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	add_header(exchange, "Content-Type: application/json");
	add_header(exchange, "Expect:"); /* or it waits a second for "100 Continue" */
}

static void set_token(struct exchange *exchange)
{
	auto_free char *line = xasprintf("Authorization: Bearer %s", exchange->request->token);

	add_header(exchange, line);
	explicit_bzero(line, strlen(line));
}

/* Every option that decides whom we trust is set, whatever its default. */
static bool prepare(struct exchange *exchange)
{
	const struct curl_request *request = exchange->request;
	void *easy = exchange->easy;

	add_header(exchange, "Accept: application/json");
	if (request->body)
		set_body(exchange);
	if (request->token)
		set_token(exchange);
	curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(easy, CURLOPT_PROXY, "");
	curl.easy_setopt(easy, CURLOPT_NETRC, 0L);
	curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl.easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl.easy_setopt(easy, CURLOPT_USERAGENT, "pistat/" PISTAT_VERSION);
	curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(request->timeout * 1000));
	curl.easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->answer->why);
	curl.easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
	if (request->ca_file && *request->ca_file &&
		curl.easy_setopt(easy, CURLOPT_CAINFO, request->ca_file) != 0)
		return false;
	return curl.easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers) == 0 &&
	       curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes) == 0 &&
	       curl.easy_setopt(easy, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTP_OR_HTTPS) == 0 &&
	       curl.easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == 0 &&
	       curl.easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == 0 &&
	       curl.easy_setopt(easy, CURLOPT_URL, request->url) == 0 &&
	       curl.multi_add(exchange->multi, easy) == 0;
}

/* CURLcode, or -1 if it was not brought to an end. */
static int transfer(struct exchange *exchange)
{
	const struct message *message;
	int running = 1, left, r = 0;

	while (r == 0 && running && !atomic_load(exchange->request->stop)) {
		r = curl.multi_perform(exchange->multi, &running);
		if (r == 0 && running)
			r = curl.multi_poll(exchange->multi, NULL, 0, POLL_MS, NULL);
	}
	while (r == 0 && (message = curl.multi_read(exchange->multi, &left)))
		if (message->kind == CURLMSG_DONE)
			return message->data.result;
	return -1;
}

static int error_of(int result)
{
	static const struct {
		int result, error;
	} known[] = {
		{0, 0}, {6, -EHOSTUNREACH}, /* CURLE_COULDNT_RESOLVE_HOST */
		{7, -ECONNREFUSED},	    /* CURLE_COULDNT_CONNECT */
		{28, -ETIMEDOUT},	    /* CURLE_OPERATION_TIMEDOUT */
		{60, -EKEYREJECTED},	    /* CURLE_PEER_FAILED_VERIFICATION */
		{77, -EKEYREJECTED},	    /* CURLE_SSL_CACERT_BADFILE */
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].result == result)
			return known[i].error;
	return -EIO;
}

static int judge(const struct exchange *exchange, int result)
{
	struct curl_answer *answer = exchange->answer;
	int r = error_of(result);

	if (atomic_load(exchange->request->stop))
		return -ECANCELED;
	curl.easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &answer->status);
	if (exchange->too_long) {
		snprintf(answer->why, CURL_WHY, "an answer of more than %zu bytes",
			exchange->request->limit);
		return -EFBIG;
	}
	if (r < 0 && !answer->why[0])
		snprintf(answer->why, CURL_WHY, "%s",
			result < 0 ? "out of memory" : curl.easy_strerror(result));
	if (r < 0 || (answer->status >= 200 && answer->status < 300))
		return r;
	snprintf(answer->why, CURL_WHY, "HTTP status %ld%s", answer->status,
		answer->status >= 300 && answer->status < 400 ? ", a redirect: not followed" : "");
	return -EPROTO;
}

int curl_exchange(const struct curl_request *request, struct curl_answer *ret)
{
	struct exchange exchange = {.request = request, .answer = ret, .room = 1};
	int r = curl_load();

	*ret = (struct curl_answer){0};
	if (r < 0) {
		snprintf(ret->why, CURL_WHY, "libcurl is missing: apt install libcurl4");
		return r;
	}
	ret->body = xcalloc(1, 1);
	exchange.easy = curl.easy_init();
	exchange.multi = curl.multi_init();
	if (!exchange.easy || !exchange.multi)
		abort();
	r = judge(&exchange, prepare(&exchange) ? transfer(&exchange) : -1);
	(void)curl.multi_remove(exchange.multi, exchange.easy);
	curl.easy_cleanup(exchange.easy);
	(void)curl.multi_cleanup(exchange.multi);
	curl.free_all(exchange.headers);
	if (r < 0) {
		free(ret->body);
		ret->body = NULL;
		ret->n = 0;
	}
	return r;
}
