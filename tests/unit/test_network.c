#include "../../src/collect/network.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings.h"

#define HEAD                                                                                       \
	"Inter-|   Receive                                                |  Transmit\n"           \
	" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs " \
	"drop fifo colls carrier compressed\n"
#define NOTHING " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
#define ROUTES "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"

static void counters(void **state)
{
	struct counters counters;

	(void)state;
	assert_int_equal(
		interface_parse(
			scan_text("  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"), &counters),
		0);
	assert_true(scan_is(counters.name, "eth0"));
	assert_int_equal(counters.of[RECV], 1);
	assert_int_equal(counters.of[PACKETS_RECV], 2);
	assert_int_equal(counters.of[ERRIN], 3);
	assert_int_equal(counters.of[DROPIN], 4);
	assert_int_equal(counters.of[SENT], 9);
	assert_int_equal(counters.of[PACKETS_SENT], 10);
	assert_int_equal(counters.of[ERROUT], 11);
	assert_int_equal(counters.of[DROPOUT], 12);
	/* an alias, and a number glued to the name */
	assert_int_equal(
		interface_parse(scan_text("eth0:1:18446744073709551615 2 3 4 5 6 7 8 9 10 11 "
					  "12 13 14 15 16"),
			&counters),
		0);
	assert_true(scan_is(counters.name, "eth0:1"));
	assert_true(counters.of[RECV] == UINT64_MAX);
}

static void broken_lines(void **state)
{
	static const char *const lines[] = {"", "eth0", "eth0:", "eth0: 1 2 3",
		"eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 x",
		"Inter-|   Receive                                                |  Transmit"};
	struct counters counters;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(interface_parse(scan_text(lines[i]), &counters), -EBADMSG);
}

static void physical(struct machine *machine, const char *name, const char *operstate)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/class/net/%s/device", name);
	machine_link(machine, path, "../../../0000:02:00.0");
	snprintf(path, sizeof(path), "/sys/class/net/%s/operstate", name);
	machine_write(machine, path, operstate);
}

static size_t members(const struct machine *machine)
{
	size_t n = 0;

	for (size_t i = 0; i < machine->slice.n; i++)
		n += machine->slice.at[i].metric == NET_RECV;
	return n;
}

static void board(struct machine *machine)
{
	machine_open(machine);
	machine_configure_default(machine);
	physical(machine, "eth0", "up\n");
	physical(machine, "wlan0", "down\n");
	machine_write(machine, "/sys/class/net/eth0/speed", "1000\n");
	machine_write(machine, "/sys/class/net/wlan0/speed", "-1\n");
	machine_write(machine, "/sys/class/net/eth0/address", "02:00:00:00:00:01\n");
	machine_write(machine, "/sys/class/net/wlan0/address", "00:00:00:00:00:00\n");
	machine_write(machine, "/sys/class/net/docker0/operstate", "up\n");
	machine_write(machine, "/captured/addresses",
		"eth0 inet 192.0.2.4 global 0x80\neth0 inet6 2001:db8::4 global 0x80\n"
		"docker0 inet 172.17.0.1 global 0x80\n");
	machine_write(machine, "/proc/net/route",
		ROUTES "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n");
	machine_write(machine, "/proc/net/dev",
		HEAD "    lo: 7 7 0 0 0 0 0 0 7 7 0 0 0 0 0 0\n"
		     "  eth0: 5000000000 20 1 2 0 0 0 0 300 40 3 4 0 0 0 0\n"
		     " wlan0:" NOTHING "docker0:" NOTHING "vethab12:" NOTHING);
}

static void physical_ones(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_int_equal(members(&machine), 2);
	assert_near(machine_number(&machine, NET_RECV, "eth0"), 5e9);
	assert_near(machine_number(&machine, NET_SENT, "eth0"), 300);
	assert_near(machine_number(&machine, NET_PACKETS_RECV, "eth0"), 20);
	assert_near(machine_number(&machine, NET_PACKETS_SENT, "eth0"), 40);
	assert_near(machine_number(&machine, NET_ERRIN, "eth0"), 1);
	assert_near(machine_number(&machine, NET_DROPIN, "eth0"), 2);
	assert_near(machine_number(&machine, NET_ERROUT, "eth0"), 3);
	assert_near(machine_number(&machine, NET_DROPOUT, "eth0"), 4);
	assert_near(machine_number(&machine, NET_UP, "eth0"), 1);
	assert_near(machine_number(&machine, NET_UP, "wlan0"), 0);
	assert_near(machine_number(&machine, NET_SPEED, "eth0"), 1000);
	assert_true(isnan(machine_number(&machine, NET_SPEED, "wlan0")));
	assert_string_equal(machine_text(&machine, NET_MAC, "eth0"), "02:00:00:00:00:01");
	assert_string_equal(machine_text(&machine, NET_MAC, "wlan0"), "");
	assert_string_equal(machine_text(&machine, NET_IPV4, "eth0"), "192.0.2.4");
	assert_string_equal(machine_text(&machine, NET_IPV6, "eth0"), "2001:db8::4");
	assert_string_equal(machine_text(&machine, NET_PRIMARY, ""), "eth0");
	assert_string_equal(machine_text(&machine, NET_PRIMARY_IPV4, ""), "192.0.2.4");
	machine_close_all(&machine);
}

static void globs_choose(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	CONFIGURE(&machine, "network.include=docker*,*", "network.exclude=veth*,wlan0");
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_int_equal(members(&machine), 2); /* not lo: a glob does not mean it */
	assert_near(machine_number(&machine, NET_UP, "docker0"), 1);
	machine_forget(&machine);
	CONFIGURE(&machine, "network.include=lo", "network.primary=wlan0");
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_near(machine_number(&machine, NET_RECV, "lo"), 7);
	assert_string_equal(machine_text(&machine, NET_PRIMARY, ""), "wlan0");
	assert_string_equal(machine_text(&machine, NET_PRIMARY_IPV4, ""), "");
	machine_forget(&machine);
	CONFIGURE(&machine, "network.primary=nosuch");
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_string_equal(machine_text(&machine, NET_PRIMARY, ""), "");
	machine_close_all(&machine);
}

static void the_way_out_of_a_container(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_configure_default(&machine);
	machine_write(
		&machine, "/proc/net/dev", HEAD "lo:" NOTHING "eth0:" NOTHING "eth1:" NOTHING);
	machine_write(&machine, "/proc/net/route",
		ROUTES "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
	machine_write(&machine, "/captured/pagesize", "4096\n"); /* not a copy without links */
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_int_equal(members(&machine), 1);
	assert_near(machine_number(&machine, NET_RECV, "eth0"), 0);
	assert_true(isnan(machine_number(&machine, NET_UP, "eth0"))); /* no sysfs */
	machine_close_all(&machine);
}

static void links(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	/* a driver that does not say, with and without carrier; a port that waits for 802.1X */
	physical(&machine, "usb0", "unknown\n");
	physical(&machine, "usb1", "unknown\n");
	physical(&machine, "eth7", "dormant\n");
	machine_write(&machine, "/sys/class/net/usb0/carrier", "1\n");
	machine_write(&machine, "/sys/class/net/usb1/carrier", "0\n");
	machine_write(&machine, "/sys/class/net/usb0/speed", "4294967295\n");
	machine_write(
		&machine, "/proc/net/dev", HEAD "usb0:" NOTHING "usb1:" NOTHING "eth7:" NOTHING);
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_near(machine_number(&machine, NET_UP, "usb0"), 1);
	assert_near(machine_number(&machine, NET_UP, "usb1"), 0);
	assert_near(machine_number(&machine, NET_UP, "eth7"), 0);
	assert_true(isnan(machine_number(&machine, NET_SPEED, "usb0")));
	machine_close_all(&machine);
}

static void facts_follow_the_link(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	machine_write(&machine, "/sys/class/net/eth0/speed", "100\n");
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_near(machine_number(&machine, NET_SPEED, "eth0"), 1000); /* remembered */

	machine_write(&machine, "/sys/class/net/wlan0/operstate", "up\n");
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_near(machine_number(&machine, NET_UP, "wlan0"), 1);
	assert_near(machine_number(&machine, NET_SPEED, "eth0"), 100);

	machine_write(&machine, "/captured/addresses", "eth0 inet 192.0.2.44 global 0x80\n");
	machine.slice.mono += FACTS_SECONDS - 1;
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_string_not_equal(machine_text(&machine, NET_IPV4, "eth0"), "192.0.2.44");
	machine.slice.mono += 1;
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_string_equal(machine_text(&machine, NET_IPV4, "eth0"), "192.0.2.44");
	machine_close_all(&machine);
}

static void interfaces_come_and_go(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	machine_write(
		&machine, "/proc/net/dev", HEAD "wlan0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_int_equal(members(&machine), 1);
	assert_near(machine_number(&machine, NET_RECV, "wlan0"), 1);
	assert_string_equal(machine_text(&machine, NET_PRIMARY, ""), "");
	physical(&machine, "eth1", "up\n");
	machine_write(&machine, "/proc/net/dev", HEAD "wlan0:" NOTHING "eth1:" NOTHING);
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_near(machine_number(&machine, NET_UP, "eth1"), 1);
	machine_close_all(&machine);
}

static void none_or_nonsense(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_configure_default(&machine);
	assert_int_equal(machine_collect(&machine, &collect_network), -ENOENT);
	machine_write(&machine, "/proc/net/dev", "what is this\n");
	assert_int_equal(machine_collect(&machine, &collect_network), -EBADMSG);
	machine_write(&machine, "/proc/net/dev", HEAD "lo:" NOTHING);
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_int_equal(machine.slice.n, 0);
	machine_close_all(&machine);
}

/* A family has a limit, and what is put first stays. */
static void hardware_and_the_way_out_come_first(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_configure_default(&machine);
	CONFIGURE(&machine, "network.include=*");
	physical(&machine, "wlan0", "up\n");
	machine_write(&machine, "/proc/net/dev",
		HEAD "veth1:" NOTHING "wlan0:" NOTHING "veth2:" NOTHING "bond0:" NOTHING);
	machine_write(&machine, "/proc/net/route",
		ROUTES "bond0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_int_equal(members(&machine), 4);
	assert_string_equal(machine.slice.at[0].key, "wlan0");
	for (size_t i = 0, put = 0; i < machine.slice.n; i++)
		if (machine.slice.at[i].metric == NET_RECV && put++ == 1)
			assert_string_equal(machine.slice.at[i].key, "bond0");
	machine_close_all(&machine);
}

static void names_of_any_bytes(void **state)
{
	struct machine machine;
	const struct reading *first, *second = NULL;

	(void)state;
	machine_open(&machine);
	machine_configure_default(&machine);
	physical(&machine, "e\xff", "up\n");
	physical(&machine, "e\xfe", "down\n");
	machine_write(&machine, "/proc/net/dev", HEAD "e\xff:" NOTHING "e\xfe:" NOTHING);
	assert_int_equal(machine_collect(&machine, &collect_network), 0);
	assert_int_equal(members(&machine), 2);
	first = &machine.slice.at[0];
	for (size_t i = 0; i < machine.slice.n; i++)
		if (strcmp(machine.slice.at[i].key, first->key) != 0)
			second = &machine.slice.at[i];
	assert_non_null(second);
	assert_near(machine_number(&machine, NET_UP, first->key), 1);
	assert_near(machine_number(&machine, NET_UP, second->key), 0);
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test(physical_ones),
		cmocka_unit_test(globs_choose),
		cmocka_unit_test(the_way_out_of_a_container),
		cmocka_unit_test(links),
		cmocka_unit_test(facts_follow_the_link),
		cmocka_unit_test(interfaces_come_and_go),
		cmocka_unit_test(hardware_and_the_way_out_come_first),
		cmocka_unit_test(names_of_any_bytes),
		cmocka_unit_test(none_or_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
