/*
 * The set of names that http.prometheus_names calls node: those of the Prometheus project's
 * node_exporter, so that dashboards and alerts made for it work.  Only what agrees with it in name,
 * labels and meaning is here.
 *
 * Left out for what it would need: node_cpu_seconds_total (seconds by CPU and mode; there are
 * shares), node_memory_Cached_bytes (memory.cached counts reclaimable slab too), node_network_up
 * (network.*.up believes the carrier where the driver gives no state), node_hwmon_* and
 * node_thermal_zone_* (labelled by index and bus), node_pressure_* (seconds; there are averages).
 */
#include "mem.h"
#include "prometheus.h"

#include <stddef.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The text of a metric of the same member, what is the same everywhere, or what uname(2) says; the
 * member's key if none of these. */
struct node_label {
	const char *name;
	enum metric_id metric;
	const char *literal;
	size_t in_uname; /* offset in struct utsname */
};

struct node_name {
	const char *name, *type, *help;
	enum metric_id metric;
	enum metric_id less;		 /* less this one of the same member; NO_METRIC */
	const char *key;		 /* this member only; NULL: all, each with its labels */
	double scale;			 /* 0: 1 */
	bool pages;			 /* from bytes */
	const struct node_label *labels; /* NULL: none */
};

static const struct node_label device[] = {{.name = "device"}, {0}};
static const struct node_label filesystem[] = {
	{.name = "device", .metric = FS_DEVICE},
	{.name = "fstype", .metric = FS_TYPE},
	{.name = "mountpoint", .metric = FS_MOUNT},
	{0},
};
static const struct node_label uname_labels[] = {
	{.name = "domainname", .in_uname = offsetof(struct utsname, domainname)},
	{.name = "machine", .metric = SYSTEM_ARCHITECTURE},
	{.name = "nodename", .metric = SYSTEM_HOSTNAME},
	{.name = "release", .metric = SYSTEM_KERNEL},
	{.name = "sysname", .literal = "Linux"},
	{.name = "version", .in_uname = offsetof(struct utsname, version)},
	{0},
};

#define MEGABIT 125000 /* bytes */
#define NAME(name_, type_, help_, metric_, ...)                                                    \
	{                                                                                          \
		.name = "node_" name_, .type = type_, .help = help_, .metric = metric_,            \
		__VA_ARGS__                                                                        \
	}
#define GAUGE_OF(name, help, metric, ...) NAME(name, "gauge", help, metric, __VA_ARGS__)
#define COUNTER_OF(name, help, metric, ...) NAME(name, "counter", help, metric, __VA_ARGS__)
/* What stands in /proc/vmstat has no type there. */
#define VMSTAT_OF(name, help, metric, ...)                                                         \
	NAME("vmstat_" name, "untyped", help, metric, __VA_ARGS__)

static const struct node_name names[] = {
	GAUGE_OF("time_seconds", "When the sample was taken", TIMESTAMP, ),
	GAUGE_OF("boot_time_seconds", "When the machine booted", BOOT_TIME, ),
	GAUGE_OF("uname_info", "Kernel and machine", SYSTEM_KERNEL, .labels = uname_labels),
	COUNTER_OF("context_switches_total", "Context switches", CPU_CONTEXT_SWITCHES, ),
	COUNTER_OF("intr_total", "Interrupts serviced", CPU_INTERRUPTS, ),
	COUNTER_OF("forks_total", "Processes and threads created", CPU_FORKS, ),
	GAUGE_OF("procs_running", "Tasks runnable now", PROCESSES_RUNNING, ),
	GAUGE_OF("procs_blocked", "Tasks waiting for I/O now", PROCESSES_BLOCKED, ),
	GAUGE_OF("load1", "Load over 1 minute", LOAD, .key = "1m"),
	GAUGE_OF("load5", "Load over 5 minutes", LOAD, .key = "5m"),
	GAUGE_OF("load15", "Load over 15 minutes", LOAD, .key = "15m"),
	GAUGE_OF("memory_MemTotal_bytes", "Memory the kernel manages", MEMORY_TOTAL, ),
	GAUGE_OF("memory_MemFree_bytes", "Memory used for nothing at all", MEMORY_FREE, ),
	GAUGE_OF("memory_MemAvailable_bytes", "Memory for new programs", MEMORY_AVAILABLE, ),
	GAUGE_OF("memory_Buffers_bytes", "Cache of raw block devices", MEMORY_BUFFERS, ),
	GAUGE_OF("memory_Shmem_bytes", "tmpfs and shared memory", MEMORY_SHARED, ),
	GAUGE_OF("memory_Dirty_bytes", "Waiting to be written to disk", MEMORY_DIRTY, ),
	GAUGE_OF("memory_SwapTotal_bytes", "Swap space", SWAP_TOTAL, ),
	GAUGE_OF("memory_SwapFree_bytes", "Swap space left", SWAP_FREE, ),
	VMSTAT_OF("oom_kill", "Processes killed for want of memory", MEMORY_OOM_KILLS, ),
	VMSTAT_OF("pswpin", "Pages read back from swap", SWAP_IN, .pages = true),
	VMSTAT_OF("pswpout", "Pages written to swap", SWAP_OUT, .pages = true),
	GAUGE_OF("filesystem_size_bytes", "Size", FS_TOTAL, .labels = filesystem),
	GAUGE_OF("filesystem_free_bytes", "Free, with what is root's", FS_TOTAL, .less = FS_USED,
		.labels = filesystem),
	GAUGE_OF("filesystem_avail_bytes", "Free for users", FS_FREE, .labels = filesystem),
	GAUGE_OF("filesystem_readonly", "Mounted read-only", FS_READ_ONLY, .labels = filesystem),
	COUNTER_OF("disk_read_bytes_total", "Read", DISK_READ_BYTES, .labels = device),
	COUNTER_OF("disk_written_bytes_total", "Written", DISK_WRITE_BYTES, .labels = device),
	COUNTER_OF("disk_io_time_seconds_total", "Time with I/O in flight", DISK_BUSY_TIME,
		.labels = device),
	COUNTER_OF("network_receive_bytes_total", "Bytes received", NET_RECV, .labels = device),
	COUNTER_OF("network_receive_packets_total", "Packets received", NET_PACKETS_RECV,
		.labels = device),
	COUNTER_OF("network_receive_errs_total", "Receive errors", NET_ERRIN, .labels = device),
	COUNTER_OF(
		"network_receive_drop_total", "Received and dropped", NET_DROPIN, .labels = device),
	COUNTER_OF("network_transmit_bytes_total", "Bytes sent", NET_SENT, .labels = device),
	COUNTER_OF("network_transmit_packets_total", "Packets sent", NET_PACKETS_SENT,
		.labels = device),
	COUNTER_OF("network_transmit_errs_total", "Send errors", NET_ERROUT, .labels = device),
	COUNTER_OF("network_transmit_drop_total", "Dropped before sending", NET_DROPOUT,
		.labels = device),
	GAUGE_OF("network_speed_bytes", "Negotiated speed, per second", NET_SPEED, .scale = MEGABIT,
		.labels = device),
};

static const struct reading *beside(
	const struct by_metric *readings, enum metric_id metric, const char *key)
{
	for (size_t i = readings->first[metric]; i < readings->first[metric + 1]; i++)
		if (strcmp(readings->order[i]->key, key) == 0)
			return readings->order[i];
	return NULL;
}

/* In the order above; NULL: not known.  Only this machine's kernel is asked for more than the
 * snapshot holds, not a captured one's. */
static const char *label_value(const struct by_metric *readings, const struct node_label *label,
	const char *key, const struct utsname *kernel)
{
	const struct reading *text;

	if (label->metric) {
		text = beside(readings, label->metric, key);
		return text ? text->text : NULL;
	}
	if (label->literal)
		return label->literal;
	if (!label->in_uname)
		return key;
	text = beside(readings, SYSTEM_KERNEL, "");
	return text && strcmp(text->text, kernel->release) == 0
		       ? (const char *)kernel + label->in_uname
		       : NULL;
}

static void write_labels(struct page *page, const struct by_metric *readings,
	const struct node_label *label, const char *key)
{
	const char *open = "{", *value;
	struct utsname kernel = {0};

	if (label == uname_labels)
		(void)uname(&kernel);
	for (; label->name; label++) {
		value = label_value(readings, label, key, &kernel);
		if (!value)
			continue;
		page_text(page, open);
		page_label(page, label->name, value);
		open = ",";
	}
	page_text(page, "}");
}

/* False if it is not there to be told. */
static bool value_of(const struct by_metric *readings, const struct node_name *name,
	const struct reading *reading, double *ret)
{
	const struct reading *less = NULL;

	if (name->key && strcmp(name->key, reading->key) != 0)
		return false;
	if (name->less && !(less = beside(readings, name->less, reading->key)))
		return false;
	*ret = catalogue[name->metric].kind == TEXT ? 1 : reading->number;
	*ret -= less ? less->number : 0;
	*ret *= name->scale > 0 ? name->scale : 1;
	if (name->pages)
		*ret /= (double)sysconf(_SC_PAGESIZE);
	return true;
}

static void write_name(
	struct page *page, const struct by_metric *readings, const struct node_name *name)
{
	size_t at = readings->first[name->metric], end = readings->first[name->metric + 1];
	bool begun = false;
	double value;

	for (; at < end; at++) {
		if (!value_of(readings, name, readings->order[at], &value))
			continue;
		if (!begun)
			prometheus_preamble(page, name->name, name->help, "", name->type);
		begun = true;
		page_text(page, name->name);
		if (name->labels)
			write_labels(page, readings, name->labels, readings->order[at]->key);
		page_text(page, " ");
		page_number(page, value, catalogue[name->metric].precision);
		page_text(page, "\n");
	}
}

void prometheus_node(const struct by_metric *readings, struct page *page)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		write_name(page, readings, &names[i]);
}
