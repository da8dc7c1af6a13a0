#include "unit.h"

#include "mem.h"
#include "views.h"

#include <time.h>

static struct snapshot sealed(const struct slice *slice)
{
	const struct slice *slices[] = {slice};

	return snapshot_seal(slices, 1, 1758644292.743209, 100);
}

static void expect_view(
	const struct slice *slice, const struct view_row *view, const char *expected)
{
	struct snapshot snapshot = sealed(slice);
	auto_free char *text = NULL;
	size_t n;

	text = render_view(&snapshot, view, &n);
	assert_int_equal(n, strlen(text));
	assert_string_equal(text, expected);
	snapshot_free(&snapshot);
}

static void put_memory_and_disk(struct slice *slice)
{
	put(slice, MEMORY_TOTAL, "", 33629593600);
	put(slice, MEMORY_USED, "", 1771674009);
	put(slice, MEMORY_AVAILABLE, "", 31857919591);
	put(slice, MEMORY_PERCENT, "", 5.2682);
	put(slice, MAIN_TOTAL, "", 250000000000);
	put(slice, MAIN_USED, "", 114500000000);
	put(slice, MAIN_FREE, "", 123000000000);
	put(slice, MAIN_PERCENT, "", 45.8);
}

static void sizes_in_gigabytes(void **state)
{
	struct slice slice = {0};

	(void)state;
	put_memory_and_disk(&slice);
	expect_view(&slice, view_memory,
		"{\"total_gb\":31.32,\"used_gb\":1.65,\"available_gb\":29.67,\"percent\":5.3}");
	expect_view(&slice, view_disk,
		"{\"total_gb\":232.83,\"used_gb\":106.64,\"free_gb\":114.55,\"percent\":45.8}");
	slice_free(&slice);
}

/* A float stays one when it happens to be whole; counts are integers. */
static void processor(void **state)
{
	struct slice slice = {0};

	(void)state;
	put(&slice, CPU_USAGE, "", 15.24);
	put(&slice, CPU_PHYSICAL_CORES, "", 8);
	put(&slice, CPU_LOGICAL_CORES, "", 16);
	put(&slice, CPU_FREQ, "", 3600);
	put(&slice, CORE_USAGE, "0", 12.5);
	put(&slice, CORE_USAGE, "10", 14);
	put(&slice, CORE_USAGE, "2", 0);
	expect_view(&slice, view_cpu,
		"{\"usage_percent\":15.2,\"cores\":8,\"threads\":16,\"frequency_mhz\":3600.0,"
		"\"per_core_usage\":[12.5,0.0,14.0]}");
	slice_free(&slice);
}

/* Of all interfaces together. */
static void traffic(void **state)
{
	struct slice slice = {0};

	(void)state;
	put(&slice, NET_SENT, "eth0", 3221225472);
	put(&slice, NET_SENT, "wlan0", 1073741824);
	put(&slice, NET_RECV, "wlan0", 536870912);
	put(&slice, NET_PACKETS_SENT, "eth0", 7);
	put(&slice, NET_PACKETS_SENT, "wlan0", 8);
	expect_view(&slice, view_network,
		"{\"bytes_sent_gb\":4.0,\"bytes_recv_gb\":0.5,\"packets_sent\":15,"
		"\"packets_recv\":null}");
	slice_free(&slice);
}

static void put_amd(struct slice *slice, const char *key)
{
	put_text(slice, CARD_VENDOR, key, "AMD");
	put_text(slice, CARD_NAME, key, "Radeon RX 7800 XT");
	put(slice, CARD_USAGE, key, 0);
	put(slice, CARD_VRAM_TOTAL, key, 17163091968);
	put(slice, CARD_VRAM_USED, key, 60070822);
	put(slice, CARD_VRAM_FREE, key, 17103021146);
}

static void amd_card(void **state)
{
	struct slice slice = {0};

	(void)state;
	put_amd(&slice, "0000:03:00.0");
	expect_view(&slice, view_gpu,
		"{\"type\":\"AMD ROCm\",\"gpus\":[{\"name\":\"card0\",\"usage_percent\":0,"
		"\"vram_total_gb\":15.98,\"vram_used_gb\":0.06,\"vram_free_gb\":15.93,"
		"\"vram_used_percent\":0.35,\"temperature\":null}]}");
	slice_free(&slice);
}

static void nvidia_and_videocore(void **state)
{
	struct slice slice = {0};

	(void)state;
	put_text(&slice, CARD_VENDOR, "0000:01:00.0", "NVIDIA");
	put_text(&slice, CARD_NAME, "0000:01:00.0", "NVIDIA GeForce RTX 3060");
	put(&slice, CARD_TEMPERATURE, "0000:01:00.0", 44);
	put(&slice, CARD_USAGE, "0000:01:00.0", 37);
	put(&slice, CARD_MEMORY_USAGE, "0000:01:00.0", 12);
	put(&slice, CARD_VRAM_TOTAL, "0000:01:00.0", 12884901888);
	put(&slice, CARD_VRAM_USED, "0000:01:00.0", 1610612736);
	put(&slice, CARD_VRAM_FREE, "0000:01:00.0", 11274289152);
	put(&slice, GPU_USAGE, "", 3.4);
	put(&slice, GPU_TEMPERATURE, "", 44.2);
	expect_view(&slice, view_gpu,
		"{\"type\":\"NVIDIA\",\"gpus\":[{\"index\":0,\"name\":\"NVIDIA GeForce RTX 3060\","
		"\"temperature\":44,\"gpu_utilization\":37,\"memory_utilization\":12,"
		"\"memory_total_mb\":12288,\"memory_used_mb\":1536,\"memory_free_mb\":10752},"
		"{\"name\":\"VideoCore\",\"usage_percent\":3,\"vram_total_gb\":null,"
		"\"vram_used_gb\":null,\"vram_free_gb\":null,\"vram_used_percent\":null,"
		"\"temperature\":44.2}]}");
	slice_free(&slice);
}

static void nothing_to_draw_with(void **state)
{
	struct slice slice = {0};

	(void)state;
	expect_view(&slice, view_gpu, "{\"type\":null,\"gpus\":[]}");
}

static void summary(void **state)
{
	struct slice slice = {0};

	(void)state;
	expect_view(&slice, view_summary,
		"{\"cpu_usage\":null,\"ram_usage\":null,\"disk_usage\":null,"
		"\"ollama_models\":null}");
	put_memory_and_disk(&slice);
	put_amd(&slice, "0000:03:00.0");
	put(&slice, CPU_USAGE, "", 15);
	put(&slice, GPU_USAGE, "", 12.4);
	expect_view(&slice, view_summary,
		"{\"cpu_usage\":\"15.0%\",\"ram_usage\":\"1.65 GB / 31.32 GB (5.3%)\","
		"\"disk_usage\":\"45.8%\",\"gpu_0_usage\":\"0%\",\"gpu_1_usage\":\"12%\","
		"\"gpu_0_vram\":\"0.06 GB / 15.98 GB (0.35%)\",\"ollama_models\":null}");
	slice_free(&slice);
}

static void flat_sample(void **state)
{
	struct slice slice = {0};

	(void)state;
	put(&slice, TIMESTAMP, "", 1708747200.96);
	put(&slice, CPU_USAGE, "", 12.5);
	put(&slice, CORE_USAGE, "0", 10);
	put(&slice, CORE_USAGE, "1", 15);
	put_memory_and_disk(&slice);
	put(&slice, LOAD, "1m", 0.45);
	put(&slice, LOAD, "5m", 0.38);
	put(&slice, LOAD, "15m", 1);
	put_text(&slice, NET_PRIMARY, "", "wlan0");
	put(&slice, NET_SENT, "eth0", 1);
	put(&slice, NET_SENT, "wlan0", 1234567);
	put(&slice, NET_RECV, "wlan0", 7654321);
	put(&slice, UPTIME, "", 86400.97);
	expect_view(&slice, view_current,
		"{\"id\":1708747200,\"timestamp\":1708747200.96,\"cpu_percent\":12.5,"
		"\"cpu_per_core\":[10.0,15.0],\"mem_used\":1771674009,\"mem_total\":33629593600,"
		"\"mem_percent\":5.3,\"cpu_temp\":null,\"disk_used\":114500000000,"
		"\"disk_total\":250000000000,\"disk_percent\":45.8,\"load_1\":0.45,\"load_5\":0.38,"
		"\"load_15\":1.0,\"net_bytes_sent\":1234567,\"net_bytes_recv\":7654321,"
		"\"uptime_seconds\":86400}");
	slice_free(&slice);
}

static void expect_within(
	const struct slice *slice, const struct view_row *view, const char *expected)
{
	struct snapshot snapshot = sealed(slice);
	auto_free char *text = NULL;
	size_t n;

	text = render_view(&snapshot, view, &n);
	if (!strstr(text, expected))
		fail_msg("missing:\n%s\nin:\n%s", expected, text);
	snapshot_free(&snapshot);
}

static void moments_and_spans(void **state)
{
	struct slice slice = {0};

	(void)state;
	setenv("TZ", "IST-5:30", 1);
	tzset();
	put(&slice, TIMESTAMP, "", 1758644292.743209);
	put(&slice, BOOT_TIME, "", 1758607233);
	put(&slice, UPTIME, "", 37059.5);
	expect_within(&slice, view_system,
		"{\"collected_at\":\"2025-09-23T16:18:12.743209+00:00\",\"cpu\":{");
	expect_within(&slice, view_system,
		"\"uptime\":{\"human\":\"10h 17m\",\"seconds\":37059.5,"
		"\"boot_time\":\"2025-09-23T11:30:33+05:30\"}");
	slice_clear(&slice);
	put(&slice, UPTIME, "", 2 * 86400 + 14 * 3600 + 32 * 60 + 59);
	expect_within(&slice, view_system, "\"human\":\"2d 14h 32m\"");
	slice_clear(&slice);
	put(&slice, UPTIME, "", 59);
	expect_within(&slice, view_system, "\"human\":\"0m\",\"seconds\":59.0,\"boot_time\":null");
	slice_free(&slice);
}

static void primary_interface(void **state)
{
	struct slice slice = {0};

	(void)state;
	expect_within(&slice, view_system,
		"\"primary_interface\":{\"name\":null,\"ipv4\":null,\"ipv6\":null,\"mac\":null,"
		"\"is_up\":null,");
	put_text(&slice, NET_PRIMARY, "", "eth0");
	put_text(&slice, NET_PRIMARY_IPV4, "", "192.0.2.7");
	put_text(&slice, NET_MAC, "eth0", "02:00:00:00:00:07");
	put_text(&slice, NET_MAC, "wlan0", "02:00:00:00:00:08");
	put(&slice, NET_UP, "eth0", 1);
	expect_within(&slice, view_system,
		"\"network\":{\"primary_interface\":{\"name\":\"eth0\",\"ipv4\":\"192.0.2.7\","
		"\"ipv6\":null,\"mac\":\"02:00:00:00:00:07\",\"is_up\":true,\"speed\":null,");
	slice_free(&slice);
}

static void words_are_escaped(void **state)
{
	struct slice slice = {0};

	(void)state;
	put_text(&slice, MAIN_MOUNT, "", "/mnt/\"a\\b\"");
	expect_within(&slice, view_system, "\"mount\":\"/mnt/\\\"a\\\\b\\\"\"");
	slice_free(&slice);
}

static void expect_schema(char *schema, const char *expected)
{
	auto_free char *text = schema;

	if (!strstr(text, expected))
		fail_msg("missing:\n%s\nin:\n%s", expected, text);
}

static void schemas(void **state)
{
	(void)state;
	expect_schema(schema_view(view_memory),
		"{\"type\":\"object\",\"properties\":{\"total_gb\":{\"type\":[\"number\",\"null\"],"
		"\"description\":\"Memory the kernel manages (GB of 2^30 bytes)\"}");
	expect_schema(schema_view(view_cpu), "\"per_core_usage\":{\"type\":\"array\",\"items\":{"
					     "\"type\":[\"number\",\"null\"],");
	expect_schema(schema_view(view_summary),
		"\"patternProperties\":{\"^gpu_[0-9]+_usage$\":{\"type\":[\"string\",\"null\"],");
	expect_schema(
		schema_view(view_gpu), "\"gpu_utilization\":{\"type\":[\"integer\",\"null\"],");
	expect_schema(schema_document(),
		"\"memory\":{\"type\":\"object\",\"properties\":{\"total\":"
		"{\"type\":[\"number\",\"null\"],\"description\":"
		"\"Memory the kernel manages (B)\"}");
	expect_schema(schema_document(),
		"\"load_avg\":{\"type\":\"array\",\"items\":{\"type\":[\"number\",\"null\"]");
	expect_schema(schema_document(),
		"\"additionalProperties\":{\"type\":\"object\",\"properties\":{\"bytes_sent\":");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_in_gigabytes),
		cmocka_unit_test(processor),
		cmocka_unit_test(traffic),
		cmocka_unit_test(amd_card),
		cmocka_unit_test(nvidia_and_videocore),
		cmocka_unit_test(nothing_to_draw_with),
		cmocka_unit_test(summary),
		cmocka_unit_test(flat_sample),
		cmocka_unit_test(moments_and_spans),
		cmocka_unit_test(primary_interface),
		cmocka_unit_test(words_are_escaped),
		cmocka_unit_test(schemas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
