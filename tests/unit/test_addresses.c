#include "../../src/collect/addresses.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static const char lines[] = "lo inet 127.0.0.1 host 0x80\n"
			    "eth0 inet 169.254.7.7 link 0x80\n"
			    "eth0 inet 192.0.2.4 global 0x80\n"
			    "eth0 inet 192.0.2.5 global 0x81\n"
			    "eth0 inet6 fe80::4 link 0x80\n"
			    "eth0 inet6 2001:db8::dead global 0x101\n"
			    "eth0 inet6 2001:db8::01d global 0x20\n"
			    "eth0 inet6 2001:db8::7e global 0x40\n"
			    "eth0 inet6 2001:db8::4 global 0x100\n"
			    "eth0.2 inet 198.51.100.2 global 0x80\n"
			    "wlan0 inet 192.0.2.99\n"
			    "tun0 inet 203.0.113.1 global\n"
			    "tun1 inet 203.0.113.2 global 0x0\n";

static void first_lasting_global(void **state)
{
	char text[46] = "untouched";

	(void)state;
	assert_true(address_first(lines, "eth0", false, text, sizeof(text)));
	assert_string_equal(text, "192.0.2.4");
	/* not link-local, temporary, deprecated or tentative */
	assert_true(address_first(lines, "eth0", true, text, sizeof(text)));
	assert_string_equal(text, "2001:db8::4");
	assert_true(address_first(lines, "tun0", false, text, sizeof(text)));
	assert_string_equal(text, "203.0.113.1");
	assert_true(address_first(lines, "tun1", false, text, sizeof(text)));
	assert_string_equal(text, "203.0.113.2");
	assert_false(address_first(lines, "lo", false, text, sizeof(text)));
	assert_false(address_first(lines, "wlan0", false, text, sizeof(text)));
	assert_false(address_first(lines, "eth", false, text, sizeof(text)));
	assert_false(address_first("", "eth0", false, text, sizeof(text)));
	assert_string_equal(text, "203.0.113.2");
}

static const char head[] =
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   \n";

static void check(const char *route, const char *route6, const char *should)
{
	struct machine machine;
	char text[16] = "";
	auto_free char *whole = xasprintf("%s%s", head, route);

	machine_open(&machine);
	machine_write(&machine, "/proc/net/route", whole);
	if (route6)
		machine_write(&machine, "/proc/net/ipv6_route", route6);
	assert_int_equal(route_default(machine.root, text, sizeof(text)), *should ? 0 : -ENOENT);
	assert_string_equal(text, should);
	machine_close(&machine);
}

static void lowest_metric(void **state)
{
	(void)state;
	check("wlan0\t00000000\t010200C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
	      "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
	      "usb0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
	      "eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
		NULL, "eth0");
}

static void not_every_line_leads_out(void **state)
{
	(void)state;
	/* half the address space as VPNs do it, a route that rejects, one that is down */
	check("tun0\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
	      "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n"
	      "eth1\t00000000\t00000000\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"
	      "eth0\t00000000\t010200C0\t0003\t0\t0\t100\n"
	      "eth0\tzz\n\n",
		NULL, "");
}

#define NOWHERE "00000000000000000000000000000000"

static void by_ipv6_alone(void **state)
{
	(void)state;
	check("",
		"20010db8000000000000000000000000 40 " NOWHERE " 00 " NOWHERE
		" 00000100 00000001 00000000 00000001     wlan0\n" NOWHERE " 00 " NOWHERE
		" 00 " NOWHERE " ffffffff 00000001 00000000 00200200       lo\n" NOWHERE
		" 00 " NOWHERE " 00 fe800000000000000000000000000001 00000400 00000002 00000000 "
		"00000003     eth1\n" NOWHERE " 00 " NOWHERE
		" 00 fe800000000000000000000000000001 00000064 00000002 00000000 00000003     "
		"eth0\n",
		"eth0");
	check("", "broken\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_lasting_global),
		cmocka_unit_test(lowest_metric),
		cmocka_unit_test(not_every_line_leads_out),
		cmocka_unit_test(by_ipv6_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
