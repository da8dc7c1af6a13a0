#include "collect/addresses.h"

#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/route.h>

struct address {
	struct scan interface, family, text, scope;
	uint64_t flags; /* IFA_F_… */
};

/* eth0 inet6 2001:db8::4 global 0x80 */
static int address_parse(struct scan line, struct address *ret)
{
	struct address address;

	if (!scan_word(&line, &address.interface) || !scan_word(&line, &address.family) ||
		!scan_word(&line, &address.text) || !scan_word(&line, &address.scope))
		return -EBADMSG;
	while (!scan_done(line) && (*line.at == ' ' || *line.at == '0' || *line.at == 'x'))
		line.at++;
	if (!scan_hex(&line, &address.flags))
		address.flags = 0;
	*ret = address;
	return 0;
}

/* An IPv4 address of a secondary kind has the bit that means temporary in IPv6; it is not the first
 * one either. */
bool address_first(const char *addresses, const char *interface, bool ipv6, char *ret, size_t size)
{
	static const uint64_t passing =
		IFA_F_TEMPORARY | IFA_F_DEPRECATED | IFA_F_TENTATIVE | IFA_F_DADFAILED;
	struct scan text = scan_text(addresses), line;
	struct address address;

	while (scan_line(&text, &line)) {
		if (address_parse(line, &address) < 0 || !scan_is(address.interface, interface) ||
			!scan_is(address.family, ipv6 ? "inet6" : "inet") ||
			!scan_is(address.scope, "global") || address.flags & passing)
			continue;
		scan_copy(address.text, ret, size);
		return true;
	}
	return false;
}

struct route {
	struct scan interface;
	uint64_t metric, flags;
};

static bool usable(const struct route *route)
{
	return route->flags & RTF_UP && !(route->flags & RTF_REJECT) &&
	       !scan_is(route->interface, "lo");
}

/*
 * Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU
 * Window	IRTT
 * eth0	00000000	010200C0	0003	0	0	100	00000000	0	0
 * 0
 *
 * -ENOENT: a line of something else than a default route.
 */
static int route_parse(struct scan line, struct route *ret)
{
	struct route route;
	uint64_t destination, mask;

	if (!scan_word(&line, &route.interface) || !scan_hex(&line, &destination) ||
		!scan_skip_words(&line, 1) || !scan_hex(&line, &route.flags) ||
		!scan_skip_words(&line, 2) || !scan_u64(&line, &route.metric) ||
		!scan_hex(&line, &mask))
		return -EBADMSG;
	if (destination || mask)
		return -ENOENT;
	*ret = route;
	return 0;
}

/*
 * 00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80…01 00000400 00000002
 * 00000000 00000003     eth0
 *
 * Destination and its prefix length, source and its, next hop, metric, references, use, flags,
 * interface; all hexadecimal.
 */
static int route6_parse(struct scan line, struct route *ret)
{
	struct scan destination;
	struct route route;
	uint64_t prefix;

	if (!scan_word(&line, &destination) || !scan_hex(&line, &prefix) ||
		!scan_skip_words(&line, 3) || !scan_hex(&line, &route.metric) ||
		!scan_skip_words(&line, 2) || !scan_hex(&line, &route.flags) ||
		!scan_word(&line, &route.interface))
		return -EBADMSG;
	if (prefix || !scan_is(destination, "00000000000000000000000000000000"))
		return -ENOENT;
	*ret = route;
	return 0;
}

static bool best_route(
	const char *text, int (*parse)(struct scan line, struct route *ret), char *ret, size_t size)
{
	struct scan all = scan_text(text), line;
	struct route route, best;
	bool found = false;

	while (scan_line(&all, &line)) {
		if (parse(line, &route) < 0 || !usable(&route) ||
			(found && route.metric >= best.metric))
			continue;
		best = route;
		found = true;
	}
	if (found)
		scan_copy(best.interface, ret, size);
	return found;
}

int route_default(const struct root *root, char *ret, size_t size)
{
	auto_free char *route = NULL, *route6 = NULL;

	if (root_read(root, "/proc/net/route", &route) >= 0 &&
		best_route(route, route_parse, ret, size))
		return 0;
	if (root_read(root, "/proc/net/ipv6_route", &route6) >= 0 &&
		best_route(route6, route6_parse, ret, size))
		return 0;
	return -ENOENT;
}
