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
		cmocka_unit_test(kept_for_the_return),
		cmocka_unit_test(switched_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
