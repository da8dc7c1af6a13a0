/*
 * Bodies that come in pieces, each as a chunk (RFC 9112 7.1) where the peer knows chunks; where it
 * does not, the end of the connection is the end of the body.
 */
#include "stream.h"

#include "mem.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define CHUNK_END "\r\n"
#define BODY_END "0\r\n\r\n"

/* The piece is the body to be written; what frames it stands in the head, behind what is there, and
 * at its own end. */
static void stream_frame(struct http_peer *peer, char *piece, size_t n, bool last)
{
	if (peer->chunks) {
		if (n)
			peer->head_n += (size_t)snprintf(peer->head + peer->head_n,
				sizeof(peer->head) - peer->head_n, "%zx\r\n", n);
		piece = xrealloc(piece, n + sizeof(CHUNK_END BODY_END), 1);
		piece[n] = '\0';
		strcpy(piece + n, n ? CHUNK_END : "");
		n += strlen(piece + n);
		strcpy(piece + n, last ? BODY_END : "");
		n += strlen(piece + n);
	}
	free(peer->owned);
	peer->body = peer->owned = piece;
	peer->body_n = n;
	peer->last = last;
	peer->sent = 0;
}

void http_answer_stream(struct http_peer *peer, int status, const char *type, const char *extra,
	struct http_stream stream, char *piece, size_t n)
{
	int head_n;

	assert(peer->phase == PEER_WAITING);
	head_n = status_head_stream(
		peer->head, sizeof(peer->head), status, type, extra, peer->chunks);
	assert(head_n > 0 && (size_t)head_n < sizeof(peer->head) - 32);
	peer->head_n = (size_t)head_n;
	peer->stream = stream;
	peer->streaming = true;
	if (peer->head_only) {
		free(piece);
		peer->body_n = peer->sent = 0;
		peer->last = true;
	} else {
		stream_frame(peer, piece, n, false);
	}
	peer_answer(peer);
}

void http_stream(struct http_peer *peer, char *piece, size_t n, bool last)
{
	assert(peer->phase == PEER_PULLING);
	peer->head_n = 0;
	stream_frame(peer, piece, n, last);
	peer_answer(peer);
}

void http_stream_break(struct http_peer *peer)
{
	peer_end(peer);
}

void stream_next(struct http_peer *peer)
{
	if (peer->last) {
		peer_linger(peer);
		return;
	}
	peer_pull(peer);
	/* it may be that the peer is gone by now */
	if (peer->phase == PEER_PULLING)
		peer->stream.more(peer->stream.self);
}

void stream_end(struct http_peer *peer)
{
	if (!peer->streaming)
		return;
	peer->streaming = false;
	peer->stream.end(peer->stream.self);
}
