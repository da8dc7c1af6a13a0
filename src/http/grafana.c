/* The dashboard for Grafana; the same on every machine. */
#include "answers.h"
#include "render.h"

void grafana_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	size_t n;
	char *text = render_grafana(&n);

	(void)routes;
	(void)request;
	http_answer(peer, 200, route->types[0], "", text, n);
}
