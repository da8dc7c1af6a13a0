#include "tree.h"

#include "devicetree.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Ours alone and never changed: the ids of all installations hang on it (machine-id(5) asks for a
 * hash that is keyed by application). */
static const uint8_t identity_key[16] = {0x70, 0x69, 0x73, 0x74, 0x61, 0x74, 0x2e, 0x6e, 0x6f, 0x64,
	0x65, 0x2e, 0x69, 0x64, 0x2e, 0x31};

/* "2d0a6bd1f0a94b0c8f5e1f0d3c4b5a69\n"; "uninitialized" or nothing on an image's first boot. */
static bool machine_id(const struct root *root, char *ret, size_t size)
{
	static const char *const files[] = {"/etc/machine-id", "/var/lib/dbus/machine-id"};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (root_read_attribute(root, files[i], ret, size) < 32)
			continue;
		if (strspn(ret, "0123456789abcdefABCDEF") == 32 && ret[32] == '\0')
			return true;
	}
	return false;
}

/* The address of the first interface with hardware behind it; "" if there is none. */
static void first_mac(const struct root *root, char *ret, size_t size)
{
	char **names auto_free = NULL;
	char path[TOPIC_SIZE];
	size_t n = 0;

	ret[0] = '\0';
	if (root_list(root, "/sys/class/net", &names, &n) < 0)
		return;
	for (size_t i = 0; i < n && !ret[0]; i++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/device", names[i]);
		if (!root_exists(root, path))
			continue;
		snprintf(path, sizeof(path), "/sys/class/net/%s/address", names[i]);
		if (root_read_attribute(root, path, ret, size) < 0)
			ret[0] = '\0';
	}
}

/* A board's serial is world-readable in the device tree; DMI's is root's alone and would make the
 * id depend on who runs us. */
static void identify(const struct root *root, const char *host, char *ret, size_t size)
{
	char first[TEXT_SIZE], second[TEXT_SIZE], both[2 * TEXT_SIZE];
	int n;

	if (machine_id(root, first, sizeof(first))) {
		devicetree_text(root, "serial-number", second, sizeof(second));
	} else {
		text_copy(first, sizeof(first), host);
		first_mac(root, second, sizeof(second));
	}
	n = snprintf(both, sizeof(both), "%s%c%s", first, '\0', second);
	snprintf(ret, size, "pistat_%012" PRIx64, text_hash(identity_key, both, (size_t)n) >> 16);
}

static void host_name(const struct root *root, char *ret, size_t size)
{
	struct utsname names;

	if (root_uname(root, &names) == 0 && names.nodename[0])
		text_copy(ret, size, names.nodename);
	else
		text_copy(ret, size, "pistat");
}

/* Several levels are fine; wildcards, the broker's own tree and control characters are not. */
static bool base_allowed(const char *base, size_t n)
{
	if (n == 0 || n > TOPIC_SIZE / 2 || base[0] == '$')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)base[i] < 0x20 || base[i] == 0x7f || base[i] == '+' ||
			base[i] == '#')
			return false;
	return true;
}

int node_identify(const struct root *root, const struct config *config, struct node *ret)
{
	const char *name = config_text(config, OPTION_NODE_NAME);
	const char *id = config_text(config, OPTION_NODE_ID);
	const char *base = config_text(config, OPTION_MQTT_BASE);
	struct node node = {0};
	char host[TEXT_SIZE];
	size_t n;

	base += strspn(base, "/");
	for (n = strlen(base); n && base[n - 1] == '/'; n--)
		;
	if (!base_allowed(base, n))
		return -EINVAL;

	host_name(root, host, sizeof(host));
	text_copy(node.display, sizeof(node.display), *name ? name : host);
	text_slug(node.name, sizeof(node.name), node.display);
	if (!node.name[0])
		text_copy(node.name, sizeof(node.name), "pistat");
	text_slug(node.id, sizeof(node.id), id);
	if (!node.id[0])
		identify(root, host, node.id, sizeof(node.id));
	snprintf(node.base, sizeof(node.base), "%.*s/%s", (int)n, base, node.name);
	*ret = node;
	return 0;
}

void tree_topic(const struct node *node, const char *leaf, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", node->base, leaf);
}

void tree_scalar(const struct node *node, const struct reading *reading, char *ret, size_t size)
{
	size_t n = strlen(node->base);

	if (n + 2 > size)
		return;
	memcpy(ret, node->base, n);
	ret[n++] = '/';
	reading_path(reading, '/', ret + n, size - n);
}

void tree_device_config(const struct node *node, const char *prefix, char *ret, size_t size)
{
	snprintf(ret, size, "%s/device/%s/config", prefix, node->id);
}

void tree_entity_config(const struct node *node, const char *prefix, const char *platform,
	const char *component, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s/%s/%s/config", prefix, platform, node->id, component);
}
