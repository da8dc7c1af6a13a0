/*
 * The shapes.  Names, units, rounding and types are those of the systems that had them first; the
 * rest of what is known about the thing stands beside it.
 */
#include "views.h"

#define OF_PRIMARY .over = PRIMARY_INTERFACE

/* GET /system: one object for each part of the machine, sizes in bytes. */
const struct view_row view_system[] = {
	{"collected_at", TIMESTAMP, .form = UTC},
	{"cpu.percent", CPU_USAGE, .form = FLOAT, .digits = 1},
	{"cpu.per_core", CORE_USAGE, .form = FLOAT, .digits = 1, .over = LIST},
	{"cpu.logical_cores", CPU_LOGICAL_CORES, .form = INTEGER},
	{"cpu.physical_cores", CPU_PHYSICAL_CORES, .form = INTEGER},
	{"cpu.frequency.current", CPU_FREQ, .form = FLOAT, .digits = 1},
	{"cpu.frequency.min", CPU_FREQ_MIN, .form = FLOAT, .digits = 1},
	{"cpu.frequency.max", CPU_FREQ_MAX, .form = FLOAT, .digits = 1},
	{"cpu.temperature", CPU_TEMP, .form = FLOAT, .digits = 1},
	{"cpu.load_average", LOAD, .form = FLOAT, .digits = 2, .over = LIST},
	{"memory.percent", MEMORY_PERCENT, .form = FLOAT, .digits = 1},
	{"memory.total", MEMORY_TOTAL, .form = INTEGER},
	{"memory.available", MEMORY_AVAILABLE, .form = INTEGER},
	{"memory.used", MEMORY_USED, .form = INTEGER},
	{"memory.free", MEMORY_FREE, .form = INTEGER},
	{"memory.swap.percent", SWAP_PERCENT, .form = FLOAT, .digits = 1},
	{"memory.swap.total", SWAP_TOTAL, .form = INTEGER},
	{"memory.swap.used", SWAP_USED, .form = INTEGER},
	{"memory.swap.free", SWAP_FREE, .form = INTEGER},
	{"disk.percent", MAIN_PERCENT, .form = FLOAT, .digits = 1},
	{"disk.mount", MAIN_MOUNT, .form = WORDS},
	{"disk.total", MAIN_TOTAL, .form = INTEGER},
	{"disk.used", MAIN_USED, .form = INTEGER},
	{"disk.free", MAIN_FREE, .form = INTEGER},
	{"network.primary_interface.name", NET_PRIMARY, .form = WORDS},
	{"network.primary_interface.ipv4", NET_PRIMARY_IPV4, .form = WORDS},
	{"network.primary_interface.ipv6", NET_IPV6, .form = WORDS, OF_PRIMARY},
	{"network.primary_interface.mac", NET_MAC, .form = WORDS, OF_PRIMARY},
	{"network.primary_interface.is_up", NET_UP, .form = BOOLEAN, OF_PRIMARY},
	{"network.primary_interface.speed", NET_SPEED, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.bytes_sent", NET_SENT, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.bytes_recv", NET_RECV, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.packets_sent", NET_PACKETS_SENT, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.packets_recv", NET_PACKETS_RECV, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.errin", NET_ERRIN, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.errout", NET_ERROUT, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.dropin", NET_DROPIN, .form = INTEGER, OF_PRIMARY},
	{"network.primary_interface.dropout", NET_DROPOUT, .form = INTEGER, OF_PRIMARY},
	{"uptime.human", UPTIME, .form = DURATION},
	{"uptime.seconds", UPTIME, .form = FLOAT, .digits = 2},
	{"uptime.boot_time", BOOT_TIME, .form = LOCAL_TIME},
	{"system.hostname", SYSTEM_HOSTNAME, .form = WORDS},
	{"system.model", HARDWARE_MODEL, .form = WORDS},
	{"system.system", .form = LITERAL, .text = "Linux"},
	{"system.os", SYSTEM_OS, .form = WORDS},
	{"system.release", SYSTEM_KERNEL, .form = WORDS},
	{"system.machine", SYSTEM_ARCHITECTURE, .form = WORDS},
	{"system.processor", HARDWARE_PROCESSOR, .form = WORDS},
	{0},
};

/* GET /stats/…: flat, sizes in GB, meaning 2^30 bytes. */
const struct view_row view_cpu[] = {
	{"usage_percent", CPU_USAGE, .form = FLOAT, .digits = 1},
	{"cores", CPU_PHYSICAL_CORES, .form = INTEGER},
	{"threads", CPU_LOGICAL_CORES, .form = INTEGER},
	{"frequency_mhz", CPU_FREQ, .form = FLOAT, .digits = 1},
	{"per_core_usage", CORE_USAGE, .form = FLOAT, .digits = 1, .over = LIST},
	{0},
};

const struct view_row view_memory[] = {
	{"total_gb", MEMORY_TOTAL, .form = GIGABYTES},
	{"used_gb", MEMORY_USED, .form = GIGABYTES},
	{"available_gb", MEMORY_AVAILABLE, .form = GIGABYTES},
	{"percent", MEMORY_PERCENT, .form = FLOAT, .digits = 1},
	{0},
};

const struct view_row view_disk[] = {
	{"total_gb", MAIN_TOTAL, .form = GIGABYTES},
	{"used_gb", MAIN_USED, .form = GIGABYTES},
	{"free_gb", MAIN_FREE, .form = GIGABYTES},
	{"percent", MAIN_PERCENT, .form = FLOAT, .digits = 1},
	{0},
};

static const struct view_row card[] = {
	{"name", CARD_NAME, .form = CARD_CALLED},
	{"usage_percent", CARD_USAGE, .form = INTEGER, .videocore = GPU_USAGE},
	{"vram_total_gb", CARD_VRAM_TOTAL, .form = GIGABYTES, .videocore = GPU_MEMORY},
	{"vram_used_gb", CARD_VRAM_USED, .form = GIGABYTES},
	{"vram_free_gb", CARD_VRAM_FREE, .form = GIGABYTES},
	{"vram_used_percent", CARD_VRAM_USED, .form = SHARE, .digits = 2, .of = CARD_VRAM_TOTAL},
	{"temperature", CARD_TEMPERATURE, .form = FLOAT, .digits = 1, .videocore = GPU_TEMPERATURE},
	{0},
};

static const struct view_row nvidia_card[] = {
	{"index", CARD_NAME, .form = NUMBER_OF},
	{"name", CARD_NAME, .form = WORDS},
	{"temperature", CARD_TEMPERATURE, .form = INTEGER},
	{"gpu_utilization", CARD_USAGE, .form = INTEGER},
	{"memory_utilization", CARD_MEMORY_USAGE, .form = INTEGER},
	{"memory_total_mb", CARD_VRAM_TOTAL, .form = MEGABYTES},
	{"memory_used_mb", CARD_VRAM_USED, .form = MEGABYTES},
	{"memory_free_mb", CARD_VRAM_FREE, .form = MEGABYTES},
	{0},
};

const struct card_shape card_shapes[] = {
	{"AMD", "AMD ROCm", "card#", card},
	{"NVIDIA", "NVIDIA", NULL, nvidia_card},
	{"Broadcom", "VideoCore", "VideoCore", card},
	{NULL, NULL, NULL, card},
};

const struct view_row view_gpu[] = {
	{"type", CARD_VENDOR, .form = CARD_KIND, .over = FIRST},
	{"gpus", CARD_VENDOR, .form = OBJECT, .over = LIST},
	{0},
};

const struct view_row view_network[] = {
	{"bytes_sent_gb", NET_SENT, .form = GIGABYTES, .over = SUM},
	{"bytes_recv_gb", NET_RECV, .form = GIGABYTES, .over = SUM},
	{"packets_sent", NET_PACKETS_SENT, .form = INTEGER, .over = SUM},
	{"packets_recv", NET_PACKETS_RECV, .form = INTEGER, .over = SUM},
	{0},
};

static const struct view_row model[] = {
	{"name", MODEL_NAME, .form = WORDS},
	{"size_gb", MODEL_SIZE, .form = GIGABYTES},
	{"vram_gb", MODEL_VRAM, .form = GIGABYTES},
	{"processor", MODEL_PROCESSOR, .form = WORDS},
	{"expires_at", MODEL_EXPIRES_AT, .form = UTC},
	{0},
};

const struct view_row view_ollama[] = {
	{"running_models", OLLAMA_RUNNING_MODELS, .form = INTEGER},
	{"models", MODEL_NAME, .form = OBJECT, .over = LIST, .rows = model},
	{0},
};

const struct view_row view_summary[] = {
	{"cpu_usage", CPU_USAGE, .form = PERCENT_TEXT, .digits = 1},
	{"ram_usage", MEMORY_USED, .form = USAGE_TEXT, .digits = 1, .of = MEMORY_TOTAL},
	{"disk_usage", MAIN_PERCENT, .form = PERCENT_TEXT, .digits = 1},
	{"gpu_#_usage", CARD_USAGE, .form = PERCENT_TEXT, .over = EACH, .videocore = GPU_USAGE},
	{"gpu_#_vram", CARD_VRAM_USED, .form = USAGE_TEXT, .digits = 2, .over = EACH,
		.of = CARD_VRAM_TOTAL},
	{"ollama_models", OLLAMA_RUNNING_MODELS, .form = INTEGER},
	{0},
};

/* What forward.url is sent. */
const struct view_row view_forward[] = {
	{"hostname", SYSTEM_HOSTNAME, .form = WORDS},
	{"collected_at", TIMESTAMP, .form = UTC},
	{"cpu_percent", CPU_USAGE, .form = FLOAT, .digits = 1},
	{"memory_percent", MEMORY_PERCENT, .form = FLOAT, .digits = 1},
	{"swap_percent", SWAP_PERCENT, .form = FLOAT, .digits = 1},
	{"disk_percent", MAIN_PERCENT, .form = FLOAT, .digits = 1},
	{"snapshot", .form = OBJECT, .rows = view_system},
	{0},
};

/* GET /api/current: flat, sizes in bytes.  The number of a sample is the second it was taken in. */
const struct view_row view_current[] = {
	{"id", TIMESTAMP, .form = FLOORED},
	{"timestamp", TIMESTAMP, .form = FLOAT, .digits = 3},
	{"cpu_percent", CPU_USAGE, .form = FLOAT, .digits = 1},
	{"cpu_per_core", CORE_USAGE, .form = FLOAT, .digits = 1, .over = LIST},
	{"mem_used", MEMORY_USED, .form = INTEGER},
	{"mem_total", MEMORY_TOTAL, .form = INTEGER},
	{"mem_percent", MEMORY_PERCENT, .form = FLOAT, .digits = 1},
	{"cpu_temp", CPU_TEMP, .form = FLOAT, .digits = 1},
	{"disk_used", MAIN_USED, .form = INTEGER},
	{"disk_total", MAIN_TOTAL, .form = INTEGER},
	{"disk_percent", MAIN_PERCENT, .form = FLOAT, .digits = 1},
	{"load_1", LOAD, .form = FLOAT, .digits = 2, .over = KEYED, .key = "1m"},
	{"load_5", LOAD, .form = FLOAT, .digits = 2, .over = KEYED, .key = "5m"},
	{"load_15", LOAD, .form = FLOAT, .digits = 2, .over = KEYED, .key = "15m"},
	{"net_bytes_sent", NET_SENT, .form = INTEGER, OF_PRIMARY},
	{"net_bytes_recv", NET_RECV, .form = INTEGER, OF_PRIMARY},
	{"uptime_seconds", UPTIME, .form = FLOORED},
	{0},
};
