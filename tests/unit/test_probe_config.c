/* The list of probes in pistat.conf: what it may say, and what a mistake is answered with. */
#include "unit.h"

#include "config.h"
#include "mem.h"
#include "probe.h"

#include <errno.h>

static char file[] = "/tmp/pistat-test-XXXXXX";

static int load(const char *text, struct config **ret, char **ret_complaint)
{
	FILE *to = fopen(file, "w");

	assert_non_null(to);
	fputs(text, to);
	fclose(to);
	*ret = NULL;
	*ret_complaint = NULL;
	return config_load(file, NULL, 0, ret, ret_complaint);
}

static struct config *loaded(const char *text)
{
	struct config *config;
	char *complaint;

	if (load(text, &config, &complaint) < 0)
		fail_msg("%s", complaint);
	return config;
}

static void refused(const char *text, const char *expected)
{
	struct config *config;
	char *complaint;

	assert_int_equal(load(text, &config, &complaint), -EINVAL);
	assert_null(config);
	assert_non_null(complaint);
	if (!strstr(complaint, expected))
		fail_msg("\"%s\" does not say \"%s\"", complaint, expected);
	assert_ptr_equal(strstr(complaint, file), complaint);
	assert_null(strchr(complaint, '\n'));
	free(complaint);
}

static void a_probe_is_a_row(void **state)
{
	struct config *config = loaded(
		"probes = (\n"
		"  { name = \"water_level\"; file = \"/sys/level\"; scale = 0.00390625; offset = "
		"-3;\n"
		"    label = \"Cistern\"; unit = \"cm\"; class = \"distance\"; icon = "
		"\"mdi:waves\";\n"
		"    precision = 1; interval = 60; enabled = false; diagnostic = true; deadband = "
		"2.5; },\n"
		"  { name = \"line\"; command = [ \"/bin/line\", \"a,b\", \"\" ]; timeout = 5.0; "
		"unit = \"dB\"; },\n"
		"  { name = \"back_door\"; file = \"/sys/door\"; kind = \"state\"; class = "
		"\"door\"; on = \"open\"; },\n"
		"  { name = \"song\"; command = \"/bin/song\"; kind = \"text\"; json = \"a.b\"; }\n"
		");\n");
	const struct probe *probes;
	size_t n;

	(void)state;
	probes = config_probes(config, &n);
	assert_int_equal(n, 4);
	assert_string_equal(probes[0].name, "water_level");
	assert_int_equal(probes[0].metric, PROBE_VALUE);
	assert_string_equal(probes[0].file, "/sys/level");
	assert_true(probes[0].scale == 0.00390625 && probes[0].offset == -3);
	assert_true(probes[0].interval == 60);
	assert_string_equal(probes[0].row.name, "Cistern");
	assert_string_equal(metric_symbol(&probes[0].row), "cm");
	assert_string_equal(probes[0].row.ha_class, "distance");
	assert_string_equal(probes[0].row.state_class, "measurement");
	assert_string_equal(probes[0].row.icon, "mdi:waves");
	assert_int_equal(probes[0].row.precision, 1);
	assert_int_equal(probes[0].row.entity, ENTITY_OFF);
	assert_true(probes[0].row.diagnostic && probes[0].row.deadband == 2.5);
	assert_int_equal(probes[0].row.family, PROBE);

	assert_null(probes[1].file);
	assert_string_equal(probes[1].command[1], "a,b");
	assert_string_equal(probes[1].command[2], "");
	assert_null(probes[1].command[3]);
	assert_true(probes[1].timeout == 5 && probes[1].interval == 30 && probes[1].scale == 1);
	assert_string_equal(probes[1].row.name, "Line");
	assert_null(probes[1].row.ha_class);
	assert_null(probes[1].row.icon);

	assert_int_equal(probes[2].metric, PROBE_STATE);
	assert_string_equal(probes[2].row.name, "Back door");
	assert_string_equal(probes[2].on[0], "open");
	assert_null(probes[2].on[1]);
	assert_null(probes[2].off[0]); /* all else */

	assert_int_equal(probes[3].row.kind, TEXT);
	assert_string_equal(probes[3].command[0], "/bin/song");
	assert_string_equal(probes[3].on[3], "yes");
	assert_string_equal(probes[3].off[3], "no");
	config_free(config);
}

static void both_letters_for_micro_are_one(void **state)
{
	struct config *config = loaded("probes = ({ name = \"a\"; file = \"/a\"; class = \"pm25\"; "
				       "unit = \"\xce\xbcg/m³\"; },\n"
				       "{ name = \"b\"; file = \"/b\"; unit = \"\xc2\xb5T\"; });");
	const struct probe *probes;
	size_t n;

	(void)state;
	probes = config_probes(config, &n);
	assert_string_equal(metric_symbol(&probes[0].row), "µg/m³");
	assert_string_equal(metric_symbol(&probes[1].row), "µT");
	config_free(config);
}

static void no_probes(void **state)
{
	static const char *const texts[] = {"", "probes = ();", "probes = [];"};
	size_t n = 1;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct config *config = loaded(texts[i]);

		assert_null(config_probes(config, &n));
		assert_int_equal(n, 0);
		config_free(config);
	}
	assert_null(config_probes(NULL, &n));
}

#define PROBE(settings) "probes = (\n{ name = \"a\"; " settings " }\n);"
#define FROM_FILE(settings) PROBE("file = \"/x\"; " settings)

static void mistakes(void **state)
{
	(void)state;
	refused("probes = { name = \"a\"; };", ":1: probes: a list of groups is wanted");
	refused("\nprobes = ( 1 );", ":2: probes: a list of groups is wanted");
	refused("probes = \"a\";", "a list of groups is wanted");
	refused("probes = (\n{ file = \"/x\"; }\n);", ":2: probes.name: every probe needs a name");
	refused("probes = ( { name = \"Water level\"; file = \"/x\"; } );",
		"\"Water level\" is no name");
	refused("probes = ( { name = \"_a\"; file = \"/x\"; } );", "is no name");
	refused("probes = (\n{ name = \"a\"; file = \"/x\"; },\n{ name = \"a\"; file = \"/y\"; } "
		");",
		":3: probes.name: \"a\" is the name of the probe at /tmp/");
	refused(PROBE(""), ":2: probes.file: nothing to read: a file or a command is wanted");
	refused(PROBE("command = [];"), "a file or a command is wanted");
	refused(FROM_FILE("command = [ \"/bin/x\" ];"),
		"probes.command: both: a file or a command");
	refused(PROBE("file = \"x\";"), "\"x\" does not begin with /");
	refused(PROBE("command = [ \"x\" ];"), "\"x\" does not begin with /");
	refused(PROBE("command = \"/bin/x --plain\";"), "[ \"/bin/x\", \"…\" ] is wanted");
	refused(PROBE("command = ( \"/bin/x\", 5 );"), "a list of texts in quotes is wanted");
	refused(FROM_FILE("timeout = 3;"), "files have none");
	refused(FROM_FILE("\nscal = 3;"),
		":3: unknown option probes.scal; did you mean probes.scale?");
	refused(FROM_FILE("scale = \"much\";"), "probes.scale: \"much\" is not a number");
	refused(FROM_FILE("scale = [ \"1\", \"2\" ];"), "probes.scale: one value is wanted");
	refused(FROM_FILE("scale = { a = 1; };"), "probes.scale: one value is wanted");
	refused(FROM_FILE("kind = \"value\";"), "is not one of: number state text");
	refused(FROM_FILE("interval = 0.1;"), "is not a number from 0.5 to 86400");
	refused(FROM_FILE("kind = \"state\"; unit = \"V\";"),
		"probes.unit: this probe's kind is state; it is for number");
	refused(FROM_FILE("kind = \"text\"; class = \"door\";"), "it is for number and state");
	refused(FROM_FILE("on = \"1\";"), "it is for state");
	refused(FROM_FILE("kind = \"state\"; on = [ \"a\", \"b\" ]; off = \"B\";"),
		"\"B\" means on already");
	refused(FROM_FILE("kind = \"state\"; on = [];"), "at least one text is wanted");
	refused(FROM_FILE("icon = \"waves\";"), "\"waves\" is no icon");
	refused(FROM_FILE("icon = \"mdi:\";"), "is no icon");
	refused(FROM_FILE("unit = \"abcdefghijklmnopqrstuvwxyz\";"), "more than 20 bytes");
	refused(FROM_FILE("unit = \"\xff\";"), "probes.unit: it is no UTF-8");
	refused(FROM_FILE("precision = 7;"), "from 0 to 6");
}

static void too_many(void **state)
{
	char *text = xstrdup("probes = (");

	(void)state;
	for (size_t i = 0; i <= families[PROBE].limit; i++) {
		char *longer =
			xasprintf("%s%s{ name = \"a%zu\"; file = \"/x\"; }", text, i ? "," : "", i);

		free(text);
		text = longer;
	}
	text = xrealloc(text, strlen(text) + 3, 1);
	refused(strcat(text, ");"), "more than 64 probes");
	free(text);
}

/* What Home Assistant would refuse without a word. */
static void classes(void **state)
{
	struct config *config;
	size_t n;

	(void)state;
	refused(FROM_FILE("class = \"temprature\";"), "did you mean \"temperature\"?");
	refused(FROM_FILE("class = \"door\";"), "\"door\" is no device class of sensors");
	refused(FROM_FILE("kind = \"state\"; class = \"windows\";"), "did you mean \"window\"?");
	refused(FROM_FILE("class = \"temperature\";"),
		"class \"temperature\" needs a unit: °C, °F, K");
	refused(FROM_FILE("class = \"temperature\"; unit = \"C\";"),
		"unit \"C\" is not one of class \"temperature\": °C, °F, K");
	refused(FROM_FILE("class = \"volume\"; unit = \"fl\";"), "fl. oz.");
	refused(FROM_FILE("class = \"ph\"; unit = \"pH\";"), "class \"ph\" has no unit");
	refused(FROM_FILE("class = \"energy\"; unit = \"kWh\"; state_class = \"measurement\";"),
		"state_class \"measurement\" is not one of class \"energy\": total_increasing "
		"total");

	config = loaded(
		"probes = ( { name = \"a\"; file = \"/x\"; class = \"energy\"; unit = \"kWh\"; },"
		"{ name = \"b\"; file = \"/x\"; class = \"volume\"; unit = \"fl. oz.\";"
		"  state_class = \"total\"; },"
		"{ name = \"c\"; file = \"/x\"; class = \"ph\"; state_class = \"none\"; },"
		"{ name = \"d\"; file = \"/x\"; class = \"temperature\"; unit = \"°C\"; } );");
	assert_string_equal(config_probes(config, &n)[0].row.state_class, "total_increasing");
	assert_string_equal(config_probes(config, &n)[1].row.state_class, "total");
	assert_string_equal(config_probes(config, &n)[2].row.state_class, "");
	assert_true(config_probes(config, &n)[3].row.deadband == 0.5);
	config_free(config);
}

static void only_in_the_file(void **state)
{
	const struct config_setting setting = {"probes.a.file=/x"};
	struct config *config = NULL;
	char *complaint = NULL;

	(void)state;
	assert_int_equal(config_load("/dev/null", &setting, 1, &config, &complaint), -EINVAL);
	assert_non_null(strstr(complaint, "in pistat.conf alone"));
	free(complaint);
	complaint = NULL;
	setenv("PISTAT_PROBES", "x", 1);
	assert_int_equal(config_load("/dev/null", NULL, 0, &config, &complaint), -EINVAL);
	assert_non_null(strstr(complaint, "in pistat.conf alone"));
	free(complaint);
	unsetenv("PISTAT_PROBES");
}

/* `pistat check` shows where each setting comes from, but no arguments. */
static void check_keeps_secrets(void **state)
{
	struct config *config =
		loaded("probes = (\n{ name = \"a\";\n"
		       "command = [ \"/bin/x\", \"hunter2\" ]; unit = \"V\"; }\n);");
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	config_print_origins(config, to);
	fclose(to);
	assert_non_null(strstr(text, "probes.a.command"));
	assert_non_null(strstr(text, "/bin/x …"));
	assert_non_null(strstr(text, ":3\n"));
	assert_null(strstr(text, "hunter2"));
	assert_null(strstr(text, "probes.a.scale"));
	free(text);
	config_free(config);
}

static int make_file(void **state)
{
	int fd = mkstemp(file);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_probe_is_a_row),
		cmocka_unit_test(both_letters_for_micro_are_one), cmocka_unit_test(no_probes),
		cmocka_unit_test(mistakes), cmocka_unit_test(too_many), cmocka_unit_test(classes),
		cmocka_unit_test(only_in_the_file), cmocka_unit_test(check_keeps_secrets)};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
