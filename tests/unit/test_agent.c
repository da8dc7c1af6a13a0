#include "unit.h"

#include "../../src/collect/agent.c"

#include "machine.h"

static void fields_after_the_name(void **state)
{
	static const char *const refused[] = {"", "1 (x", "1 (x) S",
		"1 (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13",
		"1 S 1 1 1 0 -1 4194560 9 9 0 0 5 6 0 0 20 0 3 0 77000 9000000 1234 9"};
	struct self self = {1, 2};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_int_equal(self_parse(refused[i], &self), -EBADMSG);
	assert_near(self.started, 1);
	assert_int_equal(
		self_parse("4242 (a) b) S 1 4242 4242 0 -1 4194560 900 0 3 0 5 6 0 0 20 0 3 0 "
			   "77000 9000000 1234 18446744073709551615 1 1",
			&self),
		0);
	assert_near(self.started, 77000);
	assert_near(self.pages, 1234);
}

static void captured_machine_runs_no_agent(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/self/stat", "1 (pistat) S 1 1 1 0 -1");
	assert_int_equal(machine_collect(&machine, &collect_agent), -ENODATA);
	assert_int_equal(machine.slice.n, 0);
	machine_close(&machine);
}

/* This process stands for pistat. */
static void live(void **state)
{
	struct agent agent = {0};
	struct root *root;
	struct slice slice = {0};
	double before = seconds(CLOCK_MONOTONIC), rss;

	(void)state;
	skip_if_emulated("it makes up /proc/self/stat, with zeros");
	assert_int_equal(root_open(NULL, &root), 0);
	/* before the first sample there is none that took any time */
	assert_true(isnan(tally.sample_ms));
	tally = (struct tally){.published = 12, .reconnects = 3, .sample_ms = 1.5};
	assert_int_equal(agent_collect(&agent, root, NULL, &slice), 0);
	assert_string_equal(slice_find(&slice, AGENT_VERSION, "")->text, PISTAT_VERSION);
	assert_null(slice_find(&slice, AGENT_CPU, ""));
	assert_near(slice_find(&slice, AGENT_PUBLISHED, "")->number, 12);
	assert_near(slice_find(&slice, AGENT_RECONNECTS, "")->number, 3);
	assert_near(slice_find(&slice, AGENT_SAMPLE_MS, "")->number, 1.5);
	rss = slice_find(&slice, AGENT_RSS, "")->number;
	assert_true(rss >= 64 * 1024 && fmod(rss, (double)sysconf(_SC_PAGESIZE)) < 1);
	assert_true(slice_find(&slice, AGENT_UPTIME, "")->number >= 0);

	while (seconds(CLOCK_PROCESS_CPUTIME_ID) < agent.busy + 0.05)
		;
	slice_clear(&slice);
	assert_int_equal(agent_collect(&agent, root, NULL, &slice), 0);
	assert_true(slice_find(&slice, AGENT_CPU, "")->number > 0);
	assert_true(agent.mono > before);
	slice_free(&slice);
	root_close(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_after_the_name),
		cmocka_unit_test(captured_machine_runs_no_agent),
		cmocka_unit_test(live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
