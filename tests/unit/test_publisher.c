#include "../../topics/publisher.c"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* ---- a broker of our own: what is retained, and how much was sent ---- */

struct topic {
	char name[TOPIC_SIZE], payload[256];
	bool retained;
};

static struct topic topics[256];
static size_t topics_n, published;
static bool up, busy;
static char subscribed[8][TOPIC_SIZE];
static size_t subscribed_n;
static struct session_events listener;

static struct topic *topic_of(const char *name)
{
	for (size_t i = 0; i < topics_n; i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static const char *payload_of(const char *name)
{
	const struct topic *topic = topic_of(name);

	return topic ? topic->payload : NULL;
}

int session_publish(struct session *session, const char *name, const char *payload, size_t size,
	int qos, bool retain)
{
	struct topic *topic;

	(void)session;
	(void)qos;
	if (!up)
		return -ENOTCONN;
	if (busy)
		return -EBUSY;
	published++;
	topic = topic_of(name);
	if (size == 0) {
		assert_true(retain);
		if (topic)
			*topic = topics[--topics_n];
		return 0;
	}
	if (!topic) {
		topic = &topics[topics_n++];
		strcpy(topic->name, name);
	}
	topic->retained = retain;
	snprintf(topic->payload, sizeof(topic->payload), "%.*s", (int)size, payload);
	return 0;
}

bool session_up(const struct session *session)
{
	(void)session;
	return up;
}

void session_listen(struct session *session, struct session_events events)
{
	(void)session;
	listener = events;
}

void session_subscribe(struct session *session, const char *pattern, int qos)
{
	(void)session;
	(void)qos;
	for (size_t i = 0; i < subscribed_n; i++)
		if (strcmp(subscribed[i], pattern) == 0)
			return;
	strcpy(subscribed[subscribed_n++], pattern);
}

void session_unsubscribe(struct session *session, const char *pattern)
{
	(void)session;
	for (size_t i = 0; i < subscribed_n; i++)
		if (strcmp(subscribed[i], pattern) == 0)
			memmove(subscribed[i], subscribed[--subscribed_n], sizeof(subscribed[i]));
}

void session_cork(struct session *session)
{
	(void)session;
}

void session_uncork(struct session *session)
{
	(void)session;
}

/* ---- the publisher under test ---- */

struct bench {
	sd_event *event;
	struct config *config;
	struct publisher *publisher;
	struct slice slice;
	double mono;
};

static const struct node node = {.name = "one", .id = "pistat_0", .base = "pistat/one"};

static struct config *config_with(const char *const *assignments)
{
	struct config_setting settings[4];
	struct config *config = NULL;
	char *complaint = NULL;
	size_t n;

	for (n = 0; assignments[n]; n++)
		settings[n].assignment = assignments[n];
	if (config_load("/dev/null", settings, n, &config, &complaint) < 0)
		fail_msg("%s", complaint);
	free(complaint);
	return config;
}

static struct bench bench_open(const char *const *assignments)
{
	struct bench bench = {.config = config_with(assignments), .mono = 1000};

	topics_n = published = subscribed_n = 0;
	up = busy = false;
	assert_true(sd_event_new(&bench.event) >= 0);
	assert_int_equal(
		publisher_open(bench.event, bench.config, &node, NULL, &bench.publisher), 0);
	return bench;
}

/* What was put since the last call, `after` seconds later. */
static size_t sample(struct bench *bench, double after)
{
	const struct slice *all = &bench->slice;
	size_t before = published;
	struct snapshot snapshot;

	bench->mono += after;
	snapshot = snapshot_seal(&all, 1, 0, bench->mono);
	slice_clear(&bench->slice);
	publisher_sample(bench->publisher, &snapshot);
	snapshot_free(&snapshot);
	return published - before;
}

static void connect_broker(void)
{
	up = true;
	listener.up(listener.self);
}

static void say(const char *topic, const char *payload, bool retained)
{
	listener.message(listener.self, topic, payload, strlen(payload), retained);
}

static void turn(struct bench *bench)
{
	while (sd_event_run(bench->event, 0) > 0)
		;
}

static void bench_close(struct bench *bench)
{
	assert_null(publisher_close(bench->publisher));
	slice_free(&bench->slice);
	config_free(bench->config);
	sd_event_unref(bench->event);
}

/* ---- deadbands ---- */

static bool moved(const struct config *config, enum metric_id metric, double before, double now)
{
	struct reading a = {.metric = metric, .key = "", .slug = "", .text = "", .number = before},
		       b = a;

	b.number = now;
	return publisher_moved(config, &a, &b);
}

static void deadbands(void **state)
{
	struct config *config = config_defaults();
	struct reading a = {.metric = CPU_GOVERNOR, .key = "", .slug = "", .text = "powersave"},
		       b = a;

	(void)state;
	assert_false(moved(config, MEMORY_PERCENT, 40, 40.4));
	assert_true(moved(config, MEMORY_PERCENT, 40, 40.6));
	assert_true(moved(config, MEMORY_PERCENT, 40, 39.4));
	assert_false(moved(config, CPU_USAGE, 10, 10.9)); /* the row's own: 1 */
	assert_true(moved(config, CPU_USAGE, 10, 11.1));
	assert_false(moved(config, CPU_FREQ, 1500, 1529)); /* 2 % */
	assert_true(moved(config, CPU_FREQ, 1500, 1531));
	assert_false(moved(config, IO_READ_RATE, 0, 900)); /* 5 % and 1 kB/s */
	assert_true(moved(config, IO_READ_RATE, 0, 1100));
	assert_false(moved(config, IO_READ_RATE, 1e6, 1.04e6));
	assert_true(moved(config, IO_READ_RATE, 1e6, 1.06e6));
	assert_true(moved(config, PROCESSES_TOTAL, 0, 1));
	assert_false(moved(config, PROCESSES_TOTAL, 200, 201));
	assert_false(moved(config, NET_SENT, 0, 1e9)); /* a counter */
	assert_false(moved(config, UPTIME, 0, 1e9));   /* always moves */
	assert_false(moved(config, TIMESTAMP, 0, 1e9));
	assert_true(moved(config, BOOT_TIME, 1000, 1090));
	assert_false(moved(config, BOOT_TIME, 1000, 1000));
	assert_true(moved(config, NET_UP, 1, 0));
	assert_false(moved(config, NET_UP, 1, 1));
	assert_false(publisher_moved(config, &a, &b));
	b.text = "performance";
	assert_true(publisher_moved(config, &a, &b));
	config_free(config);
}

static void deadbands_by_option(void **state)
{
	const char *const assignments[] = {
		"sampling.deadbands=memory.*=1000,cpu_usage=0,network.eth*.bytes_sent=10", NULL};
	struct config *config = config_with(assignments);
	struct reading a = {.metric = NET_SENT, .key = "eth0", .slug = "eth0", .text = ""}, b = a;

	(void)state;
	assert_false(moved(config, MEMORY_FREE, 100, 1100));
	assert_true(moved(config, MEMORY_FREE, 100, 1101));
	assert_true(moved(config, CPU_USAGE, 10, 10.01));
	assert_false(moved(config, CPU_USAGE, 10, 10));
	b.number = 11;
	assert_true(publisher_moved(config, &a, &b));
	a.slug = "wlan0";
	b.slug = "wlan0";
	assert_false(publisher_moved(config, &a, &b));
	config_free(config);
}

/* ---- the publisher ---- */

static void put_some(struct bench *bench, double usage, double sent)
{
	put(&bench->slice, CPU_USAGE, "", usage);
	put(&bench->slice, SYSTEM_REBOOT_REQUIRED, "", usage > 50);
	put_text(&bench->slice, CPU_GOVERNOR, "", usage > 50 ? "performance" : "powersave");
	put(&bench->slice, NET_SENT, "eth0", sent);
}

static void only_what_moved(void **state)
{
	const char *const assignments[] = {
		"sampling.interval=10", "sampling.refresh=60", "mqtt.state=false", NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	connect_broker();
	assert_string_equal(payload_of("pistat/one/status"), "online");
	put_some(&bench, 10, 1);
	assert_int_equal(sample(&bench, 0), 4);
	assert_string_equal(payload_of("pistat/one/cpu_usage"), "10");
	assert_true(topic_of("pistat/one/cpu_usage")->retained);
	assert_string_equal(payload_of("pistat/one/system/reboot_required"), "OFF");
	assert_string_equal(payload_of("pistat/one/cpu/governor"), "powersave");
	for (int i = 1; i <= 5; i++) { /* creeping within the band of what was told */
		put_some(&bench, 10 + 0.15 * i, i * 1e9);
		assert_int_equal(sample(&bench, 10 + (i % 2 ? 0.02 : -0.02)), 0);
	}
	put_some(&bench, 10.9, 9e9);
	assert_int_equal(sample(&bench, 10), 4); /* refresh */
	assert_string_equal(payload_of("pistat/one/network/eth0/bytes_sent"), "9000000000");
	put_some(&bench, 80, 9e9);
	assert_int_equal(sample(&bench, 10), 3);
	assert_string_equal(payload_of("pistat/one/system/reboot_required"), "ON");
	assert_string_equal(payload_of("pistat/one/cpu/governor"), "performance");
	bench_close(&bench);
}

static void newest_goes_when_the_broker_is_slow(void **state)
{
	const char *const assignments[] = {"mqtt.state=false", NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	connect_broker();
	put_some(&bench, 10, 1);
	sample(&bench, 0);
	busy = true;
	put_some(&bench, 80, 1);
	assert_int_equal(sample(&bench, 1), 0);
	put_some(&bench, 81, 1);
	assert_int_equal(sample(&bench, 1), 0);
	busy = false;
	put_some(&bench, 81, 1);
	assert_int_equal(sample(&bench, 1), 3);
	assert_string_equal(payload_of("pistat/one/cpu_usage"), "81");
	assert_string_equal(payload_of("pistat/one/cpu/governor"), "performance");
	bench_close(&bench);
}

static void everything_in_full_on_return(void **state)
{
	const char *const assignments[] = {NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	put_some(&bench, 10, 1);
	assert_int_equal(sample(&bench, 0), 0);
	put_some(&bench, 20, 2);
	sample(&bench, 1);
	connect_broker();
	assert_int_equal(published, 1 + 1 + 4); /* online, state, scalars: before the next sample */
	assert_string_equal(payload_of("pistat/one/cpu_usage"), "20");
	assert_non_null(strstr(payload_of("pistat/one/state"), "\"cpu_usage\":20"));
	up = false;
	listener.down(listener.self);
	topics_n = published = 0; /* a broker that forgot */
	put_some(&bench, 20, 2);
	sample(&bench, 1);
	connect_broker();
	assert_int_equal(published, 6);
	assert_int_equal(topics_n, 6);
	bench_close(&bench);
}

static void gone_is_cleared_once(void **state)
{
	const char *const assignments[] = {"mqtt.state=false", NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	connect_broker();
	put_some(&bench, 10, 1);
	put(&bench.slice, NET_SENT, "usb0", 1);
	sample(&bench, 0);
	put_some(&bench, 10, 1);
	put(&bench.slice, NET_SENT, "usb0", 1);
	sample(&bench, 1);
	assert_non_null(topic_of("pistat/one/network/usb0/bytes_sent"));
	gathering_over(NULL, 0, bench.publisher);
	busy = true;
	put_some(&bench, 10, 1);
	sample(&bench, 1);
	busy = false;
	put_some(&bench, 10, 1);
	assert_int_equal(sample(&bench, 1), 1);
	assert_null(topic_of("pistat/one/network/usb0/bytes_sent"));
	put_some(&bench, 10, 1);
	assert_int_equal(sample(&bench, 1), 0);
	bench_close(&bench);
}

/* What earlier runs left goes when it is sure that nothing speaks there: not before the second
 * sample. */
static void leftovers_of_earlier_runs(void **state)
{
	const char *const assignments[] = {NULL};
	static const char *const old[] = {"pistat/one/cpu_usage", "pistat/one/disks/sdx/busy",
		"pistat/one/state", "pistat/one/event", "pistat/other/cpu_usage"};
	struct bench bench = bench_open(assignments);

	(void)state;
	up = true;
	for (size_t i = 0; i < ARRAY_LEN(old); i++)
		session_publish(NULL, old[i], "1", 1, 0, true);
	connect_broker();
	assert_int_equal(subscribed_n, 3);
	for (size_t i = 0; i < ARRAY_LEN(old); i++)
		say(old[i], "1", true);
	say("pistat/one/status", "offline", true);
	say("pistat/one/disks/live/busy", "1", false);
	put_some(&bench, 10, 1);
	sample(&bench, 0);
	gathering_over(NULL, 0, bench.publisher);
	assert_int_equal(subscribed_n, 2);
	put(&bench.slice, CPU_TEMP, "", 50);
	assert_non_null(topic_of("pistat/one/disks/sdx/busy"));
	put_some(&bench, 10, 1);
	sample(&bench, 1);
	assert_null(topic_of("pistat/one/disks/sdx/busy"));
	assert_non_null(topic_of("pistat/one/cpu_usage"));
	assert_non_null(topic_of("pistat/one/cpu_temp"));
	assert_non_null(topic_of("pistat/one/event"));
	assert_non_null(topic_of("pistat/other/cpu_usage"));
	assert_non_null(strstr(payload_of("pistat/one/state"), "cpu_temp"));
	assert_string_equal(payload_of("pistat/one/status"), "online");
	bench_close(&bench);
}

/* A collector that is asked once a minute has no rates before. */
static void what_is_slow_keeps_its_place(void **state)
{
	const char *const assignments[] = {"sampling.intervals=*=60", NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	up = true;
	session_publish(NULL, "pistat/one/network/eth0/recv_rate", "1", 1, 0, true);
	connect_broker();
	say("pistat/one/network/eth0/recv_rate", "1", true);
	put_some(&bench, 10, 1);
	sample(&bench, 0);
	gathering_over(NULL, 0, bench.publisher);
	put_some(&bench, 10, 1);
	sample(&bench, 60);
	assert_non_null(topic_of("pistat/one/network/eth0/recv_rate"));
	put_some(&bench, 10, 1);
	sample(&bench, 10);
	assert_null(topic_of("pistat/one/network/eth0/recv_rate"));
	bench_close(&bench);
}

static void switched_off_is_cleared(void **state)
{
	const char *const assignments[] = {"mqtt.state=false", "mqtt.scalars=false", NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	up = true;
	session_publish(NULL, "pistat/one/state", "{}", 2, 0, true);
	session_publish(NULL, "pistat/one/cpu_usage", "1", 1, 0, true);
	connect_broker();
	say("pistat/one/state", "{}", true);
	say("pistat/one/cpu_usage", "1", true);
	gathering_over(NULL, 0, bench.publisher);
	for (int i = 0; i < 2; i++) {
		put_some(&bench, 10, 1);
		sample(&bench, i);
	}
	assert_int_equal(topics_n, 1);
	assert_string_equal(payload_of("pistat/one/status"), "online");
	bench_close(&bench);
}

static void nothing_is_retained(void **state)
{
	const char *const assignments[] = {"mqtt.retain=false", NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	connect_broker();
	put_some(&bench, 10, 1);
	sample(&bench, 0);
	assert_false(topic_of("pistat/one/cpu_usage")->retained);
	assert_false(topic_of("pistat/one/state")->retained);
	assert_true(topic_of("pistat/one/status")->retained);
	bench_close(&bench);
}

static void commands(void **state)
{
	const char *const assignments[] = {NULL};
	struct bench bench = bench_open(assignments);

	(void)state;
	connect_broker();
	put_some(&bench, 10, 1);
	sample(&bench, 0);
	published = 0;
	say("pistat/one/command/refresh", "", true);
	say("pistat/one/command/reboot", "now", false);
	turn(&bench);
	assert_int_equal(published, 0);
	say("pistat/one/command/refresh", "", false);
	say("pistat/one/command/refresh", "please", false);
	assert_int_equal(published, 0);
	turn(&bench);
	assert_int_equal(published, 6);
	/* a namesake's will */
	published = 0;
	say("pistat/one/status", "online", false);
	assert_int_equal(published, 0);
	say("pistat/one/status", "offline", false);
	assert_int_equal(published, 1);
	assert_string_equal(payload_of("pistat/one/status"), "online");
	/* and one that comes while the broker takes nothing: contradicted as soon as it does */
	*topic_of("pistat/one/status") =
		(struct topic){.name = "pistat/one/status", .payload = "offline", .retained = true};
	busy = true;
	say("pistat/one/status", "offline", false);
	busy = false;
	put_some(&bench, 10, 1);
	sample(&bench, 1);
	assert_string_equal(payload_of("pistat/one/status"), "online");
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadbands),
		cmocka_unit_test(deadbands_by_option),
		cmocka_unit_test(only_what_moved),
		cmocka_unit_test(newest_goes_when_the_broker_is_slow),
		cmocka_unit_test(everything_in_full_on_return),
		cmocka_unit_test(gone_is_cleared_once),
		cmocka_unit_test(leftovers_of_earlier_runs),
		cmocka_unit_test(what_is_slow_keeps_its_place),
		cmocka_unit_test(switched_off_is_cleared),
		cmocka_unit_test(nothing_is_retained),
		cmocka_unit_test(commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
