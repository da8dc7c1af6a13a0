#pragma once
/*
 * Bodies that come in pieces: what stream.c and peer.c need of each other.  Private to src/http.
 */
#include "peer.h"

/* stream.c.  The piece is written; and: the stream is not wanted any more. */
void stream_next(struct http_peer *peer);
void stream_end(struct http_peer *peer);

/* peer.c.  Head and body are there: writes them.  They were the last; or the stream owes more. */
void peer_answer(struct http_peer *peer);
void peer_linger(struct http_peer *peer);
void peer_pull(struct http_peer *peer);

/* status.c: the lines above a body of unknown length. */
int status_head_stream(
	char *ret, size_t size, int status, const char *type, const char *extra, bool chunks);
