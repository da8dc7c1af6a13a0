/*
 * The addresses of http.listen.  A port that is taken or an address that is not there yet (an
 * interface that comes later) is no reason to stop: it is tried again for ever.
 */
#include "log.h"
#include "mem.h"
#include "peer.h"
#include "route.h"

#include <errno.h>
#include <string.h>

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

/* What "localhost" stands for. */
static const char *const localhost[] = {"127.0.0.1", "::1"};

/* A machine without IPv6 is nothing to complain of where "::" is only part of the default, or of
 * localhost. */
static bool worth_saying(const struct address *address, int error)
{
	return (strcmp(address->text, "::") != 0 && address->text != localhost[1]) ||
	       (error != -EAFNOSUPPORT && error != -EADDRNOTAVAIL);
}

static void address_open(struct listening *listening, struct address *address)
{
	int r = http_listen(listening->server, address->text, listening->port);

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
}

/* Is there still an address to open? */
static bool open_all(struct listening *listening)
{
	bool missing = false;

	for (size_t i = 0; i < listening->n; i++) {
		if (!listening->addresses[i].open)
			address_open(listening, &listening->addresses[i]);
		missing |= !listening->addresses[i].open;
	}
	return missing;
}

static int retry_rang(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)usec;
	if (!open_all(userdata))
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);
	sd_event_source_set_time_relative(source, RETRY_SECONDS * 1000000);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void addresses_take(struct listening *listening, const struct config *config)
{
	size_t n;
	const char *const *list = config_list(config, OPTION_HTTP_LISTEN, &n);

	for (size_t i = 0; i < n && listening->n + 1 < HTTP_LISTENERS; i++) {
		bool both = strcmp(list[i], "localhost") == 0;

		listening->addresses[listening->n++].text = both ? localhost[0] : list[i];
		if (both)
			listening->addresses[listening->n++].text = localhost[1];
	}
}

int listening_open(sd_event *event, const struct config *config, struct http_server *server,
	struct listening **ret)
{
	struct listening *listening = xcalloc(1, sizeof(*listening));
	int r = 0;

	listening->server = server;
	listening->port = (unsigned)config_number(config, OPTION_HTTP_PORT);
	addresses_take(listening, config);
	if (open_all(listening))
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
