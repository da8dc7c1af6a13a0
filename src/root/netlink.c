/*
 * The two questions of root.h that the kernel answers by netlink: addresses (rtnetlink(7),
 * RTM_GETADDR) and sockets (sock_diag(7)).  The replies are checked for every length they claim.
 */
#include "mem.h"
#include "netlink_private.h"
#include "root_private.h"
#include "scan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* linux/tcp_states.h, not exported to user space under these names */
enum { ESTABLISHED = 1, SYN_SENT = 2, SYN_RECEIVED = 3, NEW_SYN_RECEIVED = 12 };

/* NLMSG_NEXT() where the padding of the last message may be missing: the rest must not wrap around.
 */
static const struct nlmsghdr *next_message(const struct nlmsghdr *m, unsigned *left)
{
	unsigned whole = NLMSG_ALIGN(m->nlmsg_len);

	*left -= whole < *left ? whole : *left;
	return (const void *)((const char *)m + whole);
}

int netlink_ask(int protocol, const struct nlmsghdr *request,
	void (*each)(void *self, const struct nlmsghdr *message), void *self)
{
	auto_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	struct timeval patience = {.tv_sec = 1};
	_Alignas(struct nlmsghdr) char buffer[32768];

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (send(fd, request, request->nlmsg_len, 0) < 0)
		return -errno;
	for (;;) {
		ssize_t n = recv(fd, buffer, sizeof(buffer), 0);
		unsigned left = n > 0 ? (unsigned)n : 0;

		if (n <= 0)
			return n < 0 ? -errno : -EPIPE;
		for (const struct nlmsghdr *m = (const void *)buffer; NLMSG_OK(m, left);
			m = next_message(m, &left)) {
			if (m->nlmsg_type == NLMSG_DONE)
				return 0;
			if (m->nlmsg_type == NLMSG_ERROR)
				return m->nlmsg_len >= NLMSG_LENGTH(sizeof(int))
					       ? *(const int *)NLMSG_DATA(m)
					       : -EBADMSG;
			each(self, m);
		}
	}
}

struct lines {
	char *text;
	size_t n;
};

static const char *scope_name(unsigned char scope)
{
	return scope == RT_SCOPE_UNIVERSE ? "global"
	       : scope == RT_SCOPE_SITE	  ? "site"
	       : scope == RT_SCOPE_LINK	  ? "link"
					  : "host";
}

/* RTA_NEXT() with a length that may be signed: padding cut off at the end must not wrap around. */
static const struct rtattr *next_attribute(const struct rtattr *a, int *left)
{
	*left -= (int)RTA_ALIGN(a->rta_len);
	return (const void *)((const char *)a + RTA_ALIGN(a->rta_len));
}

static void add_address(void *self, const struct nlmsghdr *m)
{
	struct lines *lines = self;
	const struct ifaddrmsg *address = NLMSG_DATA(m);
	const void *local = NULL, *peer = NULL;
	char name[IF_NAMESIZE], text[INET6_ADDRSTRLEN];
	uint32_t flags;
	int left;
	char *line;

	if (m->nlmsg_type != RTM_NEWADDR || m->nlmsg_len < NLMSG_LENGTH(sizeof(*address)))
		return;
	flags = address->ifa_flags;
	left = (int)(m->nlmsg_len - NLMSG_LENGTH(sizeof(*address)));
	for (const struct rtattr *a = IFA_RTA(address); RTA_OK(a, left);
		a = next_attribute(a, &left)) {
		size_t size = address->ifa_family == AF_INET ? 4 : 16;

		if (a->rta_type == IFA_LOCAL && RTA_PAYLOAD(a) >= size)
			local = RTA_DATA(a);
		if (a->rta_type == IFA_ADDRESS && RTA_PAYLOAD(a) >= size)
			peer = RTA_DATA(a);
		if (a->rta_type == IFA_FLAGS && RTA_PAYLOAD(a) >= sizeof(flags))
			memcpy(&flags, RTA_DATA(a), sizeof(flags));
	}
	local = local ? local : peer; /* IPv6 has no IFA_LOCAL but on point-to-point links */
	if ((address->ifa_family != AF_INET && address->ifa_family != AF_INET6) || !local ||
		!if_indextoname(address->ifa_index, name) ||
		!inet_ntop(address->ifa_family, local, text, sizeof(text)))
		return;
	line = xasprintf("%s %s %s %s %#x\n", name,
		address->ifa_family == AF_INET ? "inet" : "inet6", text,
		scope_name(address->ifa_scope), flags);
	lines->text = xrealloc(lines->text, lines->n + strlen(line) + 1, 1);
	strcpy(lines->text + lines->n, line);
	lines->n += strlen(line);
	free(line);
}

ssize_t root_addresses(const struct root *root, char **ret_text)
{
	struct {
		struct nlmsghdr header;
		struct ifaddrmsg address;
	} request = {.header = {.nlmsg_len = sizeof(request),
			     .nlmsg_type = RTM_GETADDR,
			     .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
	struct lines lines = {xstrdup(""), 0};
	int r;

	if (!root_live(root)) {
		free(lines.text);
		return root_read(root, "/captured/addresses", ret_text);
	}
	r = netlink_ask(NETLINK_ROUTE, &request.header, add_address, &lines);
	if (r < 0) {
		free(lines.text);
		return root_failed(root, "rtnetlink(7)", r);
	}
	root_seen(root, "rtnetlink(7)", lines.text);
	capture_fact(root, "addresses", lines.text, true);
	*ret_text = lines.text;
	return (ssize_t)lines.n;
}

static void count_message(void *self, const struct nlmsghdr *m)
{
	*(size_t *)self += m->nlmsg_type == SOCK_DIAG_BY_FAMILY || m->nlmsg_type == TCPDIAG_GETSOCK;
}

/* The older request gives both families in one walk over the kernel's table of connections, which
 * is a million slots long on a large machine: half the price. */
static int count_tcp(size_t *ret)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req ask;
	} request = {.header = {.nlmsg_len = sizeof(request),
			     .nlmsg_type = TCPDIAG_GETSOCK,
			     .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.ask = {.idiag_family = AF_INET,
			.idiag_states = 1u << ESTABLISHED | 1u << SYN_SENT | 1u << SYN_RECEIVED |
					1u << NEW_SYN_RECEIVED}};

	return netlink_ask(NETLINK_SOCK_DIAG, &request.header, count_message, ret);
}

static int count_udp(unsigned char family, size_t *ret)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 ask;
	} request = {.header = {.nlmsg_len = sizeof(request),
			     .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			     .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.ask = {.sdiag_family = family,
			.sdiag_protocol = IPPROTO_UDP,
			.idiag_states = 1u << ESTABLISHED}};

	return netlink_ask(NETLINK_SOCK_DIAG, &request.header, count_message, ret);
}

/*   sl  local_address rem_address   st tx_queue …
 *    0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 … */
static size_t count_lines(const char *text, bool udp)
{
	struct scan all = scan_text(text), line;
	uint64_t state;
	size_t n = 0;

	while (scan_line(&all, &line)) {
		if (!scan_skip_words(&line, 3) || !scan_hex(&line, &state))
			continue;
		n += state == ESTABLISHED || (!udp && (state == SYN_SENT || state == SYN_RECEIVED ||
							      state == NEW_SYN_RECEIVED));
	}
	return n;
}

/* For captured machines, and kernels without sock_diag. */
static int count_from_proc(const struct root *root, size_t *ret)
{
	static const char *const files[] = {
		"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		auto_free char *text = NULL;
		ssize_t r = root_read(root, files[i], &text);

		if (r <= 0 && i == 0) /* IPv6 may be switched off, TCP not; there is a title */
			return r < 0 ? (int)r : -ENODATA;
		if (r >= 0)
			n += count_lines(text, i >= 2);
	}
	*ret = n;
	return 0;
}

int root_connections(const struct root *root, size_t *ret)
{
	char text[32];
	size_t n = 0;

	/* udp_diag is a module of its own and may be missing; IPv6 may be switched off */
	if (!root_live(root) || root->into || count_tcp(&n) < 0 || count_udp(AF_INET, &n) < 0)
		return count_from_proc(root, ret);
	(void)count_udp(AF_INET6, &n);
	snprintf(text, sizeof(text), "%zu sockets\n", n);
	root_seen(root, "sock_diag(7)", text);
	*ret = n;
	return 0;
}
