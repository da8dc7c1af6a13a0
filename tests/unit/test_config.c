/* Sources, their order, and what a mistake is answered with. */
#include "unit.h"

#include "../../src/config/config.c"

static char file[] = "/tmp/pistat-test-XXXXXX";

static void write_file(const char *text)
{
	FILE *to = fopen(file, "w");

	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

static void refused(const char *text, const char *expected)
{
	struct config *config = NULL;
	char *complaint = NULL;

	write_file(text);
	assert_int_equal(config_load(file, NULL, 0, &config, &complaint), -EINVAL);
	assert_non_null(complaint);
	if (!strstr(complaint, expected))
		fail_msg("\"%s\" does not say \"%s\"", complaint, expected);
	assert_null(strchr(complaint, '\n'));
	free(complaint);
}

static struct config *loaded(const char *text)
{
	struct config *config = NULL;
	char *complaint = NULL;

	write_file(text);
	if (config_load(file, NULL, 0, &config, &complaint) < 0)
		fail_msg("%s", complaint);
	return config;
}

static void defaults_are_good(void **state)
{
	struct config *config = config_defaults();
	size_t n;

	(void)state;
	assert_string_equal(config_text(config, OPTION_MQTT_HOST), "localhost");
	assert_true(config_number(config, OPTION_SAMPLING_INTERVAL) == 10);
	assert_string_equal(config_list(config, OPTION_HTTP_LISTEN, &n)[1], "::");
	assert_int_equal(n, 2);
	config_free(config);
}

static void the_file_is_read(void **state)
{
	struct config *config = loaded(
		"mqtt = { host = \"broker.lan\"; port = 1884; tls = { enabled = true; }; };\n"
		"sampling = { interval = 2.5; deadbands = [ \"cpu_usage=2\", \"memory.*=5\" ]; };\n"
		"http = { listen = \"127.0.0.1\"; };\n"
		"homeassistant = { style = \"entities\"; };\n");
	double deadband = 0;
	size_t n;

	(void)state;
	assert_string_equal(config_text(config, OPTION_MQTT_HOST), "broker.lan");
	assert_true(config_number(config, OPTION_MQTT_PORT) == 1884);
	assert_true(config_flag(config, OPTION_MQTT_TLS_ENABLED));
	assert_true(config_number(config, OPTION_SAMPLING_INTERVAL) == 2.5);
	assert_int_equal(config_choice(config, OPTION_HA_STYLE), 1);
	assert_string_equal(config_list(config, OPTION_HTTP_LISTEN, &n)[0], "127.0.0.1");
	assert_int_equal(n, 1);
	assert_true(
		config_named_number(config, OPTION_SAMPLING_DEADBANDS, "memory.used", &deadband));
	assert_true(deadband == 5);
	assert_false(config_named_number(config, OPTION_SAMPLING_DEADBANDS, "uptime", &deadband));
	assert_non_null(strstr(config_origin(config, OPTION_MQTT_PORT), ":1"));
	config_free(config);
}

static void mistakes(void **state)
{
	(void)state;
	refused("mqtt = {\n  hots = \"x\";\n};",
		":2: unknown option mqtt.hots; did you mean mqtt.host?");
	refused("mqtt = { port = 99999; };", "is not a whole number from 0 to 65535");
	refused("mqtt = { port = 1.5; };", "whole number");
	refused("mqtt = { enabled = \"perhaps\"; };", "neither true nor false");
	refused("homeassistant = { style = \"devices\"; };", "is not one of: device entities");
	refused("mqtt = { host = \"\"; };", "must not be empty");
	refused("mqtt = { host = \"a\nb\"; };", "mqtt.host: control characters");
	refused("mqtt = { base = \"a/+\"; };", "is no topic");
	refused("mqtt = { base = \"$SYS\"; };", "is no topic");
	refused("forward = { url = \"ftp://me:x@attic/\"; };", "forward.url: http:// or https://");
	refused("ollama = { url = \"localhost:11434\"; };", "ollama.url: http:// or https://");
	refused("ollama = { url = \"\"; };", "must not be empty");
	refused("mqtt = { base = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefx\"; };",
		"mqtt.base: more than 128 bytes");
	refused("homeassistant = { prefix = \"\"; };", "must not be empty");
	refused("sampling = { intervals = [ \"disks\" ]; };", "name=number");
	refused("sampling = { intervals = [ 1 ]; };", "texts in quotes");
	refused("mqtt = { host = { name = \"x\"; }; };", "one value is wanted");
	refused("mqtt = {\n\n;", ":3: syntax error");
	refused("mqtt.host = \"x\";", "syntax error");
	refused("nonsense = 1;", "unknown option nonsense");
	refused("http = { };\nmqqt = { };", ":2: unknown option mqqt; did you mean mqtt?");
	refused("mqtt = { tsl = { }; };", "unknown option mqtt.tsl; did you mean mqtt.tls?");
	refused("mqtt = 1;", "mqtt is a group of options");
}

/* Everybody's editor leaves one, and older versions of libconfig take none. */
static void commas_that_end_lists(void **state)
{
	struct config *config =
		loaded("# a comment, ]\n// another, )\n/* and\n, ) */\n"
		       "http = { listen = [ \"a,]\", \"\\\",)\" , /* , */ \n # , ]\n ]; };\n"
		       "probes = ( { name = \"a\"; file = \"/x\"; }, );");
	size_t n;

	(void)state;
	assert_string_equal(config_list(config, OPTION_HTTP_LISTEN, &n)[0], "a,]");
	assert_string_equal(config_list(config, OPTION_HTTP_LISTEN, &n)[1], "\",)");
	assert_int_equal(n, 2);
	assert_non_null(strstr(config_origin(config, OPTION_HTTP_LISTEN), ":5"));
	config_free(config);
	refused("http = { listen = [ \"a\",, ]; };", ":1: syntax error");
	refused("http = { listen = [ \"a\" \"b\",\n, ]; };", "syntax error");
	refused("http = { listen = [ \"a", "syntax error");
}

static void a_missing_file_is_said(void **state)
{
	struct config *config = NULL;
	char *complaint = NULL;

	(void)state;
	assert_int_equal(
		config_load("/nonexistent/pistat.conf", NULL, 0, &config, &complaint), -ENOENT);
	assert_non_null(strstr(complaint, "/nonexistent/pistat.conf"));
	free(complaint);
	complaint = NULL;
	assert_int_equal(config_load("/tmp", NULL, 0, &config, &complaint), -EISDIR);
	free(complaint);
}

static void order_of_sources(void **state)
{
	const struct config_setting setting = {"mqtt.host=line"};
	struct config *config;
	char *complaint = NULL;

	(void)state;
	write_file("mqtt = { host = \"file\"; port = 1; keepalive = 10; };");
	setenv("PISTAT_MQTT_HOST", "environment", 1);
	setenv("PISTAT_MQTT_PORT", "2", 1);
	assert_int_equal(config_load(file, &setting, 1, &config, &complaint), 0);
	assert_string_equal(config_text(config, OPTION_MQTT_HOST), "line");
	assert_true(config_number(config, OPTION_MQTT_PORT) == 2);
	assert_true(config_number(config, OPTION_MQTT_KEEPALIVE) == 10);
	assert_string_equal(config_origin(config, OPTION_MQTT_HOST), "command line");
	assert_string_equal(
		config_origin(config, OPTION_MQTT_PORT), "environment PISTAT_MQTT_PORT");
	unsetenv("PISTAT_MQTT_HOST");
	unsetenv("PISTAT_MQTT_PORT");
	config_free(config);
}

static void older_names(void **state)
{
	struct config *config;
	size_t n;

	(void)state;
	setenv("PISTAT_PORT", "8000", 1);
	setenv("PISTAT_HOST", "127.0.0.1", 1);
	setenv("PISTAT_CACHE_SECONDS", "0.5", 1);
	setenv("PISTAT_DEBUG", "True", 1);
	config = loaded("http = { port = 9000; };");
	assert_true(config_number(config, OPTION_HTTP_PORT) == 8000);
	assert_string_equal(config_list(config, OPTION_HTTP_LISTEN, &n)[0], "127.0.0.1");
	assert_int_equal(n, 1);
	assert_true(config_number(config, OPTION_HTTP_CACHE_SECONDS) == 0.5);
	assert_string_equal(config_text(config, OPTION_LOG_LEVEL), "debug");
	config_free(config);
	setenv("PISTAT_DEBUG", "False", 1);
	setenv("PISTAT_HTTP_PORT", "8001", 1);
	config = loaded("");
	assert_string_equal(config_text(config, OPTION_LOG_LEVEL), "info");
	assert_true(config_number(config, OPTION_HTTP_PORT) == 8001); /* the full name wins */
	config_free(config);
	for (const char *const *name = (const char *const[]){"PISTAT_PORT", "PISTAT_HOST",
		     "PISTAT_CACHE_SECONDS", "PISTAT_DEBUG", "PISTAT_HTTP_PORT", NULL};
		*name; name++)
		unsetenv(*name);
}

static void an_unknown_variable_is_a_mistake(void **state)
{
	struct config *config = NULL;
	char *complaint = NULL;

	(void)state;
	setenv("PISTAT_MQTT_HOTS", "x", 1);
	assert_int_equal(config_load(NULL, NULL, 0, &config, &complaint), -EINVAL);
	assert_non_null(strstr(complaint, "PISTAT_MQTT_HOST"));
	free(complaint);
	unsetenv("PISTAT_MQTT_HOTS");
}

static void the_env_file(void **state)
{
	struct config *config = config_defaults();
	char *complaint = NULL;

	(void)state;
	write_file("# comment\nOTHER=1\nexport PISTAT_MQTT_HOST=\"from env\"\nPISTAT_PORT=8100\n");
	assert_int_equal(environment_load_file(config, file, &complaint), 0);
	assert_string_equal(config_text(config, OPTION_MQTT_HOST), "from env");
	assert_true(config_number(config, OPTION_HTTP_PORT) == 8100);
	write_file("\nPISTAT_PORT=many\n");
	assert_int_equal(environment_load_file(config, file, &complaint), -EINVAL);
	assert_non_null(strstr(complaint, ":2: http.port"));
	free(complaint);
	config_free(config);
}

static void secrets(void **state)
{
	struct config *config = config_defaults();
	char *secret = NULL, *complaint = NULL;

	(void)state;
	assert_int_equal(
		config_secret(config, OPTION_MQTT_PASSWORD_FILE, "mqtt-password", &secret), 0);
	assert_null(secret);
	write_file("s3cret # with blanks \nsecond line\n");
	option_assign_text(config, OPTION_MQTT_PASSWORD_FILE, file, "test", &complaint);
	assert_int_equal(
		config_secret(config, OPTION_MQTT_PASSWORD_FILE, "mqtt-password", &secret), 0);
	assert_string_equal(secret, "s3cret # with blanks ");
	free(secret);
	option_assign_text(config, OPTION_MQTT_PASSWORD_FILE, "/nonexistent", "test", &complaint);
	assert_int_equal(config_secret(config, OPTION_MQTT_PASSWORD_FILE, "mqtt-password", &secret),
		-ENOENT);
	config_free(config);
}

/* What print-config prints is accepted and changes nothing. */
static void the_printed_file_is_the_defaults(void **state)
{
	struct config *defaults = config_defaults(), *config;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	config_print_file(to);
	fclose(to);
	config = loaded(text);
	for (enum option_id id = 0; id < OPTIONS; id++) {
		assert_string_equal(config_text(config, id), config_text(defaults, id));
		assert_string_not_equal(config_origin(config, id), "default");
	}
	free(text);
	config_free(config);
	config_free(defaults);
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(defaults_are_good),
		cmocka_unit_test(the_file_is_read), cmocka_unit_test(mistakes),
		cmocka_unit_test(commas_that_end_lists), cmocka_unit_test(a_missing_file_is_said),
		cmocka_unit_test(order_of_sources), cmocka_unit_test(older_names),
		cmocka_unit_test(an_unknown_variable_is_a_mistake), cmocka_unit_test(the_env_file),
		cmocka_unit_test(secrets), cmocka_unit_test(the_printed_file_is_the_defaults)};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
