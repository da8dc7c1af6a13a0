#include "../../src/collect/v3d.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

#define STATS "/sys/class/drm/card0/device/gpu_stats"
#define HEADER "queue\ttimestamp\tjobs\truntime\n"

static const char before_text[] = HEADER "bin\t239043069420\t22620\t17438164056\n"
					 "render\t239043069420\t22619\t20100842370\n"
					 "tfu\t239043069420\t8763\t394592566\n"
					 "csd\t239043069420\t3168\t10787905530\n"
					 "cache_clean\t239043069420\t6127\t237375940\n";

static void lines(void **state)
{
	static const char *const broken[] = {"", "queue\ttimestamp\tjobs\truntime", "bin",
		"bin\t239043069420\t22620", "bin\t-1\t22620\t17438164056", "bin\t1\t2\t3x",
		"a_queue_with_a_long_name\t1\t2\t3", "bin\t99999999999999999999999\t2\t3"};
	struct queue queue = {.at = 7}, queues[QUEUES_MAX];
	char many[40 * 20] = "";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++)
		assert_int_equal(queue_parse(scan_text(broken[i]), &queue), -EBADMSG);
	assert_near(queue.at, 7);
	assert_int_equal(queues_parse(before_text, queues), 5);
	assert_string_equal(queues[4].name, "cache_clean");
	assert_near(queues[4].busy, 237375940);
	for (int i = 0; i < 20; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "q%d 1 2 3\n", i);
	assert_int_equal(queues_parse(many, queues), QUEUES_MAX);
}

static void the_busiest_queue(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, STATS, before_text);
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	assert_absent(&machine, GPU_USAGE);
	/* 10 s later; the queues are not in the same order, one is new */
	machine_write(&machine, STATS,
		HEADER "render\t249043069420\t23619\t24350842370\n"
		       "bin\t249043069420\t23620\t18438164056\n"
		       "tfu\t249043069420\t8763\t394592566\n"
		       "csd\t249043069420\t3168\t10787905530\n"
		       "cpu\t249043069420\t9\t9000000000\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	assert_near(machine_number(&machine, GPU_USAGE, ""), 42.5);
	machine_close(&machine);
}

/* Powered down, it is not busy: the time goes on, the run times do not. */
static void asleep(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, STATS, HEADER "bin\t1000\t0\t0\nrender\t1000\t0\t0\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	machine_write(&machine, STATS, HEADER "bin\t2000\t0\t0\nrender\t2000\t0\t0\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	assert_near(machine_number(&machine, GPU_USAGE, ""), 0);
	machine_close(&machine);
}

static void odd_clocks(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	machine_write(&machine, STATS, HEADER "bin\t1000\t5\t500\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	/* asked twice at once */
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	assert_absent(&machine, GPU_USAGE);
	/* more work than time: the clock and the counter are read one after the other */
	machine_write(&machine, STATS, HEADER "bin\t2000\t6\t1501\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	assert_near(machine_number(&machine, GPU_USAGE, ""), 100);
	/* the driver was loaded anew */
	machine_write(&machine, STATS, HEADER "bin\t3000\t0\t0\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	assert_absent(&machine, GPU_USAGE);
	machine_close(&machine);
}

static void which_card(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_v3d), -ENOENT);
	/* the display's card, its plug, and the unit by its other name */
	machine_write(&machine, "/sys/class/drm/card0/device/uevent", "DRIVER=vc4-drm\n");
	machine_write(&machine, "/sys/class/drm/card0-HDMI-A-1/device/gpu_stats", before_text);
	machine_write(&machine, "/sys/class/drm/renderD128/device/gpu_stats", before_text);
	machine_write(&machine, "/sys/class/drm/version", "drm 1.1.0 20060810\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), -ENOENT);
	machine_write(&machine, "/sys/class/drm/card1/device/gpu_stats", before_text);
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	/* gone, and back under another number */
	machine_remove(&machine, "/sys/class/drm/card1");
	assert_int_equal(machine_collect(&machine, &collect_v3d), -ENOENT);
	machine_write(&machine, "/sys/class/drm/card2/device/gpu_stats", "rubbish\n");
	assert_int_equal(machine_collect(&machine, &collect_v3d), -EBADMSG);
	machine_write(&machine, "/sys/class/drm/card2/device/gpu_stats", before_text);
	assert_int_equal(machine_collect(&machine, &collect_v3d), 0);
	assert_absent(&machine, GPU_USAGE);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(the_busiest_queue),
		cmocka_unit_test(asleep),
		cmocka_unit_test(odd_clocks),
		cmocka_unit_test(which_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
