/* What probes say, and what becomes of it when they stop saying it. */
#include "unit.h"

#include "../../src/collect/probe_output.c"
#include "../../src/collect/probes.c"

#include "machine.h"

static void configure(struct machine *machine, const char *text)
{
	char name[] = "/tmp/pistat-test-XXXXXX";
	int fd = mkstemp(name);
	char *complaint = NULL;

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	if (config_load(name, NULL, 0, &machine->config, &complaint) < 0)
		fail_msg("%s", complaint);
	unlink(name);
}

static int collect_at(struct machine *machine, double mono)
{
	machine->slice.mono = mono;
	return machine_collect(machine, &collect_probes);
}

static void close_all(struct machine *machine)
{
	machine_close(machine);
	config_free(machine->config);
}

static int parse(const struct probe *like, const char *text, struct probe_output *ret, char *why)
{
	static const char *const on[] = {"1", "Open", NULL}, *const off[] = {"0", "closed", NULL};
	struct probe probe = *like;

	why[0] = '\0';
	probe.json = probe.json ? probe.json : "";
	probe.on = on;
	probe.off = probe.off ? probe.off : off;
	return probe_output_parse(&probe, text, strlen(text), ret, why);
}

static double number(const char *json, const char *text)
{
	const struct probe probe = {.json = json, .scale = 1};
	struct probe_output output = {.number = NAN};
	char why[WHY_SIZE];

	return parse(&probe, text, &output, why) == 0 ? output.number : NAN;
}

static void numbers(void **state)
{
	static const char *const none[] = {"12 V", "12,5", "twelve", "nan", "inf", "1e999", "1 2",
		"12\n13\n", "0x", "--1", "\x1b[1m12"};
	struct probe_output output = {.number = 7};
	const struct probe scaled = {.scale = 0.1, .offset = -3}, huge = {.scale = 1e12};
	char why[WHY_SIZE];

	(void)state;
	assert_true(number("", "12.5\n") == 12.5);
	assert_true(number("", "  -3e2\r\n\n") == -300);
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		assert_int_equal(parse(&scaled, none[i], &output, why), -EBADMSG);
		assert_non_null(strstr(why, "no number: \""));
	}
	assert_int_equal(parse(&scaled, "", &output, why), -ENODATA);
	assert_int_equal(parse(&scaled, " \n", &output, why), -ENODATA);
	assert_int_equal(parse(&huge, "1e300", &output, why), -EBADMSG);
	assert_true(output.number == 7); /* untouched by all of them */
	assert_int_equal(parse(&scaled, "1234\n", &output, why), 0);
	assert_near(output.number, 120.4);
}

static void in_json(void **state)
{
	static const char nested[] =
		"{\"a\": {\"b\": [10, {\"c\": 5.5}]}, \"a.b\": 3, \"s\": \"57.3\","
		"\"t\": true, \"n\": null, \"w\": \"low\", \"x.y\": {\"z\": 8}}";
	struct probe_output output;
	struct probe probe = {.json = "n", .scale = 1};
	char why[WHY_SIZE];

	(void)state;
	assert_true(number("a.b.0", nested) == 10);
	assert_true(number("a.b.1.c", nested) == 5.5);
	assert_true(number("a.b", nested) == 3); /* the name as it is comes first */
	assert_true(number("x.y.z", nested) == 8);
	assert_true(number("s", nested) == 57.3);
	assert_true(number("1", "[4, 6]") == 6);
	assert_true(number("battery.charge", "{\"battery.charge\": 97}") == 97);
	assert_true(isnan(number("t", nested)) && isnan(number("w", nested)));
	assert_true(isnan(number("2", "[4, 6]")) && isnan(number("-1", "[4, 6]")));
	assert_int_equal(parse(&probe, nested, &output, why), -ENODATA);
	probe.json = "a.q";
	assert_int_equal(parse(&probe, nested, &output, why), -EBADMSG);
	assert_string_equal(why, "its JSON has no a.q");
	probe.json = "a";
	assert_int_equal(parse(&probe, nested, &output, why), -EBADMSG);
	assert_string_equal(why, "a in its JSON is no single value");
	assert_int_equal(parse(&probe, "{\"a\": ", &output, why), -EBADMSG);
	assert_non_null(strstr(why, "no JSON: \"{"));
	assert_int_equal(parse(&probe, "\n", &output, why), -ENODATA);
}

static void states_and_texts(void **state)
{
	static const char *const anything[] = {NULL};
	struct probe_output output = {0};
	struct probe probe = {.row.kind = STATE};
	char why[WHY_SIZE];

	(void)state;
	assert_int_equal(parse(&probe, "OPEN\n", &output, why), 0);
	assert_true(output.number == 1);
	assert_int_equal(parse(&probe, "closed", &output, why), 0);
	assert_true(output.number == 0);
	assert_int_equal(parse(&probe, "ajar", &output, why), -EBADMSG);
	assert_string_equal(why, "neither on nor off: \"ajar\"");
	probe.off = anything;
	assert_int_equal(parse(&probe, "ajar", &output, why), 0);
	assert_true(output.number == 0);
	assert_int_equal(parse(&probe, "", &output, why), -ENODATA);

	probe = (struct probe){.row.kind = TEXT};
	assert_int_equal(parse(&probe, "\n Grüße \nmore\n", &output, why), 0);
	assert_string_equal(output.text, "Grüße ");
	assert_int_equal(probe_output_parse(&(struct probe){.json = "", .row.kind = TEXT}, "a\0b",
				 3, &output, why),
		-EBADMSG);
	probe.json = "a";
	assert_int_equal(parse(&probe, "{\"a\": 1.5}", &output, why), 0);
	assert_string_equal(output.text, "1.5");
}

static void files_and_captured_commands(void **state)
{
	struct machine machine;
	const struct reading *reading;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/sys/level", "1234\n");
	machine_write(&machine, "/sys/door", "1\n");
	machine_write(&machine, "/captured/probes/ups", "{\"battery\": {\"charge\": 97}}");
	machine_write(&machine, "/captured/probes/song", "La la\n");
	configure(&machine,
		"probes = ( { name = \"level\"; file = \"/sys/level\"; scale = 0.1; offset = -3.0; "
		"unit = \"cm\"; },"
		"{ name = \"door\"; file = \"/sys/door\"; kind = \"state\"; },"
		"{ name = \"missing\"; file = \"/sys/missing\"; },"
		"{ name = \"ups\"; command = [ \"/bin/false\" ]; json = \"battery.charge\"; },"
		"{ name = \"never\"; command = [ \"/bin/true\" ]; },"
		"{ name = \"song\"; command = [ \"/bin/false\" ]; kind = \"text\"; } );");
	assert_int_equal(collect_at(&machine, 1), 0);
	assert_int_equal(machine.slice.n, 4);
	assert_near(machine_number(&machine, PROBE_VALUE, "level"), 120.4);
	assert_true(machine_number(&machine, PROBE_STATE, "door") == 1);
	assert_true(machine_number(&machine, PROBE_VALUE, "ups") == 97);
	assert_string_equal(machine_text(&machine, PROBE_TEXT, "song"), "La la");
	reading = slice_find(&machine.slice, PROBE_VALUE, "level");
	assert_string_equal(metric_symbol(reading_row(reading)), "cm");
	assert_string_equal(reading_row(reading)->name, "Level");
	close_all(&machine);
}

static void intervals_and_age(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/a", "1");
	machine_write(&machine, "/b", "1");
	configure(&machine, "sampling = { interval = 10; }; probes = ("
			    "{ name = \"a\"; file = \"/a\"; interval = 60; },"
			    "{ name = \"b\"; file = \"/b\"; interval = 1; } );");
	assert_int_equal(collect_at(&machine, 1000), 0);
	machine_write(&machine, "/a", "2");
	machine_write(&machine, "/b", "2");
	assert_int_equal(collect_at(&machine, 1009.9), 0);
	assert_true(machine_number(&machine, PROBE_VALUE, "a") == 1); /* not due: as it was */
	assert_true(machine_number(&machine, PROBE_VALUE, "b") == 2);
	assert_int_equal(collect_at(&machine, 1059.9), 0); /* a little early is no reason to wait */
	assert_true(machine_number(&machine, PROBE_VALUE, "a") == 2);
	/* no number: absent at once */
	machine_write(&machine, "/b", "broken");
	assert_int_equal(collect_at(&machine, 1070), 0);
	assert_true(isnan(machine_number(&machine, PROBE_VALUE, "b")));
	assert_true(machine_number(&machine, PROBE_VALUE, "a") == 2);
	/* not there any more, but nobody has looked */
	machine_remove(&machine, "/a");
	machine_write(&machine, "/b", "3");
	assert_int_equal(collect_at(&machine, 1080), 0);
	assert_true(machine_number(&machine, PROBE_VALUE, "a") == 2);
	assert_true(machine_number(&machine, PROBE_VALUE, "b") == 3);
	assert_int_equal(collect_at(&machine, 1120), 0);
	assert_true(isnan(machine_number(&machine, PROBE_VALUE, "a")));
	close_all(&machine);
}

/* A live root: the command fails, and its value grows old before it goes. */
static void what_fails_grows_old(void **state)
{
	char name[] = "/tmp/pistat-test-XXXXXX";
	char *text;
	struct machine machine;
	int fd = mkstemp(name);

	(void)state;
	close(fd);
	machine_open(&machine);
	machine.root = root_close(machine.root);
	assert_int_equal(root_open(NULL, &machine.root), 0);
	text = xasprintf("sampling = { interval = 1; }; probes = ({ name = \"a\"; interval = 10;"
			 "command = [ \"/bin/sh\", \"-c\", \"test -e %s && echo 5\" ]; });",
		name);
	configure(&machine, text);
	free(text);
	assert_int_equal(collect_at(&machine, 1000), 0);
	assert_true(machine_number(&machine, PROBE_VALUE, "a") == 5);
	unlink(name);
	assert_int_equal(collect_at(&machine, 1011), 0);
	assert_true(machine_number(&machine, PROBE_VALUE, "a") == 5);
	assert_int_equal(collect_at(&machine, 1039), 0);
	assert_true(machine_number(&machine, PROBE_VALUE, "a") == 5);
	assert_int_equal(collect_at(&machine, 1041), 0);
	assert_int_equal(machine.slice.n, 0);
	close_all(&machine);
}

static void none(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(collect_at(&machine, 1), -ENOENT);
	configure(&machine, "");
	assert_int_equal(collect_at(&machine, 1), -ENOENT);
	close_all(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(in_json),
		cmocka_unit_test(states_and_texts), cmocka_unit_test(files_and_captured_commands),
		cmocka_unit_test(intervals_and_age), cmocka_unit_test(what_fails_grows_old),
		cmocka_unit_test(none)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
