#include "../../src/collect/system.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

static void names_as_a_shell_reads_them(void **state)
{
	static const struct {
		const char *text, *os;
	} cases[] = {
		{"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n",
			"Debian GNU/Linux 12 (bookworm)"},
		{"NAME=Alpine\nPRETTY_NAME='Alpine Linux v3.20'\n", "Alpine Linux v3.20"},
		{"# PRETTY_NAME=no\n\nNAME=Fedora\n", "Fedora"},
		{"PRETTY_NAME=\"The \\\"best\\\" \\$ystem \\\\o/\"\n", "The \"best\" $ystem \\o/"},
		{"PRETTY_NAME='back\\slash'\n", "back\\slash"},
		{"PRETTY_NAME=one\nPRETTY_NAME=two\n", "two"},
		{"PRETTY_NAME=\"no end", "no end"},
		{"PRETTY_NAME=\"no line end\"", "no line end"},
		{"PRETTY_NAME=\"\"\nNAME=Void\n", "Void"},
		{"PRETTY_NAME=\"it's\"\n", "it's"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char os[TEXT_SIZE];

		assert_int_equal(os_release_parse(cases[i].text, os, sizeof(os)), 0);
		assert_string_equal(os, cases[i].os);
	}
}

static void broken_os_release(void **state)
{
	static const char *const refused[] = {"", "\n", "=", "ID=debian\n", "PRETTY_NAME",
		"PRETTY_NAME=\n", "PRETTY_NAME=\"\"\nNAME=''\n"};
	char os[TEXT_SIZE] = "untouched", long_line[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_int_equal(os_release_parse(refused[i], os, sizeof(os)), -EBADMSG);
	assert_string_equal(os, "untouched");
	snprintf(long_line, sizeof(long_line), "PRETTY_NAME=\"%0*d", 4000, 7);
	assert_int_equal(os_release_parse(long_line, os, sizeof(os)), 0);
	assert_true(strlen(os) < sizeof(os));
}

static void facts(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(
		&machine, "/captured/uname", "Linux\npi4\n6.12.47+rpt-rpi-v8\n#1 SMP\naarch64\n");
	machine_write(&machine, "/usr/lib/os-release", "PRETTY_NAME=\"Fallback 1\"\n");
	assert_int_equal(machine_collect(&machine, &collect_system), 0);
	assert_string_equal(machine_text(&machine, SYSTEM_HOSTNAME, ""), "pi4");
	assert_string_equal(machine_text(&machine, SYSTEM_KERNEL, ""), "6.12.47+rpt-rpi-v8");
	assert_string_equal(machine_text(&machine, SYSTEM_ARCHITECTURE, ""), "aarch64");
	assert_string_equal(machine_text(&machine, SYSTEM_OS, ""), "Fallback 1");
	machine_write(
		&machine, "/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n");
	assert_int_equal(machine_collect(&machine, &collect_system), 0);
	assert_string_equal(machine_text(&machine, SYSTEM_OS, ""), "Debian GNU/Linux 13 (trixie)");
	machine_close(&machine);
}

static void almost_nothing(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_system), -ENOENT);
	assert_absent(&machine, SYSTEM_OS);
	assert_absent(&machine, SYSTEM_KERNEL);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_as_a_shell_reads_them),
		cmocka_unit_test(broken_os_release),
		cmocka_unit_test(facts),
		cmocka_unit_test(almost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
