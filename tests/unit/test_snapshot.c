/* Slices become one sorted document with stable names. */
#include "unit.h"

#include "../../src/snapshot.c"

static struct snapshot sealed(struct slice *slice)
{
	const struct slice *slices[] = {NULL, slice};
	struct snapshot snapshot = snapshot_seal(slices, 2, 1e9, 1);

	slice_free(slice);
	return snapshot;
}

static void absent_is_absent(void **state)
{
	struct slice slice = {0};

	(void)state;
	put(&slice, CPU_TEMP, "", NAN);
	put(&slice, CPU_TEMP, "", INFINITY);
	put_text(&slice, SYSTEM_OS, "", "  \n");
	assert_int_equal(slice.n, 0);
}

static void sorted_and_found(void **state)
{
	struct slice slice = {0};
	struct snapshot snapshot;

	(void)state;
	put(&slice, NET_RECV, "eth10", 10);
	put(&slice, NET_RECV, "eth2", 2);
	put(&slice, NET_SENT, "eth2", 3);
	put(&slice, CPU_USAGE, "", 5);
	snapshot = sealed(&slice);
	assert_int_equal(snapshot.n, 4);
	assert_int_equal(snapshot.at[0].metric, CPU_USAGE);
	assert_string_equal(snapshot.at[1].key, "eth2");
	assert_int_equal(snapshot.at[1].metric, NET_SENT);
	assert_string_equal(snapshot.at[3].key, "eth10");
	assert_true(snapshot_find(&snapshot, NET_RECV, "eth10")->number == 10);
	assert_null(snapshot_find(&snapshot, NET_RECV, "eth3"));
	assert_null(snapshot_find(&snapshot, MEMORY_TOTAL, ""));
	snapshot_free(&snapshot);
}

static void first_of_duplicates_wins(void **state)
{
	struct slice slice = {0};
	struct snapshot snapshot;

	(void)state;
	put(&slice, CPU_TEMP, "", 1);
	put(&slice, CPU_TEMP, "", 2);
	snapshot = sealed(&slice);
	assert_int_equal(snapshot.n, 1);
	assert_true(snapshot.at[0].number == 1);
	snapshot_free(&snapshot);
}

static void colliding_slugs_part(void **state)
{
	struct slice slice = {0};
	struct snapshot snapshot;
	const struct reading *first, *second, *host;

	(void)state;
	put(&slice, FS_PERCENT, "/mnt/a b", 1);
	put(&slice, FS_USED, "/mnt/a b", 1);
	put(&slice, FS_PERCENT, "/mnt/a_b", 2);
	put(&slice, NET_UP, "ipv4", 1);
	snapshot = sealed(&slice);
	first = snapshot_find(&snapshot, FS_PERCENT, "/mnt/a b");
	second = snapshot_find(&snapshot, FS_PERCENT, "/mnt/a_b");
	host = snapshot_find(&snapshot, NET_UP, "ipv4");
	assert_string_equal(first->slug, "mnt_a_b");
	assert_string_equal(snapshot_find(&snapshot, FS_USED, "/mnt/a b")->slug, "mnt_a_b");
	assert_memory_equal(second->slug, "mnt_a_b_", 8);
	assert_int_equal(strlen(second->slug), 12);
	assert_memory_equal(host->slug, "ipv4_", 5); /* network.ipv4 is the host's */
	snapshot_free(&snapshot);
}

/* Two of the many names of one slug whose four digits are the same. */
static void find_twins(char first[32], char second[32])
{
	static const uint8_t fixed[16] = "pistat member 1";
	static unsigned seen[65536];

	for (unsigned i = 1;; i++) {
		unsigned digits;

		strcpy(second, "x");
		for (unsigned bit = 0; bit < 17; bit++)
			strcat(second, i >> bit & 1 ? "+" : "#");
		strcat(second, "y");
		digits = text_hash(fixed, second, strlen(second)) & 0xffff;
		if (!seen[digits]) {
			seen[digits] = i;
			continue;
		}
		strcpy(first, "x");
		for (unsigned bit = 0; bit < 17; bit++)
			strcat(first, seen[digits] >> bit & 1 ? "+" : "#");
		strcat(first, "y");
		return;
	}
}

static void four_digits_may_collide_too(void **state)
{
	struct slice slice = {0};
	struct snapshot snapshot;
	char first[32], second[32];

	(void)state;
	find_twins(first, second);
	put(&slice, NET_UP, "x\"y", 1);
	put(&slice, NET_UP, first, 1);
	put(&slice, NET_UP, second, 1);
	snapshot = sealed(&slice);
	assert_string_equal(snapshot_find(&snapshot, NET_UP, "x\"y")->slug, "x_y");
	assert_string_not_equal(snapshot_find(&snapshot, NET_UP, first)->slug,
		snapshot_find(&snapshot, NET_UP, second)->slug);
	snapshot_free(&snapshot);
}

static void odd_and_long_keys_stay_apart(void **state)
{
	static const char *const keys[] = {"e\xff", "e\xfe", "e?",
		"/a/path/that/is/much/longer/than/any/key/may/be/and/ends/in/one",
		"/a/path/that/is/much/longer/than/any/key/may/be/and/ends/in/one/more",
		"/a/path/that/is/much/longer/than/any/key/may/be/and/ends/in/one/less",
		"/a/path/that/is/much/longer/than/any/key/may/be/and/ends/in/one"};
	struct slice slice = {0}, again = {0};
	struct snapshot snapshot;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		put(&slice, FS_TOTAL, keys[i], (double)i);
	for (size_t i = 0; i < slice.n; i++) { /* what was shortened is short enough */
		put(&again, FS_TOTAL, slice.at[i].key, 0);
		assert_string_equal(again.at[i].key, slice.at[i].key);
	}
	slice_free(&again);
	snapshot = sealed(&slice);
	assert_int_equal(snapshot.n, 6);
	for (size_t i = 0; i < snapshot.n; i++)
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(snapshot.at[i].key, snapshot.at[j].key);
			assert_string_not_equal(snapshot.at[i].slug, snapshot.at[j].slug);
		}
	snapshot_free(&snapshot);
}

static void a_family_has_a_limit(void **state)
{
	struct slice slice = {0};
	struct snapshot snapshot;
	char key[16];

	(void)state;
	put(&slice, NET_SENT, "wlan0", 1);
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "veth%d", i);
		put(&slice, NET_SENT, key, i);
		put(&slice, NET_RECV, key, i);
	}
	put(&slice, FAN_RPM, "x", 1);
	put(&slice, NET_RECV, "wlan0", 1);
	snapshot = sealed(&slice);
	assert_int_equal(snapshot.n, families[INTERFACE].limit * 2 + 1);
	assert_int_equal(snapshot.crowded, 1u << INTERFACE);
	/* those that came first, whatever their names, with all that is known of them */
	assert_non_null(snapshot_find(&snapshot, NET_RECV, "wlan0"));
	snprintf(key, sizeof(key), "veth%zu", families[INTERFACE].limit - 2);
	assert_non_null(snapshot_find(&snapshot, NET_RECV, key));
	snprintf(key, sizeof(key), "veth%zu", families[INTERFACE].limit - 1);
	assert_null(snapshot_find(&snapshot, NET_SENT, key));
	snapshot_free(&snapshot);
}

static void names_and_paths(void **state)
{
	struct slice slice = {0};
	struct snapshot snapshot;
	char text[256];

	(void)state;
	put(&slice, TEMPERATURE_CELSIUS, "nvme_temp1", 40.25);
	put_text(&slice, TEMPERATURE_LABEL, "nvme_temp1", "Composite");
	put(&slice, LOAD, "1m", 0.5);
	put(&slice, NET_UP, "eth0.100", 1);
	put_text(&slice, NET_PRIMARY, "", "eth0.100");
	put(&slice, BOOT_TIME, "", 60);
	snapshot = sealed(&slice);

	const struct reading *celsius = snapshot_find(&snapshot, TEMPERATURE_CELSIUS, "nvme_temp1");
	const struct reading *load = snapshot_find(&snapshot, LOAD, "1m");
	const struct reading *up = snapshot_find(&snapshot, NET_UP, "eth0.100");

	reading_path(celsius, '/', text, sizeof(text));
	assert_string_equal(text, "temperatures/nvme_temp1/celsius");
	reading_name(&snapshot, celsius, text, sizeof(text));
	assert_string_equal(text, "Composite temperature");
	reading_scalar(celsius, text, sizeof(text));
	assert_true(strcmp(text, "40.2") == 0 || strcmp(text, "40.3") == 0);
	reading_scalar(&(struct reading){.metric = CPU_USAGE, .number = 1e300}, text, sizeof(text));
	assert_string_equal(text, ""); /* what is beyond all sense is not what was there before */
	reading_path(load, '.', text, sizeof(text));
	assert_string_equal(text, "load_avg.1m");
	reading_name(&snapshot, load, text, sizeof(text));
	assert_string_equal(text, "Load 1m");
	assert_true(reading_primary(&snapshot, load));
	reading_identifier(up, text, sizeof(text));
	assert_string_equal(text, "network_eth0_100_up");
	reading_name(&snapshot, up, text, sizeof(text));
	assert_string_equal(text, "eth0.100 link");
	reading_scalar(up, text, sizeof(text));
	assert_string_equal(text, "ON");
	assert_true(reading_primary(&snapshot, up));
	reading_scalar(snapshot_find(&snapshot, BOOT_TIME, ""), text, sizeof(text));
	assert_string_equal(text, "1970-01-01T00:01:00+00:00");
	snapshot_free(&snapshot);
}

static void two_of_a_kind_are_told_apart(void **state)
{
	struct slice slice = {0};
	struct snapshot snapshot;
	char text[256];

	(void)state;
	put(&slice, CARD_USAGE, "0000:01:00.0", 1);
	put_text(&slice, CARD_NAME, "0000:01:00.0", "RTX 3090");
	put_text(&slice, CARD_NAME, "0000:02:00.0", "RTX 3090");
	put(&slice, CARD_USAGE, "0000:03:00.0", 1);
	put_text(&slice, CARD_NAME, "0000:03:00.0", "RTX 3090 Ti");
	snapshot = sealed(&slice);
	reading_name(&snapshot, snapshot_find(&snapshot, CARD_USAGE, "0000:01:00.0"), text,
		sizeof(text));
	assert_string_equal(text, "RTX 3090 (0000:01:00.0) usage");
	reading_name(&snapshot, snapshot_find(&snapshot, CARD_USAGE, "0000:03:00.0"), text,
		sizeof(text));
	assert_string_equal(text, "RTX 3090 Ti usage");
	snapshot_free(&snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(absent_is_absent),
		cmocka_unit_test(sorted_and_found), cmocka_unit_test(first_of_duplicates_wins),
		cmocka_unit_test(colliding_slugs_part),
		cmocka_unit_test(four_digits_may_collide_too),
		cmocka_unit_test(odd_and_long_keys_stay_apart),
		cmocka_unit_test(a_family_has_a_limit), cmocka_unit_test(names_and_paths),
		cmocka_unit_test(two_of_a_kind_are_told_apart)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
