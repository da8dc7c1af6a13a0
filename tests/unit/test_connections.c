#include "../../src/collect/connections.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

#define HEAD                                                                                       \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "      \
	"timeout inode\n"
#define LINE(state)                                                                                \
	"   0: 0100007F:1F90 0100007F:A0B0 " state " 00000000:00000000 00:00000000 00000000 0 0 "  \
	"1\n"

static void peers_only(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_connections), -ENOENT);
	/* established, half-open both ways; not listening, not waiting */
	machine_write(&machine, "/proc/net/tcp",
		HEAD LINE("01") LINE("02") LINE("03") LINE("0C") LINE("0A") LINE("06") LINE("08"));
	assert_int_equal(machine_collect(&machine, &collect_connections), 0);
	assert_near(machine_number(&machine, NET_CONNECTIONS, ""), 4);
	machine_write(&machine, "/proc/net/udp", HEAD LINE("01") LINE("07"));
	machine_write(&machine, "/proc/net/tcp6", HEAD LINE("01"));
	machine_write(&machine, "/proc/net/udp6", HEAD "cut of\n");
	assert_int_equal(machine_collect(&machine, &collect_connections), 0);
	assert_near(machine_number(&machine, NET_CONNECTIONS, ""), 6);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
