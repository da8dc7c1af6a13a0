#include "../../src/collect/units.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings.h"

static const char answer[] = "failed 2\nunit ssh.service active running\n"
			     "unit nope.service not-found\nunit backup.timer inactive dead\n"
			     "unit nginx.service reloading reload\nunit off.service masked\n"
			     "unit foo.bar.service failed failed\n";

static void whole_names(void **state)
{
	static const char *const cases[][3] = {{"mosquitto", "mosquitto.service", "mosquitto"},
		{"ssh.service", "ssh.service", "ssh"},
		{"backup.timer", "backup.timer", "backup.timer"},
		{"foo.bar", "foo.bar.service", "foo.bar"},
		{"getty@tty1", "getty@tty1.service", "getty@tty1"},
		{".service", ".service.service", ".service"}, {"", ".service", ".service"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_free char *whole = unit_whole(cases[i][0]);
		char key[KEY_SIZE];

		assert_string_equal(whole, cases[i][1]);
		unit_key(whole, key, sizeof(key));
		assert_string_equal(key, cases[i][2]);
	}
}

static void answers(void **state)
{
	struct unit_state unit = {.text = "untouched"};
	double failed = -1;

	(void)state;
	assert_true(failed_parse(answer, &failed));
	assert_near(failed, 2);
	assert_false(failed_parse("", &failed));
	assert_false(failed_parse("failed\nfailed x\nfailed -1\nunit failed 3\n", &failed));
	assert_false(unit_parse(answer, "ssh", &unit));
	assert_false(unit_parse("unit\nunit ssh\nunit  \n", "ssh", &unit));
	assert_string_equal(unit.text, "untouched");
	assert_true(unit_parse(answer, "nginx.service", &unit));
	assert_true(unit.active);
	assert_string_equal(unit.text, "reloading (reload)");
	assert_true(unit_parse(answer, "off.service", &unit));
	assert_true(unit.known && !unit.active);
	assert_string_equal(unit.text, "masked");
}

static void units_of_the_configuration(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_units), -ENOENT);
	machine_write(&machine, "/captured/units", answer);
	assert_int_equal(machine_collect(&machine, &collect_units), 0);
	assert_near(machine_number(&machine, SYSTEM_FAILED_UNITS, ""), 2);
	assert_int_equal(machine.slice.n, 1);
	CONFIGURE(&machine, "units.names=ssh,backup.timer,nope,foo.bar,never asked;%n");
	assert_int_equal(machine_collect(&machine, &collect_units), 0);
	assert_near(machine_number(&machine, SERVICE_ACTIVE, "ssh"), 1);
	assert_string_equal(machine_text(&machine, SERVICE_STATE, "ssh"), "active (running)");
	assert_near(machine_number(&machine, SERVICE_ACTIVE, "backup.timer"), 0);
	assert_near(machine_number(&machine, SERVICE_ACTIVE, "foo.bar"), 0);
	assert_string_equal(machine_text(&machine, SERVICE_STATE, "nope"), "not-found");
	assert_true(isnan(machine_number(&machine, SERVICE_ACTIVE, "nope")));
	assert_int_equal(machine.slice.n, 8);
	machine_write(&machine, "/captured/units", "");
	assert_int_equal(machine_collect(&machine, &collect_units), 0);
	assert_int_equal(machine.slice.n, 0);
	machine_close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_names),
		cmocka_unit_test(answers),
		cmocka_unit_test(units_of_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
