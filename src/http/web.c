#include "web.h"

#include "answers.h"
#include "mem.h"

void web_answer(struct http_peer *peer, int status, const char *extra, const struct web_page *page,
	const struct http_request *request)
{
	bool gzip = negotiate_gzip(request->accept_encoding);
	auto_free char *lines = xasprintf("%s%sVary: Accept, Accept-Encoding\r\n%s", extra,
		page->policy, gzip ? "Content-Encoding: gzip\r\n" : "");

	http_answer_constant(peer, status, "text/html; charset=utf-8", lines,
		(const char *)(gzip ? page->gzipped : page->plain),
		gzip ? page->gzipped_n : page->plain_n);
}

void docs_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route)
{
	(void)routes;
	web_answer(peer, 200, "", route->page, request);
}
