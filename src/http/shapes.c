/* The shapes of other monitors: one sample, looked at through a table of render/views.h. */
#include "answers.h"
#include "views.h"

static void shape_ready(struct routes *routes, struct http_peer *peer,
	const struct snapshot *snapshot, const struct route *route)
{
	size_t n;
	char *text = render_view(snapshot, route->view, &n);

	(void)routes;
	http_answer(peer, 200, route->types[0], "", text, n);
}

void shape_answer(struct routes *routes, struct http_peer *peer, const struct http_request *request,
	const struct route *route)
{
	double cache_seconds = config_number(routes->config, OPTION_HTTP_CACHE_SECONDS);

	(void)request;
	sampler_fresh(routes->sampler, cache_seconds, waiter_served,
		waiter_take(routes, peer, route, shape_ready));
}

/* Who polls this wants to see the samples that history keeps, not to cause others. */
void current_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	const struct snapshot *latest = sampler_latest(routes->sampler);

	(void)request;
	if (latest)
		shape_ready(routes, peer, latest, route);
	else
		http_answer(peer, 204, "", "", NULL, 0);
}

char *shape_example(struct routes *routes, const struct route *route, size_t type)
{
	const struct snapshot *latest = sampler_latest(routes->sampler);
	size_t n;

	(void)type;
	return latest ? render_view(latest, route->view, &n) : NULL;
}
