/*
 * The door: listening sockets, deadlines, and a pause when nobody can be let in.  Who gets a place
 * is in places.c, what happens to one connection in peer.c.
 */
#include "log.h"
#include "mem.h"
#include "peer.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define REST_SECONDS 1
#define ACCEPTS 16 /* in one turn of the loop */

uint64_t server_now(const struct http_server *server)
{
	uint64_t now = 0;

	sd_event_now(server->event, CLOCK_MONOTONIC, &now);
	return now;
}

/* A wake-up that is too early costs less than a timer moved with every request. */
void server_wake(struct http_server *server, uint64_t deadline)
{
	if (server->wake <= deadline)
		return;
	server->wake = deadline;
	sd_event_source_set_time(server->clock, deadline);
	sd_event_source_set_enabled(server->clock, SD_EVENT_ONESHOT);
}

static int clock_rang(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct http_server *server = userdata;
	uint64_t now = server_now(server);

	(void)source;
	(void)usec;
	server->wake = UINT64_MAX;
	for (size_t i = 0; i < HTTP_PEERS; i++) {
		struct http_peer *peer = &server->peers[i];

		if (peer->phase != PEER_FREE && peer->deadline <= now)
			peer_expire(peer);
		if (peer->phase != PEER_FREE)
			server_wake(server, peer->deadline);
	}
	return 0;
}

static void server_set_listening(struct http_server *server, int enabled)
{
	for (size_t i = 0; i < server->listeners_n; i++)
		sd_event_source_set_enabled(server->listeners[i], enabled);
}

static int rest_over(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	server_set_listening(userdata, SD_EVENT_ON);
	return 0;
}

/* A pending connection that cannot be accepted stays pending, and the loop would spin on it. */
static void server_rest(struct http_server *server)
{
	server_set_listening(server, SD_EVENT_OFF);
	sd_event_source_set_time_relative(server->rest, REST_SECONDS * 1000000);
	sd_event_source_set_enabled(server->rest, SD_EVENT_ONESHOT);
}

/* Errors of one connection that accept(2) passes on; the next may well be fine. */
static bool error_is_passing(int error)
{
	return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM ||
	       error == ENETDOWN || error == ENETUNREACH || error == EHOSTDOWN ||
	       error == EHOSTUNREACH || error == ENOPROTOOPT || error == EOPNOTSUPP ||
	       error == ETIMEDOUT;
}

/* Accepts one; false if there is none or none can be. */
static bool server_accept(struct http_server *server, int listener)
{
	auto_close int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct http_peer *peer;

	if (fd < 0 && errno == EAGAIN)
		return false;
	if (fd < 0 && error_is_passing(errno))
		return true;
	if (fd < 0) {
		if (places_shrink(server, errno))
			return true;
		server_rest(server);
		return false;
	}
	peer = places_take(server);
	if (peer) {
		peer_begin(peer, fd);
		fd = -1;
	}
	return true;
}

static int server_knock(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct http_server *server = userdata;

	(void)source;
	(void)events;
	places_grow(server);
	for (size_t i = 0; i < ACCEPTS && server_accept(server, fd); i++)
		;
	return 0;
}

int http_open(sd_event *event, struct http_router router, struct http_server **ret)
{
	struct http_server *server = xcalloc(1, sizeof(*server));
	int r;

	server->event = sd_event_ref(event);
	server->router = router;
	server->wake = UINT64_MAX;
	server->places = places_affordable();
	for (size_t i = 0; i < HTTP_PEERS; i++)
		server->peers[i].server = server;
	r = sd_event_add_time(
		event, &server->clock, CLOCK_MONOTONIC, 0, 100000, clock_rang, server);
	if (r >= 0)
		r = sd_event_source_set_enabled(server->clock, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_time(
			event, &server->rest, CLOCK_MONOTONIC, 0, 0, rest_over, server);
	if (r >= 0)
		r = sd_event_source_set_enabled(server->rest, SD_EVENT_OFF);
	if (r < 0) {
		http_close(server);
		return r;
	}
	*ret = server;
	return 0;
}

/* Each family has a socket of its own, so that "0.0.0.0" and "::" stand side by side on one port.
 */
static int socket_listen(const struct addrinfo *address)
{
	auto_close int fd =
		socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int on = 1;
	int taken;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return -errno;
	if (address->ai_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		return -errno;
	if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, SOMAXCONN) < 0)
		return -errno;
	taken = fd;
	fd = -1;
	return taken;
}

int http_listen(struct http_server *server, const char *address, unsigned port)
{
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	sd_event_source *source;
	char service[16];
	int fd, r;

	if (server->listeners_n == HTTP_LISTENERS)
		return -ENOSPC;
	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(address, service, &hints, &found) != 0) /* its interface is not there */
		return -EADDRNOTAVAIL;
	fd = socket_listen(found);
	freeaddrinfo(found);
	if (fd < 0)
		return fd;
	r = sd_event_add_io(server->event, &source, fd, EPOLLIN, server_knock, server);
	if (r < 0) {
		close(fd);
		return r;
	}
	sd_event_source_set_io_fd_own(source, true);
	server->listeners[server->listeners_n++] = source;
	return 0;
}

struct http_server *http_close(struct http_server *server)
{
	if (!server)
		return NULL;
	for (size_t i = 0; i < server->listeners_n; i++)
		sd_event_source_disable_unref(server->listeners[i]);
	for (size_t i = 0; i < HTTP_PEERS; i++)
		peer_end(&server->peers[i]);
	sd_event_source_disable_unref(server->clock);
	sd_event_source_disable_unref(server->rest);
	sd_event_unref(server->event);
	free(server);
	return NULL;
}
