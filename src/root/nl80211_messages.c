#include "nl80211_private.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nl80211.h>
#include <string.h>

/* A length, a type, and so many bytes, which may be such fields again. */
struct field {
	unsigned type;
	struct wifi_fields value;
};

/* False at the end, and where a length is not what it claims. */
static bool next_field(struct wifi_fields *left, struct field *ret)
{
	struct nlattr head;
	size_t whole;

	if (left->n < sizeof(head))
		return false;
	memcpy(&head, left->at, sizeof(head));
	if (head.nla_len < sizeof(head) || head.nla_len > left->n)
		return false;
	ret->type = head.nla_type & (unsigned)NLA_TYPE_MASK;
	ret->value = (struct wifi_fields){left->at + sizeof(head), head.nla_len - sizeof(head)};
	whole = (size_t)NLA_ALIGN(head.nla_len);
	if (whole > left->n) /* padding may be missing at the end */
		whole = left->n;
	left->at += whole;
	left->n -= whole;
	return true;
}

static uint32_t number(struct wifi_fields value)
{
	uint32_t wide = 0;
	uint16_t narrow = 0;

	if (value.n >= sizeof(wide)) {
		memcpy(&wide, value.at, sizeof(wide));
		return wide;
	}
	if (value.n < sizeof(narrow))
		return value.n ? *value.at : 0;
	memcpy(&narrow, value.at, sizeof(narrow));
	return narrow;
}

uint16_t wifi_family(struct wifi_fields fields)
{
	for (struct field f; next_field(&fields, &f);)
		if (f.type == CTRL_ATTR_FAMILY_ID)
			return (uint16_t)number(f.value);
	return 0;
}

static void take_address(struct wifi_fields value, unsigned char ret[static WIFI_ADDRESS_SIZE])
{
	if (value.n >= WIFI_ADDRESS_SIZE)
		memcpy(ret, value.at, WIFI_ADDRESS_SIZE);
}

/* A network that hides its name says so many zeros, or nothing. */
static void take_ssid(struct wifi_fields value, struct wifi_link *ret)
{
	size_t zeros = 0;

	if (value.n > WIFI_NAME_MAX)
		return;
	while (zeros < value.n && !value.at[zeros])
		zeros++;
	if (zeros == value.n)
		return;
	memcpy(ret->ssid, value.at, value.n);
	ret->ssid_n = value.n;
}

/* A line of text is no place for the blanks and line ends that the kernel forbids, too. */
static void take_interface(struct wifi_fields value, struct wifi_link *ret)
{
	size_t n = strnlen((const char *)value.at, value.n);

	if (n >= sizeof(ret->interface))
		return;
	for (size_t i = 0; i < n; i++)
		if (value.at[i] <= ' ')
			return;
	memcpy(ret->interface, value.at, n);
}

bool wifi_interface(struct wifi_fields fields, struct wifi_link *ret)
{
	struct wifi_link link = {0};
	uint32_t type = NL80211_IFTYPE_UNSPECIFIED;

	for (struct field f; next_field(&fields, &f);) {
		if (f.type == NL80211_ATTR_IFINDEX)
			link.index = number(f.value);
		if (f.type == NL80211_ATTR_IFTYPE)
			type = number(f.value);
		if (f.type == NL80211_ATTR_IFNAME)
			take_interface(f.value, &link);
		if (f.type == NL80211_ATTR_WIPHY_FREQ)
			link.frequency = number(f.value);
		if (f.type == NL80211_ATTR_SSID)
			take_ssid(f.value, &link);
	}
	if (!link.index || !link.interface[0] ||
		(type != NL80211_IFTYPE_STATION && type != NL80211_IFTYPE_P2P_CLIENT))
		return false;
	link.associated = link.ssid_n > 0; /* told while connected only */
	*ret = link;
	return true;
}

/* The 16-bit rate is 0 where it would not fit. */
static uint32_t rate_parse(struct wifi_fields fields)
{
	uint32_t narrow = 0, wide = 0;

	for (struct field f; next_field(&fields, &f);) {
		if (f.type == NL80211_RATE_INFO_BITRATE)
			narrow = number(f.value);
		if (f.type == NL80211_RATE_INFO_BITRATE32)
			wide = number(f.value);
	}
	return wide ? wide : narrow;
}

/* One byte, signed.  Drivers that do not know say 0 (brcmfmac does), and nobody hears more than
 * that. */
static int signal_parse(struct wifi_fields value)
{
	int dbm = value.n ? (int8_t)*value.at : 0;

	return dbm < 0 ? dbm : 0;
}

/* A neighbour that is talked to directly is a station like the access point (TDLS). */
static bool neighbour(struct wifi_fields flags)
{
	struct nl80211_sta_flag_update update;

	if (flags.n < sizeof(update))
		return false;
	memcpy(&update, flags.at, sizeof(update));
	return update.mask & update.set & 1u << NL80211_STA_FLAG_TDLS_PEER;
}

static void station_info_parse(
	struct wifi_fields fields, struct wifi_link *ret, bool *ret_neighbour)
{
	int average = 0;

	for (struct field f; next_field(&fields, &f);) {
		if (f.type == NL80211_STA_INFO_SIGNAL)
			ret->signal = signal_parse(f.value);
		if (f.type == NL80211_STA_INFO_SIGNAL_AVG)
			average = signal_parse(f.value);
		if (f.type == NL80211_STA_INFO_RX_BITRATE)
			ret->receive = rate_parse(f.value);
		if (f.type == NL80211_STA_INFO_TX_BITRATE)
			ret->send = rate_parse(f.value);
		if (f.type == NL80211_STA_INFO_STA_FLAGS)
			*ret_neighbour = neighbour(f.value);
	}
	if (!ret->signal)
		ret->signal = average;
}

void wifi_station(struct wifi_fields fields, struct wifi_link *ret)
{
	struct wifi_link link = *ret;
	bool passed_by = false;

	for (struct field f; next_field(&fields, &f);) {
		if (f.type == NL80211_ATTR_MAC)
			take_address(f.value, link.bssid);
		if (f.type == NL80211_ATTR_STA_INFO)
			station_info_parse(f.value, &link, &passed_by);
	}
	link.associated = true;
	if (!passed_by)
		*ret = link;
}

/* The elements of a beacon: a type, a length, and so many bytes.  0 is the name. */
static void elements_parse(struct wifi_fields elements, struct wifi_link *ret)
{
	while (elements.n >= 2) {
		struct wifi_fields value = {elements.at + 2, elements.at[1]};

		if (value.n > elements.n - 2)
			return;
		if (elements.at[0] == 0) {
			take_ssid(value, ret);
			return;
		}
		elements.at += 2 + value.n;
		elements.n -= 2 + value.n;
	}
}

void wifi_network(struct wifi_fields fields, struct wifi_link *ret)
{
	struct wifi_link link = {0};
	uint32_t status = UINT32_MAX;
	struct field outer, f;

	while (next_field(&fields, &outer))
		while (outer.type == NL80211_ATTR_BSS && next_field(&outer.value, &f)) {
			if (f.type == NL80211_BSS_BSSID)
				take_address(f.value, link.bssid);
			if (f.type == NL80211_BSS_FREQUENCY)
				link.frequency = number(f.value);
			if (f.type == NL80211_BSS_INFORMATION_ELEMENTS)
				elements_parse(f.value, &link);
			if (f.type == NL80211_BSS_STATUS && f.value.n >= sizeof(status))
				status = number(f.value);
		}
	if (status != NL80211_BSS_STATUS_ASSOCIATED)
		return;
	ret->associated = true;
	if (!wifi_has_bssid(ret))
		memcpy(ret->bssid, link.bssid, sizeof(link.bssid));
	if (!ret->frequency)
		ret->frequency = link.frequency;
	if (!ret->ssid_n) {
		memcpy(ret->ssid, link.ssid, sizeof(link.ssid));
		ret->ssid_n = link.ssid_n;
	}
}

bool wifi_has_bssid(const struct wifi_link *link)
{
	static const unsigned char nobody[WIFI_ADDRESS_SIZE];

	return memcmp(link->bssid, nobody, sizeof(nobody)) != 0;
}
