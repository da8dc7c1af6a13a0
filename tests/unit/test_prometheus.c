#include "unit.h"

#include "../../src/render/prometheus.c"

#include "render.h"

#include <unistd.h>

static char *rendered(const struct slice *slice, int names)
{
	const struct slice *slices[] = {slice};
	struct snapshot snapshot = snapshot_seal(slices, 1, 1700000000.5, 100);
	size_t n;
	char *text = render_prometheus(&snapshot, names, &n);

	assert_int_equal(n, strlen(text));
	snapshot_free(&snapshot);
	return text;
}

static void expect_lines(const char *text, const char *lines)
{
	if (!strstr(text, lines))
		fail_msg("missing:\n%s\nin:\n%s", lines, text);
}

static void base_units(void **state)
{
	struct slice slice = {0};
	auto_free char *text = NULL;

	(void)state;
	put(&slice, CPU_USAGE, "", 12.3);
	put(&slice, CPU_FREQ, "", 1500);
	put(&slice, CPU_TEMP, "", -0.04);
	put(&slice, AGENT_SAMPLE_MS, "", 1.25);
	put(&slice, NET_SPEED, "eth0", 1000);
	put(&slice, MEMORY_TOTAL, "", 8589934592.0);
	put(&slice, IO_READ_BYTES, "", 1e18);
	put(&slice, SYSTEM_REBOOT_REQUIRED, "", 1);
	put(&slice, TIMESTAMP, "", 1700000000.5);
	put_text(&slice, SYSTEM_KERNEL, "", "6.1.0-rpi7");
	text = rendered(&slice, 0);
	expect_lines(text, "# HELP pistat_cpu_usage_ratio Busy share of all CPUs");
	expect_lines(text, "# TYPE pistat_cpu_usage_ratio gauge\npistat_cpu_usage_ratio 0.123\n");
	expect_lines(text, "\npistat_cpu_frequency_hertz 1500000000\n");
	expect_lines(text, "\npistat_cpu_temperature_celsius 0\n");
	expect_lines(text, "\npistat_agent_sample_duration_seconds 0.00125\n");
	expect_lines(
		text, "\npistat_network_speed_bytes_per_second{interface=\"eth0\"} 125000000\n");
	expect_lines(text, "\npistat_memory_total_bytes 8589934592\n");
	expect_lines(text, "# TYPE pistat_disk_io_read_bytes_total counter\n"
			   "pistat_disk_io_read_bytes_total 1e+18\n");
	expect_lines(text, "\npistat_system_reboot_required 1\n");
	expect_lines(text, "\npistat_sample_timestamp_seconds 1700000000.5\n");
	expect_lines(text, "\npistat_system_kernel_info{value=\"6.1.0-rpi7\"} 1\n");
	slice_free(&slice);
}

/* All members of one metric stand together below one HELP, though the snapshot goes member by
 * member. */
static void families_by_metric(void **state)
{
	struct slice slice = {0};
	auto_free char *text = NULL;

	(void)state;
	put(&slice, NET_RECV, "wlan0", 7);
	put(&slice, NET_SENT, "wlan0", 8);
	put(&slice, NET_RECV, "eth0", 1);
	put(&slice, NET_SENT, "eth0", 2);
	text = rendered(&slice, 0);
	expect_lines(text,
		"# HELP pistat_network_receive_bytes_total Bytes received, by interface\n"
		"# TYPE pistat_network_receive_bytes_total counter\n"
		"pistat_network_receive_bytes_total{interface=\"eth0\"} 1\n"
		"pistat_network_receive_bytes_total{interface=\"wlan0\"} 7\n");
	expect_lines(text, "pistat_network_transmit_bytes_total{interface=\"eth0\"} 2\n"
			   "pistat_network_transmit_bytes_total{interface=\"wlan0\"} 8\n");
	slice_free(&slice);
}

static void raw_keys_escaped(void **state)
{
	struct slice slice = {0};
	auto_free char *text = NULL;

	(void)state;
	put(&slice, FS_FREE, "/mnt/a \"b\"\\c", 5);
	put_text(&slice, FS_DEVICE, "/", "//nas/\\x\"");
	text = rendered(&slice, 0);
	expect_lines(text, "pistat_filesystem_free_bytes{mount=\"/mnt/a \\\"b\\\"\\\\c\"} 5\n");
	expect_lines(
		text, "pistat_filesystem_device_info{mount=\"/\",value=\"//nas/\\\\x\\\"\"} 1\n");
	slice_free(&slice);
}

static void longest_labels(void **state)
{
	struct slice slice = {0};
	auto_free char *text = NULL;
	char key[KEY_SIZE], value[TEXT_SIZE];

	(void)state;
	memset(key, '"', sizeof(key));
	memset(value, '\\', sizeof(value));
	key[KEY_SIZE - 1] = value[TEXT_SIZE - 1] = '\0';
	for (int i = 0; i < 60; i++) {
		key[0] = (char)('A' + i % 26);
		key[1] = (char)('A' + i / 26);
		put_text(&slice, FS_DEVICE, key, value);
	}
	text = rendered(&slice, 0);
	assert_non_null(strstr(text, "{mount=\"AA\\\"\\\""));
	slice_free(&slice);
}

static void pi_names(void **state)
{
	struct slice slice = {0};
	auto_free char *text = NULL;

	(void)state;
	put(&slice, CPU_USER, "", 2.5);
	put(&slice, CPU_IDLE, "", 95.3);
	put(&slice, CORE_USAGE, "0", 4.7);
	put(&slice, MEMORY_USED, "", 34);
	put(&slice, NET_RECV, "eth0", 99);
	put(&slice, FS_TOTAL, "/", 1000);
	put(&slice, LOAD, "1m", 0.12);
	put(&slice, CPU_CONTEXT_SWITCHES, "", 3);
	text = rendered(&slice, 1);
	expect_lines(text, "# HELP pi_cpu_usage_percent CPU usage percentage\n"
			   "# TYPE pi_cpu_usage_percent gauge\n"
			   "pi_cpu_usage_percent{cpu=\"total\",mode=\"user\"} 2.5\n"
			   "pi_cpu_usage_percent{cpu=\"total\",mode=\"idle\"} 95.3\n"
			   "pi_cpu_usage_percent{cpu=\"0\",mode=\"busy\"} 4.7\n");
	expect_lines(text, "\npi_memory_used_bytes 34\n");
	expect_lines(text, "# TYPE pi_network_receive_bytes_total counter\n"
			   "pi_network_receive_bytes_total{interface=\"eth0\"} 99\n");
	expect_lines(text, "\npi_disk_total_bytes{mount=\"/\"} 1000\n");
	expect_lines(text, "\npi_load_average{period=\"1m\"} 0.12\n");
	assert_null(strstr(text, "pistat_"));
	assert_null(strstr(text, "context"));
	slice_free(&slice);
}

static void nothing(void **state)
{
	struct slice slice = {0};
	auto_free char *ours = rendered(&slice, 0), *pi = rendered(&slice, 1);

	(void)state;
	assert_string_equal(ours, "");
	assert_string_equal(pi, "");
}

static void numbers(void **state)
{
	static const struct {
		double number;
		int decimals;
		const char *text;
	} cases[] = {{0, 0, "0"}, {-0.4, 0, "0"}, {0.5, 1, "0.5"}, {-12.345, 2, "-12.35"},
		{1.05, 3, "1.05"}, {0.001, 3, "0.001"}, {99.9999, 2, "100"},
		{1e14, 0, "100000000000000"}, {123456789.123456, 6, "123456789.123456"},
		{1e300, 2, "1.0000000000000001e+300"}, {-1e16, 0, "-10000000000000000"},
		{4, 12, "4"}, {4, -3, "4"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct page page = {0};

		page_number(&page, cases[i].number, cases[i].decimals);
		assert_string_equal(page.at, cases[i].text);
		free(page.at);
	}
}

static bool name_fine(const char *name)
{
	static const char *const foreign[] = {"percent", "megahertz", "millisecond", "bits",
		"kilobyte", "__", "_s_", "_info_info"};
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");

	for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
		if (strstr(name, foreign[i]))
			return false;
	return !name[n] && n > strlen("pistat_") && n < 80;
}

/* Every row there is has a name of its own, in base units; only counters end in _total. */
static void names_of_all_rows(void **state)
{
	char name[PROMETHEUS_NAME_SIZE], other[PROMETHEUS_NAME_SIZE];

	(void)state;
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		prometheus_name(&catalogue[id], name, sizeof(name));
		if (!name_fine(name) || ends(name, "_total") != (catalogue[id].kind == COUNTER))
			fail_msg("%s", name);
		for (enum metric_id before = NO_METRIC + 1; before < id; before++) {
			prometheus_name(&catalogue[before], other, sizeof(other));
			assert_string_not_equal(name, other);
		}
		assert_null(strpbrk(catalogue[id].help, "\\\n"));
	}
}

static void node_names(void **state)
{
	struct slice slice = {0};
	auto_free char *text = NULL;

	(void)state;
	put(&slice, BOOT_TIME, "", 1700000000);
	put_text(&slice, SYSTEM_KERNEL, "", "6.1.0-no-such-kernel");
	put_text(&slice, SYSTEM_HOSTNAME, "", "attic");
	put_text(&slice, SYSTEM_ARCHITECTURE, "", "aarch64");
	put(&slice, LOAD, "1m", 0.25);
	put(&slice, LOAD, "15m", 1.5);
	put(&slice, SWAP_IN, "", 3.0 * (double)sysconf(_SC_PAGESIZE));
	put(&slice, FS_TOTAL, "/", 1000);
	put(&slice, FS_USED, "/", 300);
	put(&slice, FS_FREE, "/", 650);
	put_text(&slice, FS_MOUNT, "/", "/");
	put_text(&slice, FS_DEVICE, "/", "/dev/mmcblk0p2");
	put_text(&slice, FS_TYPE, "/", "ext4");
	put(&slice, FS_TOTAL, "/mnt/\"odd\"", 5);
	put(&slice, NET_SPEED, "eth0", 1000);
	put(&slice, NET_RECV, "eth0", 12345);
	put(&slice, CPU_USAGE, "", 12);
	text = rendered(&slice, 2);
	expect_lines(text, "# TYPE node_boot_time_seconds gauge\n"
			   "node_boot_time_seconds 1700000000\n");
	/* A kernel that is not the one that runs here. */
	expect_lines(text, "\nnode_uname_info{machine=\"aarch64\",nodename=\"attic\","
			   "release=\"6.1.0-no-such-kernel\",sysname=\"Linux\"} 1\n");
	expect_lines(text, "\nnode_load1 0.25\n");
	expect_lines(text, "\nnode_load15 1.5\n");
	expect_lines(text, "# TYPE node_vmstat_pswpin untyped\nnode_vmstat_pswpin 3\n");
	expect_lines(text, "\nnode_filesystem_free_bytes{device=\"/dev/mmcblk0p2\","
			   "fstype=\"ext4\",mountpoint=\"/\"} 700\n");
	expect_lines(text, "\nnode_filesystem_avail_bytes{device=\"/dev/mmcblk0p2\","
			   "fstype=\"ext4\",mountpoint=\"/\"} 650\n");
	expect_lines(text, "\nnode_network_speed_bytes{device=\"eth0\"} 125000000\n");
	expect_lines(text, "# TYPE node_network_receive_bytes_total counter\n"
			   "node_network_receive_bytes_total{device=\"eth0\"} 12345\n");
	assert_null(strstr(text, "node_load5"));
	assert_null(strstr(text, "pistat"));
	slice_free(&slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base_units),
		cmocka_unit_test(families_by_metric),
		cmocka_unit_test(raw_keys_escaped),
		cmocka_unit_test(longest_labels),
		cmocka_unit_test(pi_names),
		cmocka_unit_test(nothing),
		cmocka_unit_test(numbers),
		cmocka_unit_test(names_of_all_rows),
		cmocka_unit_test(node_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
