#include "../../src/collect/wifi.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings.h"

#define HEAD                                                                                       \
	"Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n"       \
	" face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22\n"

static void board(struct machine *machine)
{
	machine_open(machine);
	machine_configure_default(machine);
	machine_link(machine, "/sys/class/net/wlan0/device", "../../../mmc1:0001:1");
	machine_link(machine, "/sys/class/net/wlan1/device", "../../../1-1.3:1.0");
}

static void associated(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	machine_write(&machine, "/captured/wifi",
		"wlan0 signal=-52 receive=65.0 send=72.2 frequency=2437 bssid=02:00:00:00:00:01 "
		"ssid=Kitchen\\040net\n");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_near(machine_number(&machine, NET_SIGNAL, "wlan0"), -52);
	assert_near(machine_number(&machine, NET_RECEIVE_BITRATE, "wlan0"), 65);
	assert_near(machine_number(&machine, NET_BITRATE, "wlan0"), 72.2);
	assert_near(machine_number(&machine, NET_FREQUENCY, "wlan0"), 2437);
	assert_string_equal(machine_text(&machine, NET_BSSID, "wlan0"), "02:00:00:00:00:01");
	assert_string_equal(machine_text(&machine, NET_SSID, "wlan0"), "Kitchen net");
	assert_int_equal(machine.slice.n, 6);
	machine_close_all(&machine);
}

static void words_that_are_not_known(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	machine_write(&machine, "/captured/wifi",
		"\n"
		" \n"
		"wlan0 signal=12 signal=-200 send=0 send=x receive= frequency=-1 ssid= bssid "
		"colour=blue "
		"signal=-60 ssid=caf\xe9\n"
		"a-name-that-is-far-too-long signal=-52\n"
		"wlan1");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_near(machine_number(&machine, NET_SIGNAL, "wlan0"), -60);
	assert_string_equal(machine_text(&machine, NET_SSID, "wlan0"), "caf?");
	assert_int_equal(machine.slice.n, 2);
	machine_close_all(&machine);
}

/* The interface is there, the network is not. */
static void not_associated(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	machine_write(&machine, "/captured/wifi", "");
	machine_write(&machine, "/proc/net/wireless", HEAD " wlan0: 0000   59.  -51.  -256  0\n");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_int_equal(machine.slice.n, 0);
	machine_close_all(&machine);
}

static void no_wifi_at_all(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	assert_int_equal(machine_collect(&machine, &collect_wifi), -ENOENT);
	machine_close_all(&machine);
}

static void users_lists_are_obeyed(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	machine_write(&machine, "/captured/wifi",
		"wlan0 signal=-52\nwlan1 signal=-53\np2p0 signal=-54\n");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_int_equal(machine.slice.n, 2); /* p2p0 has no hardware of its own */
	CONFIGURE(&machine, "network.exclude=wlan1", "network.include=p2p*");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_int_equal(machine.slice.n, 2);
	assert_near(machine_number(&machine, NET_SIGNAL, "wlan0"), -52);
	assert_near(machine_number(&machine, NET_SIGNAL, "p2p0"), -54);
	machine_close_all(&machine);
}

static void levels(void **state)
{
	static const struct {
		const char *line;
		double dbm; /* 0: none */
	} lines[] = {
		{" wlan0: 0000   59.  -51.  -256        0      0      0      0     23        0",
			-51},
		{" wlan0: 0000   59   -51   -256", -51},
		{"wlan0:0000 70. -40.", -40},
		{" wlan0: 0000   59.  205.  0.", -51}, /* the byte as it is */
		{" wlan0: 0010    9     8.    7.       6      5", 0},
		{" wlan0: 0000   59.  100.  0.", 0}, /* a share of what? */
		{" wlan0: 0000    0     0     0        0      0", 0},
		{" wlan0: 0000    0  -256  -256        0      0", 0},
		{" wlan0: 0000   59.  255.  0.", 0},
		{" wlan0: 0000   59.  .  0.", 0},
		{" wlan0: 0000   59.", 0},
		{" wlan0: 0000   59.  1e9.", 0},
		{" wlan0:", 0},
		{"", 0},
		{" face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22",
			0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct scan name;
		double dbm = 0;
		int r = wireless_parse(scan_text(lines[i].line), &name, &dbm);

		assert_int_equal(r == 0, lines[i].dbm != 0);
		assert_near(dbm, lines[i].dbm);
		if (r == 0)
			assert_true(scan_is(name, "wlan0"));
	}
}

/* Drivers of old have no nl80211; on a board without it, that file is all there is. */
static void signal_by_wireless_extensions(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	machine_write(&machine, "/proc/net/wireless",
		HEAD
		" wlan0: 0000   59.  -51.  -256        0      0      0      0     23        0\n"
		" wlan1: 0000    0     0     0        0      0      0      0      0        0\n");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_near(machine_number(&machine, NET_SIGNAL, "wlan0"), -51);
	assert_int_equal(machine.slice.n, 1);
	/* a driver whose nl80211 does not tell the signal; what it does tell goes before */
	machine_write(&machine, "/captured/wifi", "wlan0 ssid=a\nwlan1 signal=-70\n");
	machine_write(&machine, "/proc/net/wireless",
		HEAD " wlan0: 0000   59.  -51.  -256\n wlan1: 0000   59.  -52.  -256\n");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_near(machine_number(&machine, NET_SIGNAL, "wlan0"), -51);
	assert_near(machine_number(&machine, NET_SIGNAL, "wlan1"), -70);
	CONFIGURE(&machine, "network.exclude=wlan0");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_int_equal(machine.slice.n, 1);
	machine_close_all(&machine);
}

/* Linux notes in its log who reads that file where nl80211 would do. */
static void the_old_file_is_left_alone(void **state)
{
	struct machine machine;

	(void)state;
	board(&machine);
	machine_write(&machine, "/captured/wifi", "wlan0 signal=-70\n");
	machine_write(&machine, "/proc/net/wireless",
		HEAD " wlan0: 0000   59.  -51.  -256\n wlan1: 0000   59.  -52.  -256\n");
	assert_int_equal(machine_collect(&machine, &collect_wifi), 0);
	assert_near(machine_number(&machine, NET_SIGNAL, "wlan0"), -70);
	assert_int_equal(machine.slice.n, 1);
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(associated),
		cmocka_unit_test(words_that_are_not_known),
		cmocka_unit_test(not_associated),
		cmocka_unit_test(no_wifi_at_all),
		cmocka_unit_test(users_lists_are_obeyed),
		cmocka_unit_test(levels),
		cmocka_unit_test(signal_by_wireless_extensions),
		cmocka_unit_test(the_old_file_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
