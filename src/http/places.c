/*
 * Who gets a place, and who gives way.
 */
#include "log.h"
#include "peer.h"

#include <string.h>
#include <sys/resource.h>

#define SHRUNK_SECONDS 60

/* Descriptors that the rest of the process needs: collectors, broker, lanes, the loop itself. */
#define RESERVED_DESCRIPTORS 32

static bool is_reading(const struct http_peer *peer)
{
	return peer->phase == PEER_ANSWERING || peer->phase == PEER_PULLING;
}

/* Whom a newcomer costs least: the one silent longest, of those that wait for nothing; a slow
 * reader only when there is nobody else; never one whose answer is being made. */
static struct http_peer *places_idlest(struct http_server *server)
{
	struct http_peer *idlest = NULL;

	for (size_t i = 0; i < HTTP_PEERS; i++) {
		struct http_peer *peer = &server->peers[i];
		bool reading = is_reading(peer), worse = idlest && is_reading(idlest);

		if (peer->phase == PEER_FREE || peer->phase == PEER_WAITING)
			continue;
		if (!idlest || reading < worse || (reading == worse && peer->heard < idlest->heard))
			idlest = peer;
	}
	return idlest;
}

static size_t places_taken(const struct http_server *server)
{
	size_t taken = 0;

	for (size_t i = 0; i < HTTP_PEERS; i++)
		taken += server->peers[i].phase != PEER_FREE;
	return taken;
}

/* NULL if every peer waits for an answer.  That is so only after places were given up: otherwise
 * peer.c keeps a quarter of them from waiting. */
struct http_peer *places_take(struct http_server *server)
{
	struct http_peer *peer;

	if (places_taken(server) >= server->places) {
		peer = places_idlest(server);
		if (peer)
			peer_end(peer);
		return peer;
	}
	for (peer = server->peers; peer->phase != PEER_FREE; peer++)
		;
	return peer;
}

/* Out of descriptors or memory: half of the peers will do, and collectors need descriptors too.
 * False if that frees nothing. */
bool places_shrink(struct http_server *server, int error)
{
	size_t taken = places_taken(server), kept = taken;
	uint64_t now = server_now(server);
	struct http_peer *idlest;

	if (!server->starved)
		log_warning("http: cannot accept a connection: %s; going on with fewer at a time",
			strerror(error));
	server->starved = now;
	server->places = taken > 1 ? taken / 2 : 1;
	while (kept > taken / 2 && (idlest = places_idlest(server))) {
		peer_end(idlest);
		kept--;
	}
	return kept < taken;
}

size_t places_affordable(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
		limit.rlim_cur >= RESERVED_DESCRIPTORS + HTTP_PEERS)
		return HTTP_PEERS;
	if (limit.rlim_cur < RESERVED_DESCRIPTORS + 4)
		return 4;
	return (size_t)limit.rlim_cur - RESERVED_DESCRIPTORS;
}

/* A minute without want: as many places as at first. */
void places_grow(struct http_server *server)
{
	if (!server->starved || server_now(server) - server->starved < SHRUNK_SECONDS * 1000000)
		return;
	server->starved = 0;
	server->places = places_affordable();
}
