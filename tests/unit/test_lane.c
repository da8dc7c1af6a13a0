/* Lanes: one job at a time, done() on the loop, nobody waits. */
#include "unit.h"

#include "../../src/lane.c"

static int gate[2];

struct errand {
	pthread_t worker, doer;
	int works, dones;
	sd_event *event;
};

static void work(void *argument)
{
	struct errand *errand = argument;
	char byte;

	errand->worker = pthread_self();
	errand->works++;
	if (read(gate[0], &byte, 1) < 0)
		abort();
}

static void done(void *argument)
{
	struct errand *errand = argument;

	errand->doer = pthread_self();
	errand->dones++;
	sd_event_exit(errand->event, 0);
}

static void open_gate(void)
{
	assert_int_equal(write(gate[1], "x", 1), 1);
}

static void one_job_at_a_time(void **state)
{
	struct errand errand = {0};
	struct lane_job job = {.work = work, .done = done, .argument = &errand};
	struct lane *lane;

	(void)state;
	assert_int_equal(sd_event_new(&errand.event), 0);
	assert_int_equal(lane_open(errand.event, "test", &lane), 0);
	assert_false(lane_busy(lane));
	assert_int_equal(lane_submit(lane, job), 0);
	assert_int_equal(lane_submit(lane, job), -EBUSY);
	assert_true(lane_busy(lane));
	assert_false(lane_drain(lane, 0.05));
	open_gate();
	assert_int_equal(sd_event_loop(errand.event), 0);
	assert_int_equal(errand.works, 1);
	assert_int_equal(errand.dones, 1);
	assert_false(pthread_equal(errand.worker, pthread_self()));
	assert_true(pthread_equal(errand.doer, pthread_self()));
	assert_false(lane_busy(lane));
	assert_true(lane_close(lane));
	sd_event_unref(errand.event);
}

static void finished_but_not_collected(void **state)
{
	struct errand errand = {0};
	struct lane *lane;

	(void)state;
	assert_int_equal(sd_event_new(&errand.event), 0);
	assert_int_equal(lane_open(errand.event, "test", &lane), 0);
	assert_int_equal(
		lane_submit(
			lane, (struct lane_job){.work = work, .done = done, .argument = &errand}),
		0);
	open_gate();
	assert_true(lane_drain(lane, 5));
	assert_true(lane_busy(lane)); /* its done() is still to come */
	assert_true(lane_close(lane));
	assert_int_equal(errand.dones, 0);
	sd_event_unref(errand.event);
}

static void settled_is_finished_and_collected(void **state)
{
	struct errand errand = {0};
	struct lane *lane;

	(void)state;
	assert_int_equal(sd_event_new(&errand.event), 0);
	assert_int_equal(lane_open(errand.event, "test", &lane), 0);
	assert_true(lane_settle(lane, 0)); /* there was nothing */
	assert_int_equal(
		lane_submit(
			lane, (struct lane_job){.work = work, .done = done, .argument = &errand}),
		0);
	assert_false(lane_settle(lane, 0.05));
	assert_int_equal(errand.dones, 0);
	open_gate();
	assert_true(lane_settle(lane, 5));
	assert_int_equal(errand.dones, 1);
	assert_false(lane_busy(lane));
	assert_true(lane_close(lane));
	sd_event_unref(errand.event);
}

static void a_stuck_lane_is_left_behind(void **state)
{
	static struct errand errand; /* outlives the test, as the header demands */
	struct lane *lane;

	(void)state;
	assert_int_equal(sd_event_new(&errand.event), 0);
	assert_int_equal(lane_open(errand.event, "test", &lane), 0);
	assert_int_equal(
		lane_submit(
			lane, (struct lane_job){.work = work, .done = done, .argument = &errand}),
		0);
	assert_false(lane_close(lane));
	sd_event_unref(errand.event);
	open_gate();
	for (int i = 0; i < 500 && !errand.works; i++)
		usleep(10000);
	assert_int_equal(errand.works, 1);
	usleep(50000); /* let it free itself, for the leak checker */
}

static void unused_lanes_have_no_thread(void **state)
{
	sd_event *event;
	struct lane *lane;

	(void)state;
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(lane_open(event, "a name that is too long", &lane), 0);
	assert_true(lane_close(lane));
	assert_true(lane_close(NULL));
	sd_event_unref(event);
}

static int make_gate(void **state)
{
	(void)state;
	return pipe(gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_job_at_a_time),
		cmocka_unit_test(finished_but_not_collected),
		cmocka_unit_test(settled_is_finished_and_collected),
		cmocka_unit_test(a_stuck_lane_is_left_behind),
		cmocka_unit_test(unused_lanes_have_no_thread)};

	return cmocka_run_group_tests(tests, make_gate, NULL);
}
