/*
 * The addresses of http.listen.  A port that is taken or an address that is not there yet (an
 * interface that comes later) is no reason to stop: it is tried again for ever.
 */
#include "log.h"
#include "mem.h"
#include "peer.h"
#include "route.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define RETRY_SECONDS 30

struct address {
	const char *text;
	bool open, complained;
};

struct listening {
	struct http_server *server;
	unsigned port;
	struct address addresses[HTTP_LISTENERS];
	size_t n;
	sd_event_source *retry;
};

/* A machine without IPv6 is nothing to complain of where "::" is only part of the default. */
static bool worth_saying(const struct address *address, int error)
{
	return strcmp(address->text, "::") != 0 ||
	       (error != -EAFNOSUPPORT && error != -EADDRNOTAVAIL);
}

static int not_an_address(const char *text)
{
	log_error("http.listen: \"%s\" is neither an IPv4 nor an IPv6 address", text);
	return -EINVAL;
}

static int address_open(struct listening *listening, struct address *address)
{
	int r = http_listen(listening->server, address->text, listening->port);

	if (r == -EINVAL)
		return not_an_address(address->text);
	address->open = r >= 0;
	if (address->open)
		log_info("http: listening on %s port %u", address->text, listening->port);
	else if (worth_saying(address, r) && !address->complained)
		log_warning(
			"http: cannot listen on %s port %u: %s; pistat goes on without HTTP there "
			"and tries again every %d s",
			address->text, listening->port, strerror(-r), RETRY_SECONDS);
	else
		log_debug("http: cannot listen on %s port %u: %s", address->text, listening->port,
			strerror(-r));
	address->complained = !address->open;
	return 0;
}

/* Is there still an address to open? */
static bool open_all(struct listening *listening, int *ret_error)
{
	bool missing = false;

	for (size_t i = 0; i < listening->n && *ret_error >= 0; i++) {
		if (!listening->addresses[i].open)
			*ret_error = address_open(listening, &listening->addresses[i]);
		missing |= !listening->addresses[i].open;
	}
	return missing;
}

static int retry_rang(sd_event_source *source, uint64_t usec, void *userdata)
{
	int error = 0;

	(void)usec;
	if (!open_all(userdata, &error))
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);
	sd_event_source_set_time_relative(source, RETRY_SECONDS * 1000000);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int addresses_take(struct listening *listening, const struct config *config)
{
	static const char *const localhost[] = {"127.0.0.1", "::1"};
	size_t n;
	const char *const *list = config_list(config, OPTION_HTTP_LISTEN, &n);

	for (size_t i = 0; i < n; i++) {
		bool both = strcmp(list[i], "localhost") == 0;

		if (listening->n + both >= HTTP_LISTENERS) {
			log_error("http.listen: more than %d addresses", HTTP_LISTENERS);
			return -EINVAL;
		}
		listening->addresses[listening->n++].text = both ? localhost[0] : list[i];
		if (both)
			listening->addresses[listening->n++].text = localhost[1];
	}
	if (!n) {
		log_error("http.listen: no address; to answer no HTTP at all, set http.enabled to "
			  "false");
		return -EINVAL;
	}
	return 0;
}

/* Only whether it could be an address: whether it is one of this machine, time will tell. */
int listening_check(const struct config *config)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
	struct listening listening = {0};
	struct addrinfo *found;
	int r = addresses_take(&listening, config);

	for (size_t i = 0; r >= 0 && i < listening.n; i++) {
		if (getaddrinfo(listening.addresses[i].text, NULL, &hints, &found) != 0)
			return not_an_address(listening.addresses[i].text);
		freeaddrinfo(found);
	}
	return r;
}

int listening_open(sd_event *event, const struct config *config, struct http_server *server,
	struct listening **ret)
{
	struct listening *listening = xcalloc(1, sizeof(*listening));
	bool missing = false;
	int r;

	listening->server = server;
	listening->port = (unsigned)config_number(config, OPTION_HTTP_PORT);
	r = addresses_take(listening, config);
	if (r >= 0)
		missing = open_all(listening, &r);
	if (r >= 0 && missing)
		r = sd_event_add_time_relative(event, &listening->retry, CLOCK_MONOTONIC,
			RETRY_SECONDS * 1000000, 0, retry_rang, listening);
	if (r < 0) {
		listening_close(listening);
		return r;
	}
	*ret = listening;
	return 0;
}

struct listening *listening_close(struct listening *listening)
{
	if (!listening)
		return NULL;
	sd_event_source_disable_unref(listening->retry);
	free(listening);
	return NULL;
}
