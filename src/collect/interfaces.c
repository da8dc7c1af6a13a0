#include "collect/interfaces.h"

#include "collect/addresses.h"
#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static bool among(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* A copy may have lost the links that tell hardware from the rest: then the name must. */
static bool named_as_hardware(const char *name)
{
	static const char *const kinds[] = {"eth[0-9]*", "end[0-9]*", "en[opsx]*", "wlan[0-9]*",
		"wl[opsx]*", "wwan[0-9]*", "ww[opsx]*", "usb[0-9]*", "!*[.:]*"};

	return text_admitted(kinds, ARRAY_LEN(kinds), name);
}

bool interface_physical(const struct root *root, const char *name)
{
	char path[64], link[64];

	snprintf(path, sizeof(path), "/sys/class/net/%s/device", name);
	return root_link_name(root, path, link, sizeof(link)) >= 0 || root_exists(root, path) ||
	       (root_copied(root) && named_as_hardware(name));
}

bool interface_shown(
	const struct root *root, const struct config *config, const char *primary, const char *name)
{
	size_t included, excluded;
	const char *const *include = config_list(config, OPTION_NETWORK_INCLUDE, &included);
	const char *const *exclude = config_list(config, OPTION_NETWORK_EXCLUDE, &excluded);

	if (text_admitted(exclude, excluded, name))
		return false;
	if (!strcmp(name, "lo"))
		return among(include, included, name);
	return text_admitted(include, included, name) || !strcmp(name, primary) ||
	       interface_physical(root, name);
}

void interface_primary(
	const struct root *root, const struct config *config, char ret[static INTERFACE_SIZE])
{
	const char *wanted = config_text(config, OPTION_NETWORK_PRIMARY);

	ret[0] = '\0';
	if (*wanted)
		text_copy(ret, INTERFACE_SIZE, wanted);
	else
		(void)route_default(root, ret, INTERFACE_SIZE);
}
