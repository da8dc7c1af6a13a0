#include "../../src/collect/ollama.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings.h"

static const char two[] =
	"{\"models\":[{\"name\":\"glm-4.7:fixed\",\"model\":\"glm-4.7:fixed\",\"size\":14785424384,"
	"\"digest\":\"00\",\"details\":{\"format\":\"gguf\",\"families\":[\"glm\"]},"
	"\"expires_at\":\"2026-02-03T18:12:25.883098758Z\",\"size_vram\":14785424384,"
	"\"context_length\":4096},{\"name\":\"mistral:latest\",\"size\":4000000000,"
	"\"expires_at\":\"2024-06-04T14:38:31.83753-07:00\",\"size_vram\":3000000000}]}";

static void machine_ask(struct machine *machine, const char *reply)
{
	machine_open(machine);
	CONFIGURE(machine, "ollama.enabled=true");
	if (reply)
		machine_write(machine, "/captured/ollama", reply);
}

static void models_in_memory(void **state)
{
	struct machine machine;

	(void)state;
	machine_ask(&machine, two);
	assert_int_equal(machine_collect(&machine, &collect_ollama), 0);
	assert_near(machine_number(&machine, OLLAMA_RUNNING_MODELS, ""), 2);
	assert_string_equal(machine_text(&machine, MODEL_NAME, "glm-4.7:fixed"), "glm-4.7:fixed");
	assert_near(machine_number(&machine, MODEL_SIZE, "glm-4.7:fixed"), 14785424384.);
	assert_near(machine_number(&machine, MODEL_VRAM, "glm-4.7:fixed"), 14785424384.);
	assert_string_equal(machine_text(&machine, MODEL_PROCESSOR, "glm-4.7:fixed"), "100% GPU");
	assert_near(
		machine_number(&machine, MODEL_EXPIRES_AT, "glm-4.7:fixed"), 1770142345.883098758);
	assert_string_equal(
		machine_text(&machine, MODEL_PROCESSOR, "mistral:latest"), "25%/75% CPU/GPU");
	assert_near(machine_number(&machine, MODEL_EXPIRES_AT, "mistral:latest"), 1717537111.83753);
	assert_int_equal(machine.slice.n, 11);
	machine_close_all(&machine);
}

static void none_in_memory(void **state)
{
	static const char *const replies[] = {"{\"models\":[]}", "{\"models\":null}\n"};
	struct machine machine;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		machine_ask(&machine, replies[i]);
		assert_int_equal(machine_collect(&machine, &collect_ollama), 0);
		assert_near(machine_number(&machine, OLLAMA_RUNNING_MODELS, ""), 0);
		assert_int_equal(machine.slice.n, 1);
		machine_close_all(&machine);
	}
}

static void nonsense(void **state)
{
	static const char *const replies[] = {"", "404 page not found",
		"{\"models\":[{\"name\":", "{\"error\":\"busy\"}", "[]", "{\"models\":{}}",
		"{\"models\":7}", "null"};
	struct machine machine;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		machine_ask(&machine, replies[i]);
		assert_int_equal(machine_collect(&machine, &collect_ollama), -EBADMSG);
		assert_int_equal(machine.slice.n, 0);
		machine_close_all(&machine);
	}
}

/* What is wrong with one value costs that value. */
static void values_that_are_none(void **state)
{
	struct machine machine;

	(void)state;
	machine_ask(&machine,
		"{\"models\":[7,null,{},{\"name\":\"\"},{\"name\":5},"
		"{\"name\":\"a\",\"size\":-1,\"size_vram\":\"much\",\"expires_at\":\"soon\"},"
		"{\"name\":\"b\",\"size\":10,\"size_vram\":20,\"expires_at\":17},"
		"{\"name\":\"c\",\"size\":1e300,\"size_vram\":0,\"expires_at\":\"0001-01-01T00:00:"
		"00Z\"},"
		"{\"name\":\"d\",\"size\":0,\"size_vram\":0}]}");
	assert_int_equal(machine_collect(&machine, &collect_ollama), 0);
	assert_near(machine_number(&machine, OLLAMA_RUNNING_MODELS, ""), 4);
	assert_null(slice_find(&machine.slice, MODEL_SIZE, "a"));
	assert_null(slice_find(&machine.slice, MODEL_VRAM, "a"));
	assert_null(slice_find(&machine.slice, MODEL_PROCESSOR, "a"));
	assert_null(slice_find(&machine.slice, MODEL_EXPIRES_AT, "a"));
	assert_null(slice_find(&machine.slice, MODEL_PROCESSOR, "b"));
	assert_null(slice_find(&machine.slice, MODEL_EXPIRES_AT, "c"));
	assert_string_equal(machine_text(&machine, MODEL_PROCESSOR, "c"), "100% CPU");
	assert_string_equal(machine_text(&machine, MODEL_PROCESSOR, "d"), "100% CPU");
	machine_close_all(&machine);
}

static void more_than_fit(void **state)
{
	auto_free char *reply = xcalloc(MODELS_MAX + 9, 32);
	struct machine machine;

	(void)state;
	strcpy(reply, "{\"models\":[");
	for (int i = 0; i < MODELS_MAX + 8; i++)
		sprintf(strchr(reply, '\0'), "%s{\"name\":\"m%d\"}", i ? "," : "", i);
	strcat(reply, "]}");
	machine_ask(&machine, reply);
	assert_int_equal(machine_collect(&machine, &collect_ollama), 0);
	assert_near(machine_number(&machine, OLLAMA_RUNNING_MODELS, ""), MODELS_MAX + 8);
	assert_int_equal(machine.slice.n, 1 + MODELS_MAX);
	machine_close_all(&machine);
}

static void nobody_there(void **state)
{
	struct machine machine;

	(void)state;
	machine_ask(&machine, NULL);
	assert_int_equal(machine_collect(&machine, &collect_ollama), -ENOENT);
	machine_close_all(&machine);
}

/* Who did not ask for it gets nothing, though the machine has it. */
static void not_configured(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_configure_default(&machine);
	machine_write(&machine, "/captured/ollama", two);
	assert_false(collect_ollama.configured(machine.config));
	assert_int_equal(machine_collect(&machine, &collect_ollama), -ENOENT);
	assert_int_equal(machine.slice.n, 0);
	machine_close_all(&machine);
}

static void moments(void **state)
{
	static const struct {
		const char *text;
		double moment;
	} good[] = {{"1970-01-01T00:00:00Z", 0}, {"2024-02-29T23:59:60Z", 1709251200},
		{"2318-09-20T10:00:00.5+05:30", 11004438600.5}};
	static const char *const bad[] = {"", "2026", "2026-02-03", "2026-02-03T18:12",
		"2026-02-03T18:12:25", "2026-02-03T18:12:25+", "2026-02-03T18:12:25+053",
		"2026-02-03T18:12:25*05:30", "2026-02-03T18:12:25Zulu", "2026-13-03T18:12:25Z",
		"2026-02-00T18:12:25Z", "2026-02-03T24:12:25Z", "2026-02-03T18:12:61Z",
		"2026-02-03T18:12:Z", "2026-02-03T18:12:nanZ", "1969-12-31T23:59:59Z",
		"2026-02-03T18:12:25+99:00", "2026-02-03T18:12:2.5.5Z", "-026-02-03T18:12:25Z"};
	double moment = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(moment_parse(bad[i], &moment), -EBADMSG);
	assert_near(moment, 7);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_int_equal(moment_parse(good[i].text, &moment), 0);
		assert_near(moment, good[i].moment);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_in_memory),
		cmocka_unit_test(none_in_memory),
		cmocka_unit_test(nonsense),
		cmocka_unit_test(values_that_are_none),
		cmocka_unit_test(more_than_fit),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(not_configured),
		cmocka_unit_test(moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
