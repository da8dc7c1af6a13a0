/* Rounds, lanes and those who wait, with collectors of our own: one on the loop, one that may be
 * stuck, a CPU. */
#include "unit.h"

#include "clock.h"

#include "../../src/fresh.c"
#include "../../src/sampler.c"
#include "../../src/slots.c"

#include <threads.h>

static int inline_result, lane_result, inline_calls, lane_calls, cpu_calls, slow_calls;
static double inline_value;
static int gate[2];
static bool gated;

static int inline_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	(void)state, (void)root, (void)config;
	inline_calls++;
	if (inline_result == 0)
		put(ret, NET_RECV, "eth0", inline_value);
	return inline_result;
}

static int lane_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	char byte;

	(void)state, (void)root, (void)config;
	lane_calls++;
	if (gated && read(gate[0], &byte, 1) < 0)
		abort();
	put(ret, CPU_TEMP, "", 40 + lane_calls);
	return lane_result;
}

static int slow_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	(void)state, (void)root, (void)config;
	slow_calls++;
	put(ret, MAIN_USED, "", slow_calls);
	return 0;
}

struct cpu_memory {
	double before;
};

/* Busy as many per cent as milliseconds went by since the last call. */
static int cpu_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct cpu_memory *memory = state;
	double now = clock_now();

	(void)root, (void)config;
	cpu_calls++;
	if (memory->before > 0)
		put(ret, CPU_USAGE, "", (now - memory->before) * 10);
	put(ret, CPU_LOGICAL_CORES, "", 4);
	memory->before = now;
	return 0;
}

static const struct collector collect_inline = {.name = "inline", .collect = inline_collect};
static const struct collector collect_lane = {
	.name = "lane", .lane = LANE_SENSORS, .collect = lane_collect};
static const struct collector collect_cpu = {
	.name = "cpu", .state = sizeof(struct cpu_memory), .collect = cpu_collect};
static const struct collector collect_slow = {
	.name = "slow", .interval = 3600, .collect = slow_collect};

const struct collector *const collectors[] = {
	&collect_inline, &collect_lane, &collect_cpu, &collect_slow};
const size_t collectors_n = ARRAY_LEN(collectors);

struct rig {
	sd_event *event;
	struct root *root;
	struct config *config;
	struct sampler *sampler;
	int samples, answers;
	double temperature, rate, usage, answered;
};

static double value(const struct snapshot *snapshot, enum metric_id metric, const char *key)
{
	const struct reading *reading = snapshot_find(snapshot, metric, key);

	return reading ? reading->number : -1;
}

static void sample(void *self, const struct snapshot *snapshot)
{
	struct rig *rig = self;

	rig->samples++;
	rig->temperature = value(snapshot, CPU_TEMP, "");
	rig->rate = value(snapshot, NET_RECV_RATE, "eth0");
}

static void answered(void *self, const struct snapshot *snapshot)
{
	struct rig *rig = self;

	rig->answers++;
	rig->usage = value(snapshot, CPU_USAGE, "");
	rig->answered = clock_now();
}

static void turn(struct rig *rig, double seconds)
{
	double until = clock_now() + seconds;

	for (double left; (left = until - clock_now()) > 0;)
		assert_true(sd_event_run(rig->event, (uint64_t)(left * 1e6)) >= 0);
}

static int set_up(void **state)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));

	inline_result = lane_result = inline_calls = lane_calls = cpu_calls = slow_calls = 0;
	inline_value = 1000;
	gated = false;
	rig->config = config_defaults();
	*state = rig;
	return sd_event_new(&rig->event) < 0 || root_open(NULL, &rig->root) < 0 ||
	       sampler_open(rig->event, rig->root, rig->config, &rig->sampler) < 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;

	assert_true(sampler_close(rig->sampler));
	sd_event_unref(rig->event);
	root_close(rig->root);
	config_free(rig->config);
	free(rig);
	return 0;
}

static void begin(struct rig *rig)
{
	sampler_add_sink(rig->sampler, (struct sink){sample, rig});
	assert_true(sampler_start(rig->sampler) >= 0);
}

static void rates_come_after_a_second(void **state)
{
	struct rig *rig = *state;

	assert_null(sampler_latest(rig->sampler));
	assert_false(sampler_well(rig->sampler));
	begin(rig);
	turn(rig, 0.3);
	assert_int_equal(rig->samples, 1);
	assert_true(rig->temperature == 41);
	assert_true(rig->rate == -1);
	assert_true(sampler_well(rig->sampler));
	inline_value = 3000;
	turn(rig, 1);
	assert_int_equal(rig->samples, 2);
	assert_true(rig->rate > 1500 && rig->rate < 2500);
}

static void a_stuck_lane_costs_only_its_own_values(void **state)
{
	struct rig *rig = *state;

	gated = true;
	begin(rig);
	turn(rig, 0.5);
	assert_int_equal(rig->samples, 1); /* sealed without it */
	assert_true(rig->temperature == -1);
	turn(rig, 1);
	assert_int_equal(rig->samples, 2);
	assert_int_equal(lane_calls, 1); /* it is not asked again while it is out */
	assert_int_equal(inline_calls, 2);
	gated = false;
	assert_int_equal(write(gate[1], "x", 1), 1);
	turn(rig, 0.1);
	sampler_fresh(rig->sampler, 0, answered, rig);
	turn(rig, 0.3);
	assert_int_equal(rig->answers, 1);
	assert_true(value(sampler_latest(rig->sampler), CPU_TEMP, "") >= 41);
}

static int open_the_gate(void *argument)
{
	(void)argument;
	thrd_sleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
	return write(gate[1], "x", 1) == 1 ? 0 : -1;
}

/* At a reload: what a lane works on is freed, not left to it, if it only has much to do. */
static void who_is_at_work_at_the_end_is_awaited(void **state)
{
	struct rig *rig = *state;
	thrd_t opener;
	int opened;

	gated = true;
	begin(rig);
	assert_int_equal(thrd_create(&opener, open_the_gate, NULL), thrd_success);
	assert_true(sampler_close(rig->sampler));
	rig->sampler = NULL;
	assert_int_equal(thrd_join(opener, &opened), thrd_success);
	assert_int_equal(opened, 0);
}

static void fresh_samples_are_shared_and_not_for_sinks(void **state)
{
	struct rig *rig = *state;

	begin(rig);
	turn(rig, 0.3);
	sampler_fresh(rig->sampler, 5, answered, rig);
	assert_int_equal(rig->answers, 1); /* the last one is young enough: at once */
	for (int i = 0; i < 5; i++)
		sampler_fresh(rig->sampler, 0, answered, rig);
	turn(rig, 0.1);
	assert_int_equal(rig->answers, 6);
	assert_int_equal(inline_calls, 2);
	sampler_fresh(rig->sampler, 0, answered,
		rig); /* asked twice within the rest: not collected anew */
	turn(rig, 0.1);
	assert_int_equal(inline_calls, 2);
	assert_int_equal(rig->samples, 1);
}

static void who_takes_nothing_old_gets_slow_collectors_too(void **state)
{
	struct rig *rig = *state;

	begin(rig);
	turn(rig, 0.5);
	sampler_fresh(rig->sampler, 0.1, answered, rig);
	turn(rig, 0.1);
	assert_int_equal(slow_calls, 1); /* not due for an hour */
	sampler_fresh(rig->sampler, 0, answered, rig);
	turn(rig, 0.1);
	assert_int_equal(rig->answers, 2);
	assert_int_equal(slow_calls, 2);
	assert_true(value(sampler_latest(rig->sampler), MAIN_USED, "") == 2);
	turn(rig, 0.6); /* the second tick */
	assert_int_equal(rig->samples, 2);
	assert_int_equal(slow_calls, 2);
}

static void the_cpu_is_measured_over_a_second(void **state)
{
	struct rig *rig = *state;
	double begun;

	begin(rig);
	turn(rig, 0.2);
	begun = clock_now();
	sampler_measure(rig->sampler, answered, rig);
	turn(rig, 0.4);
	sampler_measure(rig->sampler, answered, rig);  /* too late for this second: gets the next */
	sampler_fresh(rig->sampler, 0, answered, rig); /* and a round in between shortens nothing */
	turn(rig, 0.3);
	assert_int_equal(rig->answers, 1);
	turn(rig, 0.5);
	assert_int_equal(rig->answers, 2);
	assert_true(rig->answered - begun >= 0.99);
	assert_true(rig->usage > 9.9 && rig->usage < 12);
	turn(rig, 1.2);
	assert_int_equal(rig->answers, 3);
	assert_true(rig->usage > 9.9 && rig->usage < 12);
}

static void who_went_away_is_not_answered(void **state)
{
	struct rig *rig = *state;

	begin(rig);
	turn(rig, 0.3);
	sampler_measure(rig->sampler, answered, rig);
	sampler_cancel(rig->sampler, rig);
	turn(rig, 1.3);
	assert_int_equal(rig->answers, 0);
}

/* Between the end of a second and that of the round after it, as long as a lane is late. */
static void who_takes_the_place_of_one_that_went_gets_a_second_of_its_own(void **state)
{
	struct rig *rig = *state;
	struct rig other = {0};

	begin(rig);
	turn(rig, 0.3);
	gated = true;
	sampler_measure(rig->sampler, answered, &other);
	turn(rig, 1.04);
	assert_true(rig->sampler->round);
	sampler_cancel(rig->sampler, &other);
	sampler_measure(rig->sampler, answered, rig);
	turn(rig, 1.4);
	gated = false;
	assert_int_equal(write(gate[1], "", 1), 1);
	turn(rig, 0.1);
	assert_int_equal(rig->answers, 1);
	assert_int_equal(other.answers, 0);
	assert_true(rig->usage > 9.9 && rig->usage < 12);
}

/* Times of our own here: nobody wants to wait for half a minute. */
static void late_values_are_shown_for_three_intervals(void **state)
{
	struct rig *rig = *state;
	struct slots *slots = &rig->sampler->slots;
	struct slot *slot = &slots->at[0];
	struct snapshot snapshot;

	slot_run(slot, rig->root, rig->config, 100);
	slot_settle(slots, slot);
	inline_result = -EIO;
	slot_run(slot, rig->root, rig->config, 110);
	slot_settle(slots, slot);
	snapshot = slots_seal(slots, 0, 129, NULL, NULL, NULL, 0);
	assert_true(value(&snapshot, NET_RECV, "eth0") == 1000);
	assert_true(value(&snapshot, COLLECTOR_OK, "inline") == 0);
	snapshot_free(&snapshot);
	snapshot = slots_seal(slots, 0, 131, NULL, NULL, NULL, 0);
	assert_true(value(&snapshot, NET_RECV, "eth0") == -1);
	snapshot_free(&snapshot);
}

static void what_is_gone_goes_at_once(void **state)
{
	struct rig *rig = *state;
	struct slots *slots = &rig->sampler->slots;
	struct slot *slot = &slots->at[0];
	struct snapshot snapshot;

	slot_run(slot, rig->root, rig->config, 100);
	slot_settle(slots, slot);
	inline_result = -ENODATA;
	slot_run(slot, rig->root, rig->config, 110);
	slot_settle(slots, slot);
	snapshot = slots_seal(slots, 0, 111, NULL, NULL, NULL, 0);
	assert_true(value(&snapshot, NET_RECV, "eth0") == -1);
	assert_true(value(&snapshot, COLLECTOR_OK, "inline") == -1); /* absent is no failure */
	snapshot_free(&snapshot);
}

static void what_is_absent_is_not_asked_for_a_while(void **state)
{
	struct rig *rig = *state;

	inline_result = -ENOENT;
	begin(rig);
	turn(rig, 1.3);
	assert_int_equal(rig->samples, 2);
	assert_int_equal(inline_calls, 1);
	assert_int_equal(cpu_calls, 2);
}

static void metrics_can_be_left_out(void **state)
{
	const struct config_setting settings[] = {
		{"sampling.include=cpu*,network.*,!network.eth0.bytes_*"},
		{"sampling.exclude=cpu.*"}};
	struct rig *rig = *state;
	struct config *config = NULL, *before = rig->sampler->slots.config ? rig->config : NULL;
	char *complaint = NULL;
	struct snapshot snapshot;

	assert_int_equal(config_load(NULL, settings, 2, &config, &complaint), 0);
	rig->sampler->slots.config = config;
	for (size_t i = 0; i < collectors_n; i++) {
		slot_run(&rig->sampler->slots.at[i], rig->root, config, 100);
		slot_settle(&rig->sampler->slots, &rig->sampler->slots.at[i]);
	}
	snapshot = slots_seal(&rig->sampler->slots, 5, 100, NULL, NULL, NULL, 0);
	assert_true(value(&snapshot, TIMESTAMP, "") == 5);
	assert_true(value(&snapshot, CPU_TEMP, "") == 41);
	assert_true(value(&snapshot, CPU_LOGICAL_CORES, "") == -1);
	assert_true(value(&snapshot, NET_RECV, "eth0") == -1);
	assert_int_equal(snapshot.n, 2);
	snapshot_free(&snapshot);
	rig->sampler->slots.config = before;
	config_free(config);
}

static int make_gate(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL_ERROR);
	return pipe(gate);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(rates_come_after_a_second),
		TEST(a_stuck_lane_costs_only_its_own_values),
		TEST(who_is_at_work_at_the_end_is_awaited),
		TEST(fresh_samples_are_shared_and_not_for_sinks),
		TEST(who_takes_nothing_old_gets_slow_collectors_too),
		TEST(the_cpu_is_measured_over_a_second), TEST(who_went_away_is_not_answered),
		TEST(who_takes_the_place_of_one_that_went_gets_a_second_of_its_own),
		TEST(late_values_are_shown_for_three_intervals), TEST(what_is_gone_goes_at_once),
		TEST(what_is_absent_is_not_asked_for_a_while), TEST(metrics_can_be_left_out)};

	return cmocka_run_group_tests(tests, make_gate, NULL);
}
