#pragma once
/* Which interface leads out of this machine, and which of an interface's addresses stand for it. */
#include "root.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The first lasting, global address of an interface in the lines of root_addresses(): not
 * temporary, not deprecated, not still being probed.  False if it has none.
 */
bool address_first(const char *addresses, const char *interface, bool ipv6, char *ret, size_t size);

/* The interface of the default route with the lowest metric: /proc/net/route, else
 * /proc/net/ipv6_route. -ENOENT if no route leads out. */
int route_default(const struct root *root, char *ret, size_t size);
