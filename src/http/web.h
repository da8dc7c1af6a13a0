#pragma once
/*
 * Pages for browsers.  Each is one text with its style and script inside, made when pistat is built
 * (web/page.cmake) and kept twice: as it is, and gzipped.  Its policy admits its own style and
 * script, by their hashes, and requests to this pistat; nothing else.
 */
#include "server.h"

struct web_page {
	const char *policy; /* header lines */
	const unsigned char *plain, *gzipped;
	size_t plain_n, gzipped_n;
};

/* Each web/NAME.html that CMakeLists.txt names is a web_NAME. */
extern const struct web_page web_docs, web_index;

/* The page, gzipped if the client likes that; extra: more header lines, or "". */
void web_answer(struct http_peer *peer, int status, const char *extra, const struct web_page *page,
	const struct http_request *request);
