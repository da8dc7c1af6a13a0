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
	refused("node = {\nname = \"K\xfc"
		"che\"; };",
		":2: node.name: it is no UTF-8");
	refused("node = { name = \"a\xc2\x85\"; };", "node.name: control characters");
	refused("mqtt = { base = \"a/+\"; };", "is no topic");
	refused("mqtt = { base = \"$SYS\"; };", "is no topic");
	refused("homeassistant = { url = \"attic.lan\"; };", "http:// or https://");
	refused("homeassistant = { url = \"https:///x\"; };", "a host");
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
	refused("mqtt = 5;", "mqtt is a group of options, as in mqtt.enabled");
	refused("mqtt = { tls = true; };", "mqtt.tls is a group of options");
	refused("homeassistant = { url = \"board.lan\"; };", "homeassistant.url: http:// or");
}

static void addresses_to_listen_on(void **state)
{
	static const char *const wrong[] = {"all", "0.0.0.0, ::", "[::1]", "127.1", "::1%", "%lo",
		"localhost%lo", "", "board.lan", "fe80::1%eth0:80%"};
	struct config *config = loaded(
		"http = {\n listen = [ \"127.0.0.1\", \"::\", \"localhost\", \"fe80::1%eth0\" "
		"]; };");
	size_t n;

	(void)state;
	(void)config_list(config, OPTION_HTTP_LISTEN, &n);
	assert_int_equal(n, 4);
	config_free(config);
	for (size_t i = 0; i + 1 < ARRAY_LEN(wrong); i++) {
		auto_free char *text =
			xasprintf("http = {\n listen = [ \"::\", \"%s\" ]; };", wrong[i]);

		refused(text, ":2: http.listen: ");
	}
	refused("http = { listen = []; };", "one to 8 addresses");
	refused("http = { listen = [ \"::\", \"::\", \"::\", \"::\", \"::\", \"::\", \"::\", "
		"\"::\", "
		"\"::\" ]; };",
		"one to 8 addresses");
}

/* Everybody's editor leaves one, and older versions of libconfig take none. */
static void commas_that_end_lists(void **state)
{
	struct config *config =
		loaded("# a comment, ]\n// another, )\n/* and\n, ) */\n"
		       "disks = { include = [ \"a,]\", \"\\\",)\" , /* , */ \n # , ]\n ]; };\n"
		       "probes = ( { name = \"a\"; file = \"/x\"; }, );");
	size_t n;

	(void)state;
	assert_string_equal(config_list(config, OPTION_DISKS_INCLUDE, &n)[0], "a,]");
	assert_string_equal(config_list(config, OPTION_DISKS_INCLUDE, &n)[1], "\",)");
	assert_int_equal(n, 2);
	assert_non_null(strstr(config_origin(config, OPTION_DISKS_INCLUDE), ":5"));
	config_free(config);
	refused("disks = { include = [ \"a\",, ]; };", ":1: syntax error");
	refused("disks = { include = [ \"a\" \"b\",\n, ]; };", "syntax error");
	refused("disks = { include = [ \"a", "syntax error");
}

/* Editors on other systems begin with a byte order mark, and few people see whether the last line
 * ends. */
static void what_editors_leave(void **state)
{
	static const char *const good[] = {"\xef\xbb\xbfmqtt = { host = \"x\"; };",
		"mqtt = {\r\n\thost = \"x\";\r\n};\r\n", "mqtt = { host = \"x\"; }; # done",
		"mqtt = { host = \"x\"; }; // done", "mqtt : { host : \"x\" } /* done */"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct config *config = loaded(good[i]);

		assert_string_equal(config_text(config, OPTION_MQTT_HOST), "x");
		config_free(config);
	}
	config_free(loaded("# nothing"));
	config_free(loaded(""));
	refused("# \xef\xbb\xbf\nmqtt = { hots = 1; };", ":2: unknown option mqtt.hots");
}

static void binary_files_are_said_to_be(void **state)
{
	FILE *to = fopen(file, "w");
	struct config *config = NULL;
	char *complaint = NULL;

	(void)state;
	assert_non_null(to);
	fwrite("mqtt = {\0};\n", 1, 12, to);
	fclose(to);
	assert_int_equal(config_load(file, NULL, 0, &config, &complaint), -EBADMSG);
	assert_non_null(strstr(complaint, "no text"));
	free(complaint);
}

/* Paths count from where the file is; what is wrong with another file is said of that file. */
static void files_that_include_others(void **state)
{
	char folder[] = "/tmp/pistat-test-XXXXXX";
	struct config *config = NULL;
	char *complaint = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	{
		auto_free char *whole = xasprintf("%s/main.conf", folder);
		auto_free char *part = xasprintf("%s/part.conf", folder);
		auto_free char *line = xasprintf("http = { port = 1; };\n@include \"%s\"\n", part);
		FILE *to = fopen(whole, "w");

		fputs("http = { port = 1; };\n  @include \"part.conf\"\n", to);
		fclose(to);
		to = fopen(part, "w");
		fputs("\nmqtt = { host = \"x\"; };\n", to);
		fclose(to);
		assert_int_equal(config_load(whole, NULL, 0, &config, &complaint), 0);
		assert_string_equal(config_text(config, OPTION_MQTT_HOST), "x");
		assert_non_null(strstr(config_origin(config, OPTION_MQTT_HOST), "part.conf:2"));
		config_free(config);
		config = loaded(line);
		assert_string_equal(config_text(config, OPTION_MQTT_HOST), "x");
		config_free(config);
		to = fopen(part, "w");
		fputs("\n\nmqtt = ;\n", to);
		fclose(to);
		refused(line, "part.conf:3: syntax error");
		unlink(whole);
		unlink(part);
	}
	rmdir(folder);
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
	config = loaded("log = { level = \"error\"; };"); /* off was not asked to say more */
	assert_string_equal(config_text(config, OPTION_LOG_LEVEL), "error");
	config_free(config);
	config = loaded("log = { level = \"debug\"; };");
	assert_string_equal(config_text(config, OPTION_LOG_LEVEL), "info");
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
	char *complaint = NULL, longest[9000];

	(void)state;
	write_file("# comment\nOTHER=1\nexport PISTAT_MQTT_HOST=\"from env\"\nPISTAT_PORT=8100\n");
	assert_int_equal(environment_load_file(config, file, &complaint), 0);
	assert_string_equal(config_text(config, OPTION_MQTT_HOST), "from env");
	assert_true(config_number(config, OPTION_HTTP_PORT) == 8100);
	write_file("\xef\xbb\xbfPISTAT_PORT=8101 # a comment\r\nPISTAT_MQTT_USERNAME=a#b \n"
		   "PISTAT_NODE_NAME='a # b' # c\nPISTAT_MQTT_BASE=\"x\"y\nPISTAT_NODE_ID= #d");
	assert_int_equal(environment_load_file(config, file, &complaint), 0);
	assert_true(config_number(config, OPTION_HTTP_PORT) == 8101);
	assert_string_equal(config_text(config, OPTION_MQTT_USERNAME), "a#b");
	assert_string_equal(config_text(config, OPTION_NODE_NAME), "a # b");
	assert_string_equal(config_text(config, OPTION_MQTT_BASE), "\"x\"y");
	assert_string_equal(config_text(config, OPTION_NODE_ID), "#d");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memcpy(longest, "PISTAT_NODE_NAME=", 17);
	memcpy(longest + 5000, "PISTAT_PORT=1", 13);
	write_file(longest);
	assert_int_equal(environment_load_file(config, file, &complaint), 0);
	assert_string_equal(config_text(config, OPTION_NODE_NAME), longest + 17);
	assert_true(config_number(config, OPTION_HTTP_PORT) == 8101);
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
		cmocka_unit_test(addresses_to_listen_on), cmocka_unit_test(what_editors_leave),
		cmocka_unit_test(binary_files_are_said_to_be),
		cmocka_unit_test(files_that_include_others),
		cmocka_unit_test(commas_that_end_lists), cmocka_unit_test(a_missing_file_is_said),
		cmocka_unit_test(order_of_sources), cmocka_unit_test(older_names),
		cmocka_unit_test(an_unknown_variable_is_a_mistake), cmocka_unit_test(the_env_file),
		cmocka_unit_test(secrets), cmocka_unit_test(the_printed_file_is_the_defaults)};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
