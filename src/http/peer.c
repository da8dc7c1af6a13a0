/*
 * One connection: ASKING, WAITING for the router, ANSWERING, LINGERING.  Every step ends in a
 * phase, an interest in the socket and a deadline; nothing blocks.
 */
#include "stream.h"

#include "mem.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define DRAIN_MAX (1024 * 1024) /* bytes read for politeness' sake after the answer */
#define DRAIN_READS 16		/* in one turn of the loop */

static int peer_ready(sd_event_source *source, int fd, uint32_t events, void *userdata);

static void peer_enter(struct http_peer *peer, enum peer_phase phase, uint64_t seconds)
{
	peer->server->waiting += (phase == PEER_WAITING) - (size_t)(peer->phase == PEER_WAITING);
	peer->phase = phase;
	peer->deadline = server_now(peer->server) + seconds * 1000000;
	server_wake(peer->server, peer->deadline);
}

/* Hang-ups and errors are reported whatever was asked for (epoll_ctl(2)). */
static void peer_watch(struct http_peer *peer, uint32_t events)
{
	int r;

	if (peer->source)
		r = sd_event_source_set_io_events(peer->source, events);
	else
		r = sd_event_add_io(
			peer->server->event, &peer->source, peer->fd, events, peer_ready, peer);
	if (r < 0)
		peer_end(peer);
}

static void peer_drop_body(struct http_peer *peer)
{
	stream_end(peer);
	free(peer->owned);
	peer->owned = NULL;
	peer->body = NULL;
}

void peer_end(struct http_peer *peer)
{
	struct http_server *server = peer->server;

	if (peer->phase == PEER_FREE)
		return;
	if (peer->phase == PEER_WAITING) {
		server->waiting--;
		server->router.gone(server->router.self, peer);
	}
	sd_event_source_disable_unref(peer->source);
	close(peer->fd);
	peer_drop_body(peer);
	peer->source = NULL;
	peer->phase = PEER_FREE;
}

static void peer_drain(struct http_peer *peer)
{
	for (size_t i = 0; i < DRAIN_READS; i++) {
		ssize_t n = recv(peer->fd, peer->request, HTTP_REQUEST_SIZE, MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN) {
			peer_watch(peer, EPOLLIN);
			return;
		}
		peer->drained += n > 0 ? (size_t)n : 0;
		if (n <= 0 || peer->drained > DRAIN_MAX) {
			peer_end(peer);
			return;
		}
	}
	peer_watch(peer, EPOLLIN);
}

void peer_linger(struct http_peer *peer)
{
	peer_drop_body(peer);
	shutdown(peer->fd, SHUT_WR);
	peer->drained = 0;
	peer_enter(peer, PEER_LINGERING, HTTP_LINGER_SECONDS);
	peer_drain(peer);
}

static ssize_t peer_send(struct http_peer *peer)
{
	struct iovec parts[2];
	struct msghdr message = {.msg_iov = parts};
	size_t body_sent = 0;

	if (peer->sent < peer->head_n)
		parts[message.msg_iovlen++] =
			(struct iovec){peer->head + peer->sent, peer->head_n - peer->sent};
	else
		body_sent = peer->sent - peer->head_n;
	if (body_sent < peer->body_n)
		parts[message.msg_iovlen++] =
			(struct iovec){(char *)peer->body + body_sent, peer->body_n - body_sent};
	return sendmsg(peer->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void peer_write(struct http_peer *peer)
{
	while (peer->sent < peer->head_n + peer->body_n) {
		ssize_t n = peer_send(peer);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			peer_watch(peer, EPOLLOUT);
			return;
		}
		if (n < 0) {
			peer_end(peer);
			return;
		}
		peer->sent += (size_t)n;
		peer->heard = server_now(peer->server);
	}
	if (peer->streaming)
		stream_next(peer);
	else
		peer_linger(peer);
}

void peer_answer(struct http_peer *peer)
{
	peer_enter(peer, PEER_ANSWERING, HTTP_ANSWER_SECONDS);
	peer_write(peer);
}

void peer_pull(struct http_peer *peer)
{
	peer_enter(peer, PEER_PULLING, HTTP_ANSWER_SECONDS);
	peer_watch(peer, 0);
}

void http_answer_constant(struct http_peer *peer, int status, const char *type, const char *extra,
	const char *body, size_t n)
{
	int head_n;

	assert(peer->phase == PEER_WAITING);
	head_n = status_head(peer->head, sizeof(peer->head), status, type, extra, n);
	assert(head_n > 0 && (size_t)head_n < sizeof(peer->head));
	peer->head_n = (size_t)head_n;
	peer->sent = 0;
	peer->body = body;
	peer->body_n = peer->head_only ? 0 : n;
	peer->server->waiting--;
	peer->phase = PEER_ANSWERING; /* under the deadline that began with the request's end */
	peer_write(peer);
}

void http_answer(struct http_peer *peer, int status, const char *type, const char *extra,
	char *body, size_t n)
{
	peer->owned = body;
	http_answer_constant(peer, status, type, extra, body, n);
}

static void peer_route(struct http_peer *peer, const struct http_request *request)
{
	struct http_server *server = peer->server;

	peer->head_only = request->head;
	peer->chunks = request->chunks;
	server->router.route(server->router.self, peer, request);
	if (peer->phase != PEER_WAITING)
		return;
	/* Questions that take time may not fill the house: there is always room for /health. */
	if (server->waiting > server->places - server->places / 4) {
		server->router.gone(server->router.self, peer);
		http_refuse(peer, 503, "Retry-After: 1\r\n", "too many requests are waiting");
		return;
	}
	peer_watch(peer, 0);
}

/* What is there of the request; ended by the peer it is judged as it stands. */
static void peer_read(struct http_peer *peer)
{
	struct http_request request;
	ssize_t n = recv(peer->fd, peer->request + peer->request_n,
		HTTP_REQUEST_SIZE - peer->request_n, MSG_DONTWAIT);
	int status;

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		peer_watch(peer, EPOLLIN);
		return;
	}
	if (n < 0 || (n == 0 && !peer->request_n)) {
		peer_end(peer);
		return;
	}
	peer->request_n += (size_t)n;
	peer->request[peer->request_n] = '\0';
	peer->heard = server_now(peer->server);
	status = http_parse(peer->request, peer->request_n, &request);
	if (status == -EAGAIN && n > 0) {
		peer_watch(peer, EPOLLIN);
		return;
	}
	peer_enter(peer, PEER_WAITING, HTTP_ANSWER_SECONDS);
	if (status)
		status_refuse(peer, status);
	else
		peer_route(peer, &request);
}

static int peer_ready(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct http_peer *peer = userdata;

	(void)source;
	(void)fd;
	switch (peer->phase) {
	case PEER_FREE:
		break;
	case PEER_ASKING:
		peer_read(peer);
		break;
	case PEER_WAITING:
	case PEER_PULLING:
		if (events & (EPOLLERR | EPOLLHUP))
			peer_end(peer);
		break;
	case PEER_ANSWERING:
		peer_write(peer);
		break;
	case PEER_LINGERING:
		peer_drain(peer);
		break;
	}
	return 0;
}

void peer_begin(struct http_peer *peer, int fd)
{
	peer->fd = fd;
	peer->request_n = 0;
	peer->heard = server_now(peer->server);
	peer_enter(peer, PEER_ASKING, HTTP_REQUEST_SECONDS);
	peer_read(peer);
}

void peer_expire(struct http_peer *peer)
{
	bool asking = peer->phase == PEER_ASKING && peer->request_n;

	if (!asking && peer->phase != PEER_WAITING) {
		peer_end(peer);
		return;
	}
	if (!asking)
		peer->server->router.gone(peer->server->router.self, peer);
	peer_enter(peer, PEER_WAITING, HTTP_LINGER_SECONDS);
	if (asking)
		status_refuse(peer, 408);
	else
		http_refuse(peer, 503, "Retry-After: 10\r\n", "the answer did not come in time");
}
