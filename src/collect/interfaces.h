#pragma once
/*
 * Which network interfaces are shown: one answer for everything that is known about them
 * (network.c, wifi.c).
 */
#include "config.h"
#include "root.h"

#include <stdbool.h>

#define INTERFACE_SIZE 16 /* IFNAMSIZ */

/* The user's, or the one that the default route leads to; empty if there is none. */
void interface_primary(
	const struct root *root, const struct config *config, char ret[static INTERFACE_SIZE]);

/* Is there hardware behind it? */
bool interface_physical(const struct root *root, const char *name);

/*
 * Hardware has a device link; bridges, veths and tunnels have none.  The way out is shown whatever
 * it is (a bond, a bridge, a container's veth): it is what people look for.  Beyond that, the
 * user's lists decide.
 */
bool interface_shown(const struct root *root, const struct config *config, const char *primary,
	const char *name);
