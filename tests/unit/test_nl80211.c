#include "../../src/root/nl80211.c"
#include "../../src/root/nl80211_lines.c"
#include "../../src/root/nl80211_messages.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

/* Attributes as the kernel lays them out. */
struct letter {
	unsigned char bytes[512];
	size_t n;
};

static void write_field(struct letter *letter, unsigned type, const void *value, size_t n)
{
	struct nlattr head = {(uint16_t)(sizeof(head) + n), (uint16_t)type};

	memcpy(letter->bytes + letter->n, &head, sizeof(head));
	memcpy(letter->bytes + letter->n + sizeof(head), value, n);
	letter->n += (size_t)NLA_ALIGN(head.nla_len);
	assert_true(letter->n <= sizeof(letter->bytes));
}

static void write_u32(struct letter *letter, unsigned type, uint32_t value)
{
	write_field(letter, type, &value, sizeof(value));
}

static void write_nested(struct letter *letter, unsigned type, const struct letter *inner)
{
	write_field(letter, type | NLA_F_NESTED, inner->bytes, inner->n);
}

static struct wifi_fields fields(const struct letter *letter)
{
	return (struct wifi_fields){letter->bytes, letter->n};
}

static const unsigned char address[] = {2, 0, 0, 0, 0, 0x1f};

static struct letter interface_letter(uint32_t type, const char *ssid)
{
	struct letter letter = {0};

	write_u32(&letter, NL80211_ATTR_IFINDEX, 3);
	write_field(&letter, NL80211_ATTR_IFNAME, "wlan0", 6);
	write_u32(&letter, NL80211_ATTR_IFTYPE, type);
	write_u32(&letter, NL80211_ATTR_WIPHY_FREQ, 2437);
	if (ssid)
		write_field(&letter, NL80211_ATTR_SSID, ssid, strlen(ssid));
	return letter;
}

static struct letter rate(unsigned narrow, uint32_t wide)
{
	struct letter letter = {0};
	uint16_t value = (uint16_t)narrow;

	write_field(&letter, NL80211_RATE_INFO_BITRATE, &value, sizeof(value));
	if (wide)
		write_u32(&letter, NL80211_RATE_INFO_BITRATE32, wide);
	return letter;
}

static struct letter station_letter(int signal, int average, uint32_t flags)
{
	struct letter letter = {0}, info = {0}, sent = rate(722, 722), received = rate(0, 28823);
	int8_t now = (int8_t)signal, mean = (int8_t)average;
	struct nl80211_sta_flag_update update = {flags, flags};

	write_field(&info, NL80211_STA_INFO_SIGNAL, &now, 1);
	write_field(&info, NL80211_STA_INFO_SIGNAL_AVG, &mean, 1);
	write_nested(&info, NL80211_STA_INFO_TX_BITRATE, &sent);
	write_nested(&info, NL80211_STA_INFO_RX_BITRATE, &received);
	write_field(&info, NL80211_STA_INFO_STA_FLAGS, &update, sizeof(update));
	write_field(&letter, NL80211_ATTR_MAC, address, sizeof(address));
	write_nested(&letter, NL80211_ATTR_STA_INFO, &info);
	return letter;
}

static struct letter network_letter(uint32_t status, const void *elements, size_t n)
{
	struct letter letter = {0}, bss = {0};

	write_field(&bss, NL80211_BSS_BSSID, address, sizeof(address));
	write_u32(&bss, NL80211_BSS_FREQUENCY, 5180);
	write_field(&bss, NL80211_BSS_INFORMATION_ELEMENTS, elements, n);
	write_u32(&bss, NL80211_BSS_STATUS, status);
	write_nested(&letter, NL80211_ATTR_BSS, &bss);
	return letter;
}

static void check_line(const struct wifi_link *link, const char *should)
{
	auto_free char *text = wifi_lines(link, 1, false);

	assert_string_equal(text, should);
}

static void family_by_name(void **state)
{
	struct letter letter = {0};
	uint16_t id = 28;

	(void)state;
	assert_int_equal(wifi_family(fields(&letter)), 0);
	write_field(&letter, CTRL_ATTR_FAMILY_NAME, "nl80211", 8);
	assert_int_equal(wifi_family(fields(&letter)), 0);
	write_field(&letter, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	assert_int_equal(wifi_family(fields(&letter)), 28);
}

static void the_usual_way(void **state)
{
	struct wifi_link link = {0};
	struct letter letter = interface_letter(NL80211_IFTYPE_STATION, "Kitchen net");

	(void)state;
	assert_true(wifi_interface(fields(&letter), &link));
	assert_int_equal(link.index, 3);
	letter = station_letter(-52, -54, 0);
	wifi_station(fields(&letter), &link);
	check_line(&link, "wlan0 signal=-52 receive=2882.3 send=72.2 frequency=2437 "
			  "bssid=02:00:00:00:00:1f ssid=Kitchen\\040net\n");
}

static void interfaces_that_join_nothing(void **state)
{
	static const uint32_t types[] = {NL80211_IFTYPE_AP, NL80211_IFTYPE_MONITOR,
		NL80211_IFTYPE_P2P_DEVICE, NL80211_IFTYPE_ADHOC};
	struct wifi_link link = {.index = 77};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct letter letter = interface_letter(types[i], "attic");

		assert_false(wifi_interface(fields(&letter), &link));
	}
	assert_int_equal(link.index, 77);
}

static void not_associated_is_no_line(void **state)
{
	struct wifi_link link;
	struct letter letter = interface_letter(NL80211_IFTYPE_STATION, NULL);

	(void)state;
	assert_true(wifi_interface(fields(&letter), &link));
	check_line(&link, "");
	letter = network_letter(NL80211_BSS_STATUS_AUTHENTICATED, "\0\5attic", 7);
	wifi_network(fields(&letter), &link);
	check_line(&link, "");
}

/* Kernels of old have no SSID in the interface; some drivers have no stations. */
static void the_scan_fills_gaps(void **state)
{
	struct wifi_link link = {.interface = "wlan0"};
	struct letter letter =
		network_letter(NL80211_BSS_STATUS_ASSOCIATED, "\1\2\x82\x84\0\5attic\3\1\6", 14);

	(void)state;
	wifi_network(fields(&letter), &link);
	check_line(&link, "wlan0 frequency=5180 bssid=02:00:00:00:00:1f ssid=attic\n");
	/* what is known stays */
	link = (struct wifi_link){
		.interface = "wlan0", .frequency = 2412, .bssid = {4}, .ssid = "x", .ssid_n = 1};
	wifi_network(fields(&letter), &link);
	check_line(&link, "wlan0 frequency=2412 bssid=04:00:00:00:00:00 ssid=x\n");
}

static void signals_that_are_none(void **state)
{
	struct wifi_link link = {.interface = "wlan0"};
	struct letter letter = station_letter(0, -61, 0);

	(void)state;
	wifi_station(fields(&letter), &link);
	assert_int_equal(link.signal, -61);
	letter = station_letter(0, 0, 0);
	wifi_station(fields(&letter), &link);
	assert_int_equal(link.signal, 0);
	letter = station_letter(60, 0, 0);
	wifi_station(fields(&letter), &link);
	assert_int_equal(link.signal, 0);
	check_line(&link, "wlan0 receive=2882.3 send=72.2 bssid=02:00:00:00:00:1f\n");
}

static void neighbours_are_passed_by(void **state)
{
	struct wifi_link link = {.interface = "wlan0"};
	struct letter letter = station_letter(-30, -30, 1u << NL80211_STA_FLAG_TDLS_PEER);

	(void)state;
	wifi_station(fields(&letter), &link);
	assert_int_equal(link.signal, 0);
	check_line(&link, "");
}

static void odd_names(void **state)
{
	static const char hidden[8], odd[] = "a\\b\n\tc \x7f\xc3\xbc\0z";
	struct wifi_link link;
	struct letter letter = interface_letter(NL80211_IFTYPE_STATION, NULL);
	char too_long[WIFI_NAME_MAX + 1];

	(void)state;
	write_field(&letter, NL80211_ATTR_SSID, hidden, sizeof(hidden));
	assert_true(wifi_interface(fields(&letter), &link));
	assert_int_equal(link.ssid_n, 0);
	write_field(&letter, NL80211_ATTR_SSID, odd, sizeof(odd) - 1);
	assert_true(wifi_interface(fields(&letter), &link));
	check_line(&link, "wlan0 frequency=2437 "
			  "ssid=a\\134b\\012\\011c\\040\\177\xc3\xbc\\000z\n");
	memset(too_long, 'x', sizeof(too_long));
	letter = interface_letter(NL80211_IFTYPE_STATION, NULL);
	write_field(&letter, NL80211_ATTR_SSID, too_long, sizeof(too_long));
	assert_true(wifi_interface(fields(&letter), &link));
	assert_int_equal(link.ssid_n, 0);
}

static void odd_interfaces(void **state)
{
	static const char *const names[] = {"", "wlan 0", "wlan0\n", "sixteen-bytes-xx"};
	struct wifi_link link;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct letter letter = {0};

		write_u32(&letter, NL80211_ATTR_IFINDEX, 3);
		write_u32(&letter, NL80211_ATTR_IFTYPE, NL80211_IFTYPE_STATION);
		write_field(&letter, NL80211_ATTR_IFNAME, names[i], strlen(names[i]) + 1);
		assert_false(wifi_interface(fields(&letter), &link));
	}
}

/* Every prefix, copied so that a sanitizer sees one byte too many. */
static void cut_off(void **state)
{
	struct letter letters[] = {interface_letter(NL80211_IFTYPE_STATION, "attic"),
		station_letter(-52, -54, 0),
		network_letter(NL80211_BSS_STATUS_ASSOCIATED, "\0\5attic", 7)};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		for (size_t n = 0; n < letters[i].n; n++) {
			struct wifi_link link = {.interface = "wlan0"};
			auto_free unsigned char *exact = malloc(n ? n : 1);

			memcpy(exact, letters[i].bytes, n);
			(void)wifi_interface((struct wifi_fields){exact, n}, &link);
			wifi_station((struct wifi_fields){exact, n}, &link);
			wifi_network((struct wifi_fields){exact, n}, &link);
			(void)wifi_family((struct wifi_fields){exact, n});
			assert_true(link.ssid_n <= WIFI_NAME_MAX);
		}
}

static void lengths_that_lie(void **state)
{
	static const uint16_t lengths[] = {0, 1, 3, 500, 0xffff};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct letter letter = interface_letter(NL80211_IFTYPE_STATION, "attic");
		struct wifi_link link = {.index = 77};

		memcpy(letter.bytes, &lengths[i], sizeof(lengths[i]));
		assert_false(wifi_interface(fields(&letter), &link));
		assert_int_equal(link.index, 77);
	}
	/* an element that is longer than the elements */
	struct wifi_link link = {.interface = "wlan0"};
	struct letter letter = network_letter(NL80211_BSS_STATUS_ASSOCIATED, "\0\40attic", 7);

	wifi_network(fields(&letter), &link);
	assert_int_equal(link.ssid_n, 0);
	/* numbers that are too short for what they are */
	letter.n = 0;
	write_field(&letter, NL80211_ATTR_MAC, "\2\2", 2);
	write_field(&letter, NL80211_ATTR_STA_INFO, "", 0);
	wifi_station(fields(&letter), &link);
	assert_int_equal(link.bssid[0], 2); /* the scan's, as a whole */
	assert_int_equal(link.bssid[5], 0x1f);
}

/* Whole messages, as a socket gives them. */
static void messages_of_others(void **state)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr command;
		unsigned char fields[512];
	} message = {.header = {.nlmsg_type = 28}, .command = {NL80211_CMD_NEW_INTERFACE, 1, 0}};
	struct letter letter = interface_letter(NL80211_IFTYPE_STATION, "attic");
	struct wifi_link links[LINKS_MAX];
	struct question question = {28, NL80211_CMD_NEW_INTERFACE, links, 0};

	(void)state;
	memcpy(message.fields, letter.bytes, letter.n);
	message.header.nlmsg_len = (uint32_t)(NLMSG_LENGTH(GENL_HDRLEN) + letter.n);
	on_interface(&question, &message.header);
	assert_int_equal(question.n, 1);
	message.header.nlmsg_type = 29;
	on_interface(&question, &message.header);
	message.header.nlmsg_type = 28;
	message.command.cmd = NL80211_CMD_NEW_WIPHY;
	on_interface(&question, &message.header);
	message.command.cmd = NL80211_CMD_NEW_INTERFACE;
	message.header.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN) - 1;
	on_interface(&question, &message.header);
	assert_int_equal(question.n, 1);
	message.header.nlmsg_len = (uint32_t)(NLMSG_LENGTH(GENL_HDRLEN) + letter.n);
	for (size_t i = 0; i < 2 * LINKS_MAX; i++)
		on_interface(&question, &message.header);
	assert_int_equal(question.n, LINKS_MAX);
}

static void nobody_is_mailed_a_name(void **state)
{
	struct wifi_link links[] = {{.interface = "wlan0",
					    .associated = true,
					    .bssid = {4, 5, 6},
					    .ssid = "attic",
					    .ssid_n = 5},
		{.interface = "wlan1", .associated = true, .signal = -60}};
	auto_free char *text = wifi_lines(links, 2, true);

	(void)state;
	assert_string_equal(text, "wlan0 bssid=02:00:00:00:00:01 ssid=network\nwlan1 signal=-60\n");
}

/* Whatever this machine has: an answer at once, and no line that is not one. */
static void this_machine(void **state)
{
	auto_free char *text = NULL;
	struct root *root;
	ssize_t r;

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	r = root_wifi(root, &text);
	if (r >= 0)
		assert_int_equal(strlen(text), r);
	else
		assert_null(text);
	root_close(root);
}

static void captured_machine(void **state)
{
	struct machine machine;
	auto_free char *text = NULL;

	(void)state;
	machine_open(&machine);
	assert_int_equal(root_wifi(machine.root, &text), -ENOENT);
	machine_write(&machine, "/captured/wifi", "wlan0 signal=-60\n");
	assert_int_equal(root_wifi(machine.root, &text), 17);
	assert_string_equal(text, "wlan0 signal=-60\n");
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(family_by_name),
		cmocka_unit_test(the_usual_way),
		cmocka_unit_test(interfaces_that_join_nothing),
		cmocka_unit_test(not_associated_is_no_line),
		cmocka_unit_test(the_scan_fills_gaps),
		cmocka_unit_test(signals_that_are_none),
		cmocka_unit_test(neighbours_are_passed_by),
		cmocka_unit_test(odd_names),
		cmocka_unit_test(odd_interfaces),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(lengths_that_lie),
		cmocka_unit_test(messages_of_others),
		cmocka_unit_test(nobody_is_mailed_a_name),
		cmocka_unit_test(this_machine),
		cmocka_unit_test(captured_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
