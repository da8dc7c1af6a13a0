#include "../../topics/events.c"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* ---- a session that remembers ---- */

static bool up;
static char sent[64][256];
static size_t sent_n;
static struct session_events listener;

void session_listen(struct session *session, struct session_events events)
{
	(void)session;
	listener = events;
}

int session_publish(struct session *session, const char *topic, const char *payload, size_t size,
	int qos, bool retain)
{
	(void)session;
	if (!up)
		return -ENOTCONN;
	assert_string_equal(topic, "pistat/one/event");
	assert_int_equal(qos, 1);
	assert_false(retain);
	assert_int_equal(size, strlen(payload));
	strcpy(sent[sent_n++], payload);
	return 0;
}

/* ---- snapshots ---- */

static struct slice slice;

static struct snapshot sealed(double wall)
{
	const struct slice *all = &slice;
	struct snapshot snapshot = snapshot_seal(&all, 1, wall, wall);

	slice_clear(&slice);
	return snapshot;
}

static void tell(void *self, const char *json)
{
	(void)self;
	strcpy(sent[sent_n++], json);
}

static void compare(struct snapshot before, struct snapshot now)
{
	sent_n = 0;
	events_compare(&before, &now, tell, NULL);
	snapshot_free(&before);
	snapshot_free(&now);
}

static void edges(void **state)
{
	struct snapshot before, now;

	(void)state;
	put(&slice, MEMORY_OOM_KILLS, "", 2);
	put(&slice, NET_UP, "eth0", 1);
	put(&slice, NET_UP, "eth1", 0);
	put(&slice, NET_UP, "usb0", 1);
	put(&slice, NET_UP, "usb1", 0);
	put(&slice, FS_READ_ONLY, "/mnt/\"my\" data", 0);
	put(&slice, FS_READ_ONLY, "/media", 1);
	before = sealed(0);
	put(&slice, MEMORY_OOM_KILLS, "", 5);
	put(&slice, NET_UP, "eth0", 0);
	put(&slice, NET_UP, "eth1", 1);
	put(&slice, NET_UP, "eth2", 1);
	put(&slice, NET_UP, "eth3", 0);
	put(&slice, FS_READ_ONLY, "/mnt/\"my\" data", 1);
	put(&slice, FS_READ_ONLY, "/media", 0);
	put(&slice, FS_READ_ONLY, "/cdrom", 1);
	now = sealed(1763644800);
	compare(before, now);
	assert_int_equal(sent_n, 6);
	assert_string_equal(sent[0],
		"{\"event_type\":\"link_down\",\"at\":\"2025-11-20T13:20:00+00:00\","
		"\"interface\":\"usb0\"}");
	assert_string_equal(sent[1],
		"{\"event_type\":\"oom_kill\",\"at\":\"2025-11-20T13:20:00+00:00\","
		"\"kills\":3}");
	assert_string_equal(sent[2],
		"{\"event_type\":\"filesystem_read_only\",\"at\":\"2025-11-20T13:20:00+00:00\","
		"\"mount\":\"/mnt/\\\"my\\\" data\"}");
	assert_non_null(strstr(sent[3], "\"link_down\""));
	assert_non_null(strstr(sent[3], "\"eth0\""));
	assert_non_null(strstr(sent[4], "\"link_up\""));
	assert_non_null(strstr(sent[4], "\"eth1\""));
	assert_non_null(strstr(sent[5], "\"eth2\""));
}

static void nothing_changed(void **state)
{
	struct snapshot before, now;

	(void)state;
	for (int i = 0; i < 2; i++) {
		put(&slice, MEMORY_OOM_KILLS, "", i ? 0 : 2); /* a counter that was reset */
		put(&slice, NET_UP, "eth0", 1);
		put(&slice, FS_READ_ONLY, "/media", 1);
		*(i ? &now : &before) = sealed(i);
	}
	compare(before, now);
	assert_int_equal(sent_n, 0);
}

/* A Raspberry Pi as its rows say: now, since boot; dips < 0: not counted. */
static void put_power(
	double low, double low_occurred, double capped, double capped_occurred, double dips)
{
	put(&slice, PI_UNDER_VOLTAGE, "", low);
	put(&slice, PI_UNDER_VOLTAGE_OCCURRED, "", low_occurred);
	put(&slice, PI_FREQ_CAPPED, "", capped);
	put(&slice, PI_FREQ_CAPPED_OCCURRED, "", capped_occurred);
	if (dips >= 0)
		put(&slice, PI_UNDER_VOLTAGE_EVENTS, "", dips);
}

static bool told(size_t i, const char *type)
{
	char start[64];

	snprintf(start, sizeof(start), "{\"event_type\":\"%s\",\"at\":", type);
	return i < sent_n && strncmp(sent[i], start, strlen(start)) == 0;
}

static void power(void **state)
{
	static const struct {
		double before[5], now[5];
		const char *first, *second; /* events, NULL: none */
	} edges_of_power[] = {
		{{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, NULL, NULL},
		{{0, 0, 0, 0, 0}, {1, 1, 0, 0, 1}, "under_voltage", NULL},
		{{1, 1, 0, 0, 1}, {0, 1, 0, 0, 1}, "under_voltage_over", NULL},
		{{0, 1, 0, 0, 1}, {0, 1, 0, 0, 3}, "under_voltage", "under_voltage_over"},
		{{1, 1, 0, 0, 1}, {1, 1, 0, 0, 2}, "under_voltage", NULL},
		{{1, 1, 0, 0, 1}, {0, 1, 0, 0, 2}, "under_voltage", "under_voltage_over"},
		/* nobody counts: by what is left */
		{{0, 0, 0, 0, -1}, {1, 1, 0, 0, -1}, "under_voltage", NULL},
		{{0, 0, 0, 0, -1}, {0, 1, 0, 0, -1}, "under_voltage", "under_voltage_over"},
		{{1, 1, 0, 0, -1}, {0, 1, 0, 0, -1}, "under_voltage_over", NULL},
		/* counted from now on: what was before is not new */
		{{1, 1, 0, 0, -1}, {1, 1, 0, 0, 5}, NULL, NULL},
		{{0, 0, 0, 0, 0}, {0, 0, 1, 1, 0}, "freq_capped", NULL},
		{{0, 0, 1, 1, 0}, {0, 0, 0, 1, 0}, "freq_capped_over", NULL},
		{{0, 0, 0, 0, 0}, {0, 0, 0, 1, 0}, "freq_capped", "freq_capped_over"},
		/* seen when it began: the late mark is nothing new */
		{{0, 0, 1, 0, 0}, {0, 0, 1, 1, 0}, NULL, NULL},
		{{0, 0, 1, 0, 0}, {0, 0, 0, 1, 0}, "freq_capped_over", NULL},
		/* somebody cleared it */
		{{0, 1, 0, 1, 1}, {0, 0, 0, 0, 1}, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(edges_of_power); i++) {
		const double *b = edges_of_power[i].before, *n = edges_of_power[i].now;
		const char *first = edges_of_power[i].first, *second = edges_of_power[i].second;
		struct snapshot before, now;

		put_power(b[0], b[1], b[2], b[3], b[4]);
		before = sealed(0);
		put_power(n[0], n[1], n[2], n[3], n[4]);
		now = sealed(1763644800);
		compare(before, now);
		assert_int_equal(sent_n, (first != NULL) + (second != NULL));
		assert_true(!first || told(0, first));
		assert_true(!second || told(1, second));
	}
	assert_false(told(0, "freq_capped"));
}

static void sample_power(struct events *events, bool low, double dips)
{
	struct snapshot snapshot;

	put_power(low, low || dips > 0, 0, 0, dips);
	snapshot = sealed(0);
	events_sample(events, &snapshot);
	snapshot_free(&snapshot);
}

/* Told when it happened, not again when a sample shows it; without a watch, by the samples. */
static void told_at_once(void **state)
{
	const struct node node = {.base = "pistat/one"};
	struct config *config = config_defaults();
	struct events *events;

	(void)state;
	assert_int_equal(events_open(config, &node, NULL, &events), 0);
	sent_n = 0;
	up = true;
	undervoltage.watched = true;
	sample_power(events, false, 0);
	events_under_voltage(events, 1763644800, true, true);
	assert_int_equal(sent_n, 1);
	assert_string_equal(
		sent[0], "{\"event_type\":\"under_voltage\",\"at\":\"2025-11-20T13:20:00+00:00\"}");
	sample_power(events, false, 0); /* of a moment before */
	sample_power(events, true, 1);
	sample_power(events, true, 1);
	assert_int_equal(sent_n, 1);
	events_under_voltage(events, 1763644802, false, false);
	assert_true(told(1, "under_voltage_over"));
	sample_power(events, true, 1);
	sample_power(events, false, 1);
	assert_int_equal(sent_n, 2);
	events_under_voltage(events, 1763644804, true, false); /* noticed when it was over */
	assert_true(told(2, "under_voltage") && told(3, "under_voltage_over"));
	sample_power(events, false, 2);
	assert_int_equal(sent_n, 4);

	up = false; /* kept for the broker's return */
	events_under_voltage(events, 1763644806, true, true);
	up = true;
	listener.up(listener.self);
	assert_int_equal(sent_n, 5);

	undervoltage.watched = false;
	sample_power(events, false, 2);
	sample_power(events, true, 3);
	assert_int_equal(sent_n, 6);
	events_close(events);
	config_free(config);
	slice_free(&slice);
}

/* Home Assistant refuses an event of a type that it was not told of. */
static void every_type_has_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < EVENT_TYPES; i++)
		assert_non_null(event_types[i]);
	assert_null(event_types[EVENT_TYPES]);
}

static void flip(struct events *events, bool link)
{
	struct snapshot snapshot;

	put(&slice, NET_UP, "eth0", link);
	put(&slice, CPU_USAGE, "", 1);
	snapshot = sealed(0);
	events_sample(events, &snapshot);
	snapshot_free(&snapshot);
}

/* Nothing on the first snapshot; while the broker is away the last sixteen are kept. */
static void kept_for_the_return(void **state)
{
	const struct node node = {.base = "pistat/one"};
	struct config *config = config_defaults();
	struct events *events;

	(void)state;
	assert_int_equal(events_open(config, &node, NULL, &events), 0);
	sent_n = 0;
	up = true;
	flip(events, true);
	assert_int_equal(sent_n, 0);
	flip(events, false);
	assert_int_equal(sent_n, 1);
	up = false;
	for (int i = 0; i < 40; i++)
		flip(events, i % 2 == 0);
	assert_int_equal(sent_n, 1);
	up = true;
	listener.up(listener.self);
	assert_int_equal(sent_n, 1 + 16);
	assert_non_null(strstr(sent[1], "link_up"));
	assert_non_null(strstr(sent[16], "link_down"));
	listener.up(listener.self);
	assert_int_equal(sent_n, 17);
	assert_null(events_close(events));
	config_free(config);
	slice_free(&slice);
}

static void switched_off(void **state)
{
	const struct node node = {.base = "pistat/one"};
	const struct config_setting off = {"mqtt.events=false"};
	struct config *config;
	struct events *events;
	char *complaint = NULL;

	(void)state;
	assert_int_equal(config_load("/dev/null", &off, 1, &config, &complaint), 0);
	assert_int_equal(events_open(config, &node, NULL, &events), 0);
	sent_n = 0;
	up = true;
	flip(events, true);
	flip(events, false);
	events_under_voltage(events, 0, true, false);
	assert_int_equal(sent_n, 0);
	events_close(events);
	config_free(config);
	slice_free(&slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges),
		cmocka_unit_test(nothing_changed),
		cmocka_unit_test(power),
		cmocka_unit_test(told_at_once),
		cmocka_unit_test(every_type_has_a_name),
		cmocka_unit_test(kept_for_the_return),
		cmocka_unit_test(switched_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
