/*
 * root_wifi() of root_devices.h: the Wi-Fi interfaces and their access points, by nl80211 over
 * generic netlink (linux/nl80211.h).  Nothing here makes a driver scan or needs privileges.
 */
#include "mem.h"
#include "netlink_private.h"
#include "nl80211_private.h"
#include "root_devices.h"
#include "root_private.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <string.h>

#define LINKS_MAX 16

struct request {
	struct nlmsghdr header;
	struct genlmsghdr command;
	unsigned char fields[64];
};

/* A question, and where its answer goes. */
struct question {
	uint16_t family;
	uint8_t answer; /* the command of the messages that are meant */
	struct wifi_link *links;
	size_t n;
};

static struct request begin(uint16_t family, uint8_t command, unsigned flags)
{
	return (struct request){.header = {.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
					.nlmsg_type = family,
					.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags)},
		.command = {.cmd = command, .version = 1}};
}

static void add(struct request *request, uint16_t type, const void *value, size_t n)
{
	struct nlattr head = {.nla_len = (uint16_t)(sizeof(head) + n), .nla_type = type};
	unsigned char *at = (unsigned char *)request + request->header.nlmsg_len;

	memcpy(at, &head, sizeof(head));
	memcpy(at + sizeof(head), value, n);
	request->header.nlmsg_len += (uint32_t)NLA_ALIGN(head.nla_len);
}

/* Is the message an answer of the family's, and of the command that is waited for? */
static bool answer_fields(
	const struct nlmsghdr *m, const struct question *question, struct wifi_fields *ret)
{
	const struct genlmsghdr *command = NLMSG_DATA(m);

	if (m->nlmsg_type != question->family || m->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN) ||
		command->cmd != question->answer)
		return false;
	*ret = (struct wifi_fields){(const unsigned char *)command + GENL_HDRLEN,
		m->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN)};
	return true;
}

static void on_family(void *self, const struct nlmsghdr *m)
{
	struct wifi_fields fields;
	struct question meant = {.family = GENL_ID_CTRL, .answer = CTRL_CMD_NEWFAMILY};

	if (answer_fields(m, &meant, &fields))
		*(uint16_t *)self = wifi_family(fields);
}

static void on_interface(void *self, const struct nlmsghdr *m)
{
	struct question *question = self;
	struct wifi_fields fields;

	if (question->n < LINKS_MAX && answer_fields(m, question, &fields))
		question->n += wifi_interface(fields, &question->links[question->n]);
}

static void on_station(void *self, const struct nlmsghdr *m)
{
	const struct question *question = self;
	struct wifi_fields fields;

	if (answer_fields(m, question, &fields))
		wifi_station(fields, question->links);
}

static void on_network(void *self, const struct nlmsghdr *m)
{
	const struct question *question = self;
	struct wifi_fields fields;

	if (answer_fields(m, question, &fields))
		wifi_network(fields, question->links);
}

static int find_family(uint16_t *ret)
{
	struct request request = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	uint16_t family = 0;
	int r;

	add(&request, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME, sizeof(NL80211_GENL_NAME));
	r = netlink_ask(NETLINK_GENERIC, &request.header, on_family, &family);
	if (r < 0)
		return r;
	if (!family)
		return -ENOENT;
	*ret = family;
	return 0;
}

/*
 * The station of an interface that joins a network is its access point.  Some drivers (rtl8723bs)
 * answer with an empty list, but tell when asked about the access point by its address, which is
 * then known from the last scan.  What fails here is only not known.
 */
static void learn_link(uint16_t family, struct wifi_link *link)
{
	struct question question = {family, NL80211_CMD_NEW_STATION, link, 1};
	struct request list = begin(family, NL80211_CMD_GET_STATION, NLM_F_DUMP),
		       scan = begin(family, NL80211_CMD_GET_SCAN, NLM_F_DUMP),
		       one = begin(family, NL80211_CMD_GET_STATION, NLM_F_ACK);

	add(&list, NL80211_ATTR_IFINDEX, &link->index, sizeof(link->index));
	add(&scan, NL80211_ATTR_IFINDEX, &link->index, sizeof(link->index));
	add(&one, NL80211_ATTR_IFINDEX, &link->index, sizeof(link->index));
	(void)netlink_ask(NETLINK_GENERIC, &list.header, on_station, &question);
	if (!link->ssid_n || !link->frequency || !wifi_has_bssid(link)) {
		question.answer = NL80211_CMD_NEW_SCAN_RESULTS;
		(void)netlink_ask(NETLINK_GENERIC, &scan.header, on_network, &question);
	}
	if (!link->signal && wifi_has_bssid(link)) {
		add(&one, NL80211_ATTR_MAC, link->bssid, sizeof(link->bssid));
		question.answer = NL80211_CMD_NEW_STATION;
		(void)netlink_ask(NETLINK_GENERIC, &one.header, on_station, &question);
	}
}

/* Asked for a family that it does not know, the kernel would start modprobe(8). */
static bool has_wifi(const struct root *root)
{
	auto_free char **names = NULL;
	size_t n;

	return root_list(root, "/sys/class/ieee80211", &names, &n) >= 0 && n > 0;
}

ssize_t root_wifi(const struct root *root, char **ret_text)
{
	struct wifi_link links[LINKS_MAX];
	struct question question = {.answer = NL80211_CMD_NEW_INTERFACE, .links = links};
	struct request request;
	int r;

	if (!root_live(root))
		return root_read(root, "/captured/wifi", ret_text);
	if (!has_wifi(root))
		return -ENOENT;
	r = find_family(&question.family);
	if (r < 0)
		return root_failed(root, "nl80211", r);
	request = begin(question.family, NL80211_CMD_GET_INTERFACE, NLM_F_DUMP);
	r = netlink_ask(NETLINK_GENERIC, &request.header, on_interface, &question);
	if (r < 0)
		return root_failed(root, "nl80211", r);
	for (size_t i = 0; i < question.n; i++)
		learn_link(question.family, &links[i]);
	if (root->into) {
		auto_free char *masked = wifi_lines(links, question.n, true);

		capture_fact(root, "wifi", masked, true);
	}
	*ret_text = wifi_lines(links, question.n, false);
	root_seen(root, "nl80211", *ret_text);
	return (ssize_t)strlen(*ret_text);
}
