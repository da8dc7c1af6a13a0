/* Does a network interface run?  One bit of the kernel's, or the file that says it in a word. */
#include "root_private.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

/*
 * netdevice(7), SIOCGIFFLAGS: any socket will do.  IFF_RUNNING is operstate's "up" or "unknown"
 * (Documentation/networking/operstates.rst), at a tenth of what it costs to open that file.
 */
static int ask(int socket, const char *name)
{
	struct ifreq request = {0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(socket, SIOCGIFFLAGS, &request) < 0)
		return -1;
	return (request.ifr_flags & IFF_RUNNING) != 0;
}

int root_link_runs(const struct root *root, const char *name)
{
	char path[64], state[16];
	int r = root_watched(root) ? -1 : ask(root->socket, name);

	if (r >= 0)
		return r;
	snprintf(path, sizeof(path), "/sys/class/net/%s/operstate", name);
	r = (int)root_read_attribute(root, path, state, sizeof(state));
	return r < 0 ? r : !strcmp(state, "up") || !strcmp(state, "unknown");
}
