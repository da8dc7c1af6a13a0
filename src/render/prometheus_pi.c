/*
 * The set of names that http.prometheus_names calls pi, for dashboards and alerts that were written
 * against it: percentages from 0 to 100, one label set for each mode.  Rows of one name stand
 * together.
 */
#include "mem.h"
#include "prometheus.h"

#include <string.h>

struct pi_name {
	const char *name, *help;
	enum metric_id metric;
	const char *key;    /* the label that carries the member's key; NULL for the host */
	const char *labels; /* more labels, as they are written; NULL if none */
};

#define PI_CPU "pi_cpu_usage_percent", "CPU usage percentage"

static const struct pi_name names[] = {
	{PI_CPU, CPU_USER, NULL, "cpu=\"total\",mode=\"user\""},
	{PI_CPU, CPU_NICE, NULL, "cpu=\"total\",mode=\"nice\""},
	{PI_CPU, CPU_SYSTEM, NULL, "cpu=\"total\",mode=\"system\""},
	{PI_CPU, CPU_IDLE, NULL, "cpu=\"total\",mode=\"idle\""},
	{PI_CPU, CPU_IOWAIT, NULL, "cpu=\"total\",mode=\"iowait\""},
	{PI_CPU, CPU_IRQ, NULL, "cpu=\"total\",mode=\"irq\""},
	{PI_CPU, CPU_SOFTIRQ, NULL, "cpu=\"total\",mode=\"softirq\""},
	{PI_CPU, CPU_STEAL, NULL, "cpu=\"total\",mode=\"steal\""},
	{PI_CPU, CORE_USAGE, "cpu", "mode=\"busy\""},
	{"pi_cpu_temperature_celsius", "CPU temperature", CPU_TEMP, NULL, NULL},
	{"pi_memory_total_bytes", "Total memory", MEMORY_TOTAL, NULL, NULL},
	{"pi_memory_used_bytes", "Memory in use", MEMORY_USED, NULL, NULL},
	{"pi_memory_free_bytes", "Memory used for nothing at all", MEMORY_FREE, NULL, NULL},
	{"pi_memory_available_bytes", "Memory that new programs can have", MEMORY_AVAILABLE, NULL,
		NULL},
	{"pi_memory_buffers_bytes", "Memory in buffers", MEMORY_BUFFERS, NULL, NULL},
	{"pi_memory_cached_bytes", "Memory in the page cache", MEMORY_CACHED, NULL, NULL},
	{"pi_swap_total_bytes", "Total swap space", SWAP_TOTAL, NULL, NULL},
	{"pi_swap_used_bytes", "Swap space in use", SWAP_USED, NULL, NULL},
	{"pi_swap_free_bytes", "Swap space left", SWAP_FREE, NULL, NULL},
	{"pi_network_receive_bytes_total", "Bytes received", NET_RECV, "interface", NULL},
	{"pi_network_transmit_bytes_total", "Bytes sent", NET_SENT, "interface", NULL},
	{"pi_network_receive_packets_total", "Packets received", NET_PACKETS_RECV, "interface",
		NULL},
	{"pi_network_transmit_packets_total", "Packets sent", NET_PACKETS_SENT, "interface", NULL},
	{"pi_network_receive_errors_total", "Receive errors", NET_ERRIN, "interface", NULL},
	{"pi_network_transmit_errors_total", "Send errors", NET_ERROUT, "interface", NULL},
	{"pi_load_average", "Load average", LOAD, "period", NULL},
	{"pi_uptime_seconds", "Time since boot", UPTIME, NULL, NULL},
	{"pi_processes", "Processes", PROCESSES_TOTAL, NULL, NULL},
	{"pi_processes_running", "Tasks runnable now", PROCESSES_RUNNING, NULL, NULL},
	{"pi_disk_total_bytes", "Size of the filesystem", FS_TOTAL, "mount", NULL},
	{"pi_disk_used_bytes", "In use on the filesystem", FS_USED, "mount", NULL},
	{"pi_disk_free_bytes", "Free for users on the filesystem", FS_FREE, "mount", NULL},
};

static void write_sample(
	struct page *page, const struct pi_name *name, const struct reading *reading)
{
	page_text(page, name->name);
	if (name->key || name->labels)
		page_text(page, "{");
	if (name->key)
		page_label(page, name->key, reading->key);
	if (name->key && name->labels)
		page_text(page, ",");
	if (name->labels)
		page_text(page, name->labels);
	page_text(page, name->key || name->labels ? "} " : " ");
	page_number(page, reading->number, catalogue[name->metric].precision);
	page_text(page, "\n");
}

void prometheus_pi(const struct by_metric *readings, struct page *page)
{
	const char *open = "";

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct pi_name *name = &names[i];
		size_t at = readings->first[name->metric], end = readings->first[name->metric + 1];

		if (at == end)
			continue;
		if (strcmp(open, name->name) != 0)
			prometheus_preamble(page, name->name, name->help, "",
				prometheus_type(&catalogue[name->metric]));
		open = name->name;
		for (; at < end; at++)
			write_sample(page, name, readings->order[at]);
	}
}
