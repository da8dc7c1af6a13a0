/* Every collector says which rows it gives: nothing else on any machine, and every row is
 * somebody's. */
#include "unit.h"

#include "../../src/collectors.c"

#include "slots.h"
#include "text.h"

#include <glob.h>

static struct config *config;

static void check_machine(const char *dir)
{
	struct root *root;
	struct slots slots;

	assert_int_equal(root_open(dir, &root), 0);
	slots_open(&slots, root, config);
	for (size_t i = 0; i < slots.n; i++) {
		struct slot *slot = &slots.at[i];

		slot_run(slot, root, config, 1);
		for (size_t j = 0; j < slot->working.n; j++) {
			enum metric_id metric = slot->working.at[j].metric;
			char pattern[128];

			catalogue_pattern(metric, pattern, sizeof(pattern));
			if (!collector_gives(slot->collector, metric))
				fail_msg("%s gives %s, but does not say so", slot->collector->name,
					pattern);
		}
	}
	slots_close(&slots);
	root_close(root);
}

static void they_give_what_they_say(void **state)
{
	auto_free char *here = xstrdup(__FILE__), *pattern = NULL;
	glob_t machines;

	(void)state;
	*strrchr(here, '/') = '\0';
	pattern = xasprintf("%s/../hosts/*/[01]", here);
	assert_int_equal(glob(pattern, 0, NULL, &machines), 0);
	for (size_t i = 0; i < machines.gl_pathc; i++)
		check_machine(machines.gl_pathv[i]);
	globfree(&machines);
}

static bool somebody_gives(enum metric_id metric)
{
	for (size_t i = 0; i < collectors_n; i++)
		if (collector_gives(collectors[i], metric))
			return true;
	return false;
}

static void every_row_is_somebodys(void **state)
{
	char pattern[128];

	(void)state;
	for (enum metric_id metric = NO_METRIC + 1; metric < METRICS; metric++) {
		catalogue_pattern(metric, pattern, sizeof(pattern));
		/* the sampler's own */
		if (metric == TIMESTAMP || text_glob("agent.collectors.*", pattern))
			continue;
		if (!somebody_gives(metric))
			fail_msg("no collector gives %s", pattern);
	}
}

static void all_words_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < collectors_n; i++) {
		size_t words = 1;

		assert_non_null(collectors[i]->gives);
		for (const char *at = collectors[i]->gives; *at; at++) {
			assert_false(at[0] == ' ' && at[1] == ' ');
			words += *at == ' ';
		}
		assert_true(words <= 16);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(they_give_what_they_say),
		cmocka_unit_test(every_row_is_somebodys), cmocka_unit_test(all_words_count)};
	int failed;

	config = config_defaults();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	config_free(config);
	return failed;
}
