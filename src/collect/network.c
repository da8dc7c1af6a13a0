/*
 * What the network interfaces carried, from /proc/net/dev (proc_pid_net(5)), and what they are,
 * from /sys/class/net (Documentation/ABI/testing/sysfs-class-net).
 *
 * The counters are read at every call, and whether the link runs.  What changes rarely (is there
 * hardware behind it, MAC, speed, addresses, default route) is read again every half minute, and at
 * once when an interface comes, goes or changes its link.
 */
#include "collect/addresses.h"
#include "collect/interfaces.h"
#include "collector.h"
#include "mem.h"
#include "scan.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FACTS_SECONDS 29.5 /* half a minute: a timer may be a little early */

enum { RECV, PACKETS_RECV, ERRIN, DROPIN, SENT = 8, PACKETS_SENT, ERROUT, DROPOUT, COUNTERS = 16 };

struct counters {
	struct scan name;
	uint64_t of[COUNTERS];
};

struct interface {
	char name[INTERFACE_SIZE]; /* any bytes but '/' and blanks */
	bool shown, foremost;
	int runs; /* see root_link_runs() */
	char operstate[16];
	double speed; /* Mbit/s; NAN: not known */
	char mac[24], ipv4[16], ipv6[46];
};

struct network {
	struct interface *at;
	size_t n, room;
	double learnt; /* the slice's time when it was */
	char primary[INTERFACE_SIZE];
};

static const struct {
	size_t column;
	enum metric_id metric;
} columns[] = {
	{SENT, NET_SENT},
	{RECV, NET_RECV},
	{PACKETS_SENT, NET_PACKETS_SENT},
	{PACKETS_RECV, NET_PACKETS_RECV},
	{ERRIN, NET_ERRIN},
	{ERROUT, NET_ERROUT},
	{DROPIN, NET_DROPIN},
	{DROPOUT, NET_DROPOUT},
};

/*
 * Inter-|   Receive                                                |  Transmit
 *  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo
 * colls carrier compressed eth0: 108823377    2320    0    0    0     0          0         0 104756
 * 1207    0    0    0     0       0          0
 *
 * An alias has a ':' in its name, and old kernels glue the first number to it.
 */
static int interface_parse(struct scan line, struct counters *ret)
{
	struct counters counters;

	if (!scan_key_last(&line, ':', &counters.name))
		return -EBADMSG;
	for (size_t i = 0; i < COUNTERS; i++)
		if (!scan_u64(&line, &counters.of[i]))
			return -EBADMSG;
	*ret = counters;
	return 0;
}

static void attribute(
	const struct root *root, const char *name, const char *what, char *ret, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, what);
	if (root_read_attribute(root, path, ret, size) < 0)
		ret[0] = '\0';
}

/* -1 and 0: the driver does not know; a link that is down gives EINVAL. */
static double speed(const struct root *root, const char *name)
{
	char path[64];
	double number;

	snprintf(path, sizeof(path), "/sys/class/net/%s/speed", name);
	if (root_read_number(root, path, &number) < 0 || number <= 0 || number > 10e6)
		return NAN;
	return number;
}

static void learn_facts(
	struct network *network, const struct root *root, const struct config *config, double now)
{
	auto_free char *addresses = NULL;

	interface_primary(root, config, network->primary);
	if (root_addresses(root, &addresses) < 0)
		addresses = xstrdup("");
	for (struct interface *i = network->at; i < network->at + network->n; i++) {
		i->shown = interface_shown(root, config, network->primary, i->name);
		i->ipv4[0] = i->ipv6[0] = '\0';
		if (!i->shown)
			continue;
		i->foremost =
			!strcmp(i->name, network->primary) || interface_physical(root, i->name);
		/* before the word is read: what changes in between is seen at the next call */
		i->runs = root_link_runs(root, i->name);
		attribute(root, i->name, "operstate", i->operstate, sizeof(i->operstate));
		attribute(root, i->name, "address", i->mac, sizeof(i->mac));
		if (!strcmp(i->mac, "00:00:00:00:00:00"))
			i->mac[0] = '\0';
		i->speed = speed(root, i->name);
		address_first(addresses, i->name, false, i->ipv4, sizeof(i->ipv4));
		address_first(addresses, i->name, true, i->ipv6, sizeof(i->ipv6));
	}
	network->learnt = now;
}

/* The same interfaces in the same order as before?  If not, takes the new list over, without facts.
 */
static bool familiar(struct network *network, const struct counters *counters, size_t n)
{
	bool same = network->n == n;

	for (size_t i = 0; same && i < n; i++)
		same = scan_is(counters[i].name, network->at[i].name);
	if (same)
		return true;

	network->at = xrealloc(network->at, n, sizeof(*network->at));
	network->n = n;
	for (size_t i = 0; i < n; i++) {
		network->at[i] = (struct interface){.speed = NAN};
		snprintf(network->at[i].name, sizeof(network->at[i].name), "%.*s",
			(int)(counters[i].name.end - counters[i].name.at), counters[i].name.at);
	}
	return false;
}

static bool links_moved(const struct network *network, const struct root *root)
{
	for (const struct interface *i = network->at; i < network->at + network->n; i++)
		if (i->shown && root_link_runs(root, i->name) != i->runs)
			return true;
	return false;
}

/* Drivers that do not follow RFC 2863 (tunnels, old USB adapters) say "unknown" and set the
 * carrier. */
static void put_link(const struct interface *interface, const struct root *root, struct slice *ret)
{
	char carrier[4];

	if (!interface->operstate[0])
		return;
	if (strcmp(interface->operstate, "unknown")) {
		put(ret, NET_UP, interface->name, !strcmp(interface->operstate, "up"));
		return;
	}
	attribute(root, interface->name, "carrier", carrier, sizeof(carrier));
	put(ret, NET_UP, interface->name, !strcmp(carrier, "1"));
}

static void put_interface(const struct interface *interface, const struct counters *counters,
	const struct root *root, struct slice *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		put(ret, columns[i].metric, interface->name,
			(double)counters->of[columns[i].column]);
	put_link(interface, root, ret);
	put(ret, NET_SPEED, interface->name, interface->speed);
	put_text(ret, NET_MAC, interface->name, interface->mac);
	put_text(ret, NET_IPV4, interface->name, interface->ipv4);
	put_text(ret, NET_IPV6, interface->name, interface->ipv6);
}

static void put_primary(const struct network *network, struct slice *ret)
{
	for (const struct interface *i = network->at; i < network->at + network->n; i++)
		if (!strcmp(i->name, network->primary)) {
			put_text(ret, NET_PRIMARY, "", i->name);
			put_text(ret, NET_PRIMARY_IPV4, "", i->ipv4);
		}
}

static struct counters *parse_all(const char *text, size_t *ret_n)
{
	struct counters *counters = NULL;
	struct scan all = scan_text(text), line;
	size_t n = 0, room = 0;

	while (scan_line(&all, &line)) {
		if (n == room)
			counters =
				xrealloc(counters, room = room ? 2 * room : 16, sizeof(*counters));
		if (interface_parse(line, &counters[n]) == 0)
			n++;
	}
	*ret_n = n;
	return counters;
}

static int network_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct network *network = state;
	auto_free struct counters *counters = NULL;
	auto_free char *text = NULL;
	ssize_t r = root_read(root, "/proc/net/dev", &text);
	size_t n;

	if (r < 0)
		return (int)r;
	counters = parse_all(text, &n);
	if (!n)
		return -EBADMSG;
	if (!familiar(network, counters, n) || ret->mono - network->learnt >= FACTS_SECONDS ||
		links_moved(network, root))
		learn_facts(network, root, config, ret->mono);

	/* where there are too many to be shown, those that were put first are */
	for (int later = 0; later < 2; later++)
		for (size_t i = 0; i < n; i++)
			if (network->at[i].shown && network->at[i].foremost == !later)
				put_interface(&network->at[i], &counters[i], root, ret);
	put_primary(network, ret);
	return 0;
}

static void network_forget(void *state)
{
	struct network *network = state;

	free(network->at);
}

const struct collector collect_network = {
	.name = "network",
	.gives = "network.primary_interface network.ipv4 network.*.bytes_* "
		 "network.*.packets_* network.*.err* network.*.drop* network.*.up "
		 "network.*.speed network.*.mac network.*.ipv?",
	.state = sizeof(struct network),
	.forget = network_forget,
	.collect = network_collect,
};
