#include "../../homeassistant/announced.c"
#include "../../homeassistant/announcement.c"

#include "discovery.h"
#include "template.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>
#include <cmocka.h>

static const struct node attic = {.name = "Attic-1",
	.display = "Attic 1",
	.id = "pistat_0123456789ab",
	.base = "pistat/Attic-1"};

/* A small machine: one interface, one filesystem, and two keys that differ only in what an
 * identifier cannot hold. */
static void fill(struct slice *slice)
{
	put(slice, CPU_USAGE, "", 12.5);
	put(slice, MEMORY_AVAILABLE, "", 1 << 20);
	put(slice, BOOT_TIME, "", 1700000000);
	put(slice, SYSTEM_REBOOT_REQUIRED, "", 1);
	put(slice, CPU_FORKS, "", 99);
	put_text(slice, SYSTEM_KERNEL, "", "6.1.0");
	put_text(slice, NET_PRIMARY, "", "br-lan");
	put(slice, LOAD, "1m", 0.5);
	put(slice, LOAD, "5m", 0.25);
	put(slice, NET_UP, "br-lan", 1);
	put(slice, NET_RECV_RATE, "br-lan", 1000);
	put(slice, NET_UP, "br_lan", 1);
	put(slice, NET_RECV_RATE, "br_lan", 1000);
	put(slice, FS_PERCENT, "/mnt/my \"data\"", 50);
}

static struct snapshot machine(void)
{
	struct slice slice = {0};
	const struct slice *slices[] = {&slice};
	struct snapshot snapshot;

	fill(&slice);
	snapshot = snapshot_seal(slices, 1, 1700000000, 10);
	slice_free(&slice);
	return snapshot;
}

static void keep_message(void *self, const char *topic, const char *payload)
{
	cJSON *messages = self;

	cJSON_AddItemToObject(messages, topic, cJSON_Parse(payload));
}

/* {"topic": payload, …} for the small machine; style "device" or "entities". */
static cJSON *rendered(const char *setting, const char *second)
{
	const struct config_setting settings[] = {{setting}, {second}};
	struct snapshot snapshot = machine();
	cJSON *messages = cJSON_CreateObject();
	struct config *config = NULL;
	char *complaint = NULL;

	assert_int_equal(
		config_load("/dev/null", settings, second ? 2 : 1, &config, &complaint), 0);
	discovery_render(config, &attic, &snapshot, keep_message, messages);
	config_free(config);
	snapshot_free(&snapshot);
	return messages;
}

static const char *text(const cJSON *object, const char *key)
{
	const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return value ? value : "(none)";
}

static const cJSON *item(const cJSON *object, const char *key)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!found)
		fail_msg("no \"%s\"", key);
	return found;
}

static void kinds_become_platforms_and_classes(void **state)
{
	cJSON *messages = rendered("homeassistant.style=device", NULL);
	const cJSON *device = item(messages, "homeassistant/device/pistat_0123456789ab/config");
	const cJSON *components = item(device, "cmps"), *one;

	(void)state;
	one = item(components, "cpu_usage");
	assert_string_equal(text(one, "p"), "sensor");
	assert_string_equal(text(one, "uniq_id"), "pistat_0123456789ab_cpu_usage");
	assert_string_equal(text(one, "def_ent_id"), "sensor.attic_1_cpu_usage");
	assert_string_equal(text(one, "name"), "CPU usage");
	assert_string_equal(text(one, "stat_t"), "pistat/Attic-1/cpu_usage");
	assert_string_equal(text(one, "unit_of_meas"), "%");
	assert_string_equal(text(one, "stat_cla"), "measurement");
	assert_null(cJSON_GetObjectItem(one, "dev_cla"));
	assert_null(cJSON_GetObjectItem(one, "val_tpl"));
	assert_null(cJSON_GetObjectItem(one, "en"));
	assert_int_equal(item(one, "exp_aft")->valueint, 180);
	one = item(components, "boot_time");
	assert_string_equal(text(one, "dev_cla"), "timestamp");
	assert_string_equal(text(one, "ent_cat"), "diagnostic");
	assert_null(cJSON_GetObjectItem(one, "stat_cla"));
	assert_null(cJSON_GetObjectItem(one, "sug_dsp_prc"));
	one = item(components, "system_reboot_required");
	assert_string_equal(text(one, "p"), "binary_sensor");
	assert_string_equal(text(one, "dev_cla"), "problem");
	assert_string_equal(text(item(components, "cpu_forks"), "stat_cla"), "total_increasing");
	assert_string_equal(text(item(components, "memory_available"), "unit_of_meas"), "MiB");
	assert_string_equal(text(item(components, "memory_available"), "val_tpl"),
		"{{ (value | float / 1048576) | round(1) if value else '' }}");
	assert_string_equal(text(item(components, "filesystems_mnt_my_data_percent"), "name"),
		"/mnt/my \"data\" usage");
	assert_true(cJSON_IsArray(item(item(components, "event"), "evt_typ")));
	assert_string_equal(text(device, "avty_t"), "pistat/Attic-1/status");
	assert_string_equal(text(item(device, "dev"), "sw"), "Linux 6.1.0");
	assert_null(cJSON_GetObjectItem(item(device, "dev"), "mdl"));
	cJSON_Delete(messages);
}

static void only_the_main_member_is_enabled(void **state)
{
	cJSON *messages = rendered("homeassistant.style=device", NULL);
	const cJSON *components =
		item(item(messages, "homeassistant/device/pistat_0123456789ab/config"), "cmps");

	(void)state;
	assert_null(cJSON_GetObjectItem(item(components, "load_avg_1m"), "en"));
	assert_true(cJSON_IsFalse(item(item(components, "load_avg_5m"), "en")));
	cJSON_Delete(messages);
}

/* "br-lan" and "br_lan" have topics of their own, and must not share a unique id. */
static void identifiers_are_unique(void **state)
{
	cJSON *messages = rendered("homeassistant.style=device", NULL);
	const cJSON *components =
		item(item(messages, "homeassistant/device/pistat_0123456789ab/config"), "cmps");
	const cJSON *one;
	int links = 0;

	(void)state;
	cJSON_ArrayForEach(one, components)
	{
		const cJSON *other;
		int same = 0;

		links += strncmp(one->string, "network_br_lan", 14) == 0;
		cJSON_ArrayForEach(other, components) same +=
			strcmp(text(one, "uniq_id"), text(other, "uniq_id")) == 0;
		assert_int_equal(same, 1);
	}
	assert_int_equal(links, 4);
	cJSON_Delete(messages);
}

static void both_styles_have_the_same_identities(void **state)
{
	cJSON *device = rendered("homeassistant.style=device", NULL);
	cJSON *entities = rendered("homeassistant.style=entities", "mqtt.qos=1");
	const cJSON *one,
		*components = item(
			item(device, "homeassistant/device/pistat_0123456789ab/config"), "cmps");
	char topic[256];

	(void)state;
	assert_int_equal(cJSON_GetArraySize(components), cJSON_GetArraySize(entities));
	cJSON_ArrayForEach(one, components)
	{
		const cJSON *other;

		snprintf(topic, sizeof(topic), "homeassistant/%s/pistat_0123456789ab/%s/config",
			text(one, "p"), one->string);
		other = item(entities, topic);
		assert_string_equal(text(one, "uniq_id"), text(other, "uniq_id"));
		assert_string_equal(text(other, "avty_t"), "pistat/Attic-1/status");
		assert_string_equal(text(item(other, "o"), "name"), "pistat");
		assert_int_equal(item(other, "qos")->valueint, 1);
		assert_null(cJSON_GetObjectItem(one, "dev"));
	}
	cJSON_Delete(device);
	cJSON_Delete(entities);
}

static void without_scalars_the_state_is_read(void **state)
{
	cJSON *messages = rendered("mqtt.scalars=false", NULL);
	const cJSON *components =
		item(item(messages, "homeassistant/device/pistat_0123456789ab/config"), "cmps");

	(void)state;
	assert_string_equal(text(item(components, "cpu_forks"), "stat_t"), "pistat/Attic-1/state");
	assert_string_equal(
		text(item(components, "cpu_forks"), "val_tpl"), "{{ value_json['cpu']['forks'] }}");
	assert_string_equal(text(item(components, "load_avg_5m"), "val_tpl"),
		"{{ value_json['load_avg'][1] }}");
	assert_string_equal(text(item(components, "filesystems_mnt_my_data_percent"), "val_tpl"),
		"{{ value_json.get('filesystems', {}).get('mnt_my_data', {}).get('percent') }}");
	cJSON_Delete(messages);
}

static void nothing_to_read_is_not_announced(void **state)
{
	cJSON *messages = rendered("mqtt.scalars=false", "mqtt.state=false");
	const cJSON *components =
		item(item(messages, "homeassistant/device/pistat_0123456789ab/config"), "cmps");

	(void)state;
	assert_int_equal(cJSON_GetArraySize(components), 1);
	item(components, "event");
	cJSON_Delete(messages);
}

/* Home Assistant refuses the whole message for a link of any other form: so does config_load(). */
static void a_link_is_shown_if_there_is_one(void **state)
{
	cJSON *messages = rendered("homeassistant.url=https://attic.lan:8585/", NULL);

	(void)state;
	assert_string_equal(text(item(messages->child, "dev"), "cu"), "https://attic.lan:8585/");
	cJSON_Delete(messages);
	/* and a prefix that ends in a slash is meant without */
	messages = rendered("homeassistant.url=", "homeassistant.prefix=ha//");
	assert_string_equal(messages->child->string, "ha/device/pistat_0123456789ab/config");
	assert_null(cJSON_GetObjectItem(item(messages->child, "dev"), "cu"));
	cJSON_Delete(messages);
}

/* ---- the set over time ---- */

static struct component *three(size_t n)
{
	static const char *const keys[] = {"a", "b", "c"};
	struct component *components = xcalloc(3, sizeof(*components));

	for (size_t i = 0; i < n; i++) {
		strcpy(components[i].key, keys[i]);
		components[i].platform = component_platform("sensor");
		components[i].json = xasprintf("{\"uniq_id\":\"%s\"}", keys[i]);
		components[i].enabled = true;
		components[i].family = INTERFACE;
		strcpy(components[i].member, keys[i]);
	}
	return components;
}

static const struct snapshot nothing;

static bool update(struct announced *announced, size_t n, double now)
{
	struct component *components = three(n);
	bool came = announced_update(announced, &nothing, components, n, now);

	components_free(components, n);
	return came;
}

static char *device_payload(struct announced *announced)
{
	struct outbox outbox = {0};
	char *payload;

	announcement_add(&outbox, announced, "{\"o\":1}", true);
	assert_int_equal(outbox.n, 1);
	payload = take(outbox.at[0].payload);
	outbox_clear(&outbox);
	return payload;
}

static void gone_for_long_is_withdrawn_in_two_steps(void **state)
{
	struct announced announced = {.prefix = "ha", .id = "x", .node = "n"};
	char *payload;

	(void)state;
	assert_true(update(&announced, 3, 0));
	assert_false(update(&announced, 2, 100));
	assert_false(announced_age(&announced, 100, 60));
	assert_false(announced_age(&announced, 110, 60));
	payload = device_payload(&announced);
	assert_non_null(strstr(payload, "\"c\":{\"p\":\"sensor\",\"uniq_id\":\"c\"}"));
	free(payload);
	assert_true(announced_age(&announced, 160, 60));
	assert_false(announced_age(&announced, 170, 60));
	payload = device_payload(&announced);
	assert_string_equal(payload,
		"{\"o\":1,\"cmps\":{\"a\":{\"p\":\"sensor\",\"uniq_id\":\"a\"},"
		"\"b\":{\"p\":\"sensor\",\"uniq_id\":\"b\"},\"c\":{\"p\":\"sensor\"}}}");
	free(payload);
	assert_false(announced_drop(&announced, 1000, 10));
	assert_true(isinf(announced_next_drop(&announced, 10)));
	announced_tell(&announced, 170);
	announced_tell(&announced, 175);
	assert_true(announced_next_drop(&announced, 10) == 180);
	assert_false(announced_drop(&announced, 179, 10));
	announced_doubt(&announced);
	assert_false(announced_drop(&announced, 181, 10));
	announced_tell(&announced, 181);
	assert_true(announced_drop(&announced, 191, 10));
	payload = device_payload(&announced);
	assert_null(strstr(payload, "\"c\""));
	free(payload);
	announced_free(&announced);
}

static void back_in_time_is_not_withdrawn(void **state)
{
	struct announced announced = {.prefix = "ha", .id = "x", .node = "n"};

	(void)state;
	update(&announced, 3, 0);
	update(&announced, 2, 100);
	announced_age(&announced, 100, 60);
	update(&announced, 3, 130);
	assert_false(announced_age(&announced, 200, 60));
	/* one sample without it is not enough, however late */
	update(&announced, 2, 300);
	assert_false(announced_age(&announced, 400, 60));
	/* back while being withdrawn */
	assert_true(announced_age(&announced, 410, 60));
	announced_tell(&announced, 410);
	assert_false(update(&announced, 3, 412));
	assert_false(announced_drop(&announced, 500, 10));
	announced_free(&announced);
}

/* To Home Assistant since 2026.5 the bare form would mean the whole device. */
static void what_starts_disabled_is_only_left_out(void **state)
{
	struct announced announced = {.prefix = "ha", .id = "x", .node = "n"};
	struct component *components = three(2);
	struct outbox outbox = {0};
	char *payload;

	(void)state;
	components[1].enabled = false;
	assert_true(announced_update(&announced, &nothing, components, 2, 0));
	/* that it became the primary interface does not enable what the user left disabled */
	free(components[1].json);
	components[1].json = xstrdup("{\"uniq_id\":\"b\"}");
	components[1].enabled = true;
	announced_update(&announced, &nothing, &components[1], 1, 1);
	update(&announced, 0, 100);
	announced_age(&announced, 100, 60);
	assert_true(announced_age(&announced, 160, 60));
	payload = device_payload(&announced);
	assert_string_equal(payload, "{\"o\":1,\"cmps\":{\"a\":{\"p\":\"sensor\"}}}");
	free(payload);
	/* a topic of its own holds nothing but it */
	announced.style = STYLE_ENTITIES;
	assert_true(announcement_add(&outbox, &announced, "{\"o\":1}", false));
	assert_int_equal(outbox.n, 2);
	assert_null(outbox.at[1].payload);
	outbox_clear(&outbox);
	components_free(components, 2);
	announced_free(&announced);
}

static struct announced_entry *aged(struct announced *announced, const struct snapshot *snapshot)
{
	announced_update(announced, snapshot, NULL, 0, 100);
	announced_age(announced, 100, 60);
	announced_age(announced, 200, 60);
	return &announced->at[0];
}

static void a_thing_that_is_there_keeps_what_it_lacks(void **state)
{
	static const struct {
		enum family family;
		const char *member;
		bool withdrawn;
	} cases[] = {{HOST, "", false}, {INTERFACE, "br-lan", false}, {INTERFACE, "eth9", true},
		{DISK, "br-lan", true}, {PROBE, "boiler", false}, {SERVICE, "ssh.service", false}};
	struct snapshot snapshot = machine();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct announced announced = {.prefix = "ha", .id = "x", .node = "n"};
		struct component *components = three(1);
		char *payload;

		components[0].family = cases[i].family;
		strcpy(components[0].member, cases[i].member);
		announced_update(&announced, &snapshot, components, 1, 0);
		assert_int_equal(aged(&announced, &snapshot)->withdrawn, cases[i].withdrawn);
		payload = device_payload(&announced);
		assert_int_equal(strstr(payload, "\"uniq_id\":\"a\"") == NULL, cases[i].withdrawn);
		free(payload);
		components_free(components, 1);
		announced_free(&announced);
	}
	snapshot_free(&snapshot);
}

static void a_thing_back_without_a_value_is_kept(void **state)
{
	struct announced announced = {.prefix = "ha", .id = "x", .node = "n"};
	struct component *components = three(1);
	struct snapshot snapshot = machine();

	(void)state;
	strcpy(components[0].member, "br-lan");
	announced_update(&announced, &snapshot, components, 1, 0);
	announced_update(&announced, &nothing, NULL, 0, 100);
	announced_age(&announced, 100, 60);
	announced_age(&announced, 110, 60);
	announced_update(&announced, &snapshot, NULL, 0, 120);
	assert_false(announced_age(&announced, 200, 60));
	components_free(components, 1);
	announced_free(&announced);
	snapshot_free(&snapshot);
}

static void another_platform_waits_for_its_key(void **state)
{
	struct announced announced = {.prefix = "ha", .id = "x", .node = "n"};
	struct component *components = three(1);

	(void)state;
	update(&announced, 1, 0);
	components[0].platform = component_platform("binary_sensor");
	announced_update(&announced, &nothing, components, 1, 5);
	assert_true(announced.at[0].withdrawn);
	assert_string_equal(announced.at[0].platform, "sensor");
	announced_tell(&announced, 5);
	assert_true(announced_drop(&announced, 15, 10));
	assert_true(announced_update(&announced, &nothing, components, 1, 15));
	assert_string_equal(announced.at[0].platform, "binary_sensor");
	components_free(components, 1);
	announced_free(&announced);
}

static void entities_send_only_what_changed(void **state)
{
	struct announced announced = {
		.style = STYLE_ENTITIES, .prefix = "ha", .id = "x", .node = "n"};
	struct outbox outbox = {0};

	(void)state;
	update(&announced, 2, 0);
	assert_true(announcement_add(&outbox, &announced, "{\"o\":1}", false));
	assert_int_equal(outbox.n, 2);
	assert_string_equal(outbox.at[1].topic, "ha/sensor/x/b/config");
	assert_string_equal(outbox.at[1].payload, "{\"uniq_id\":\"b\",\"o\":1}");
	outbox_clear(&outbox);
	assert_false(announcement_add(&outbox, &announced, "{\"o\":1}", false));
	assert_int_equal(outbox.n, 0);
	assert_false(announcement_add(&outbox, &announced, "{\"o\":1}", true));
	assert_int_equal(outbox.n, 2);
	outbox_clear(&outbox);
	update(&announced, 3, 1);
	assert_true(announcement_add(&outbox, &announced, "{\"o\":1}", false));
	assert_int_equal(outbox.n, 1);
	outbox_clear(&outbox);
	announced.at[0].withdrawn = true;
	assert_true(announcement_add(&outbox, &announced, "{\"o\":1}", false));
	assert_int_equal(outbox.n, 1);
	assert_null(outbox.at[0].payload);
	outbox_clear(&outbox);
	announced_free(&announced);
}

/* ---- the file ---- */

static void file_round_trip(void **state)
{
	struct announced announced = {
		.style = STYLE_ENTITIES, .prefix = "home assistant", .id = "x", .node = "n"};
	struct announced again, now = {0};
	char *written;

	(void)state;
	update(&announced, 3, 0);
	announced.at[1].enabled = false;
	written = announced_format(&announced);
	assert_string_equal(written, "pistat announced 1\tentities\thome "
				     "assistant\tx\tn\na\tsensor\ton\nb\tsensor\toff\n"
				     "c\tsensor\ton\n");
	assert_int_equal(announced_parse(written, &again), 0);
	assert_int_equal(again.style, STYLE_ENTITIES);
	assert_string_equal(again.prefix, "home assistant");
	assert_int_equal(again.n, 3);
	assert_string_equal(again.at[2].key, "c");
	/* the remembered are missing until a sample has them, which may take long after a boot */
	announced_recall(&now, &again, 50);
	assert_false(update(&now, 2, 51));
	assert_true(now.at[0].enabled && !now.at[1].enabled);
	announced_age(&now, 51, 60);
	assert_false(announced_age(&now, 649, 60));
	assert_true(announced_age(&now, 651, 60));
	assert_true(now.at[2].withdrawn);
	free(written);
	announced_free(&announced);
	announced_free(&again);
	announced_free(&now);
}

static void broken_files_are_refused(void **state)
{
	static const char *const good = "pistat announced 1\tdevice\tha\tx\tn\n";
	static const char *const texts[] = {"", "\n", "pistat announced 1\n", "{}",
		"pistat announced 2\tdevice\tha\tx\tn\n", "pistat announced 1\tother\tha\tx\tn\n",
		"pistat announced 1\tdevice\tha\tx\n", "pistat announced 1\tdevice\t\tx\tn\n",
		"pistat announced 1\tdevice\tha\tx\tn\textra\n",
		"pistat announced 1\tdevice\t#\tx\tn\n", "pistat announced 1\tdevice\tha\tx\tn",
		"pistat announced 1\tdevice\tha\tx\tn\na\n",
		"pistat announced 1\tdevice\tha\tx\tn\na/#\tsensor\ton\n",
		"pistat announced 1\tdevice\tha\tx\tn\na\tlight\ton\n",
		"pistat announced 1\tdevice\tha\tx\tn\na\tsensor\n",
		"pistat announced 1\tdevice\tha\tx\tn\na\tsensor\tmore\n",
		"pistat announced 1\tdevice\tha\tx\tn\na\tsensor\ton\tmore\n",
		"pistat announced 1\tdevice\tha\tx\tn\na\tsensor\ton\na\tsensor\ton\n",
		"pistat announced 1\tdevice\tha\tx\tn\na\tsensor\ton\nb\tsensor\tof"};
	struct announced announced = {.n = 77};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (announced_parse(texts[i], &announced) != -EBADMSG)
			fail_msg("accepted: %s", texts[i]);
	assert_int_equal(announced.n, 77);
	assert_int_equal(announced_parse(good, &announced), 0);
	assert_int_equal(announced.n, 0);
	announced_free(&announced);
}

static void style_change_addresses_every_old_topic(void **state)
{
	struct announced announced = {
		.style = STYLE_ENTITIES, .prefix = "ha", .id = "x", .node = "n"};
	struct outbox outbox = {0};

	(void)state;
	update(&announced, 2, 0);
	announcement_hand_over(&outbox, &announced);
	announcement_clear(&outbox, &announced);
	assert_int_equal(outbox.n, 4);
	assert_string_equal(outbox.at[0].topic, "ha/sensor/x/a/config");
	assert_string_equal(outbox.at[0].payload, "{\"migrate_discovery\":true}");
	assert_null(outbox.at[3].payload);
	outbox_clear(&outbox);
	announced.style = STYLE_DEVICE;
	announcement_hand_over(&outbox, &announced);
	assert_int_equal(outbox.n, 1);
	assert_string_equal(outbox.at[0].topic, "ha/device/x/config");
	outbox_clear(&outbox);
	announced_free(&announced);
}

static void messages_belong_by_their_availability(void **state)
{
	(void)state;
	assert_true(component_belongs(
		"{\"o\":{\"name\":\"pistat\"},\"avty_t\":\"pistat/a/status\"}", "pistat/a/status"));
	assert_false(component_belongs(
		"{\"o\":{\"name\":\"other\"},\"avty_t\":\"pistat/a/status\"}", "pistat/a/status"));
	assert_false(
		component_belongs("{\"o\":{\"name\":\"pistat\"},\"avty_t\":\"pistat/ab/status\"}",
			"pistat/a/status"));
	assert_false(component_belongs("{\"o\":1,\"avty_t\":[]}", "pistat/a/status"));
	assert_false(component_belongs("not json", "pistat/a/status"));
	assert_false(component_belongs("", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_become_platforms_and_classes),
		cmocka_unit_test(only_the_main_member_is_enabled),
		cmocka_unit_test(identifiers_are_unique),
		cmocka_unit_test(both_styles_have_the_same_identities),
		cmocka_unit_test(without_scalars_the_state_is_read),
		cmocka_unit_test(nothing_to_read_is_not_announced),
		cmocka_unit_test(a_link_is_shown_if_there_is_one),
		cmocka_unit_test(gone_for_long_is_withdrawn_in_two_steps),
		cmocka_unit_test(back_in_time_is_not_withdrawn),
		cmocka_unit_test(what_starts_disabled_is_only_left_out),
		cmocka_unit_test(a_thing_that_is_there_keeps_what_it_lacks),
		cmocka_unit_test(a_thing_back_without_a_value_is_kept),
		cmocka_unit_test(another_platform_waits_for_its_key),
		cmocka_unit_test(entities_send_only_what_changed),
		cmocka_unit_test(file_round_trip),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(style_change_addresses_every_old_topic),
		cmocka_unit_test(messages_belong_by_their_availability),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
