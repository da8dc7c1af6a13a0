/* How many peers this machine talks to: sock_diag(7). */
#include "collector.h"

static int connections_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	size_t n;
	int r = root_connections(root, &n);

	(void)state, (void)config;
	if (r < 0)
		return r;
	put(ret, NET_CONNECTIONS, "", (double)n);
	return 0;
}

const struct collector collect_connections = {
	.name = "connections",
	.gives = "network.active_connections",
	.interval = 30, /* the kernel walks its whole table of connections for us: a millisecond on
			   large machines */
	.collect = connections_collect,
};
