/*
 * What the dashboard shows and in which order; queries, units, descriptions and names follow from
 * the catalogue.  Numbers and states that stand in no panel here come at the end by themselves.
 */
#include "grafana.h"

#define HEADING(title)                                                                             \
	title, SECTION, 0, false, 0, 0,                                                            \
	{                                                                                          \
		0                                                                                  \
	}
#define CLOSED(title)                                                                              \
	title, SECTION, 0, true, 0, 0,                                                             \
	{                                                                                          \
		0                                                                                  \
	}
#define PLAIN(title, shape, width) title, shape, width, false, 0, 0
#define WATCHED(title, shape, width, warn, bad) title, shape, width, false, warn, bad

const struct panel grafana_panels[] = {
	{HEADING("Overview")},
	{PLAIN("Model", WORDS_OF, 6), {HARDWARE_MODEL}},
	{PLAIN("System", WORDS_OF, 6), {SYSTEM_OS}},
	{PLAIN("Kernel", WORDS_OF, 6), {SYSTEM_KERNEL}},
	{PLAIN("Address", WORDS_OF, 6), {NET_PRIMARY_IPV4}},
	{WATCHED("CPU", DIAL, 4, 0.8, 0.95), {CPU_USAGE}},
	{WATCHED("Memory", DIAL, 4, 0.8, 0.95), {MEMORY_PERCENT}},
	{WATCHED("Disk", DIAL, 4, 0.8, 0.9), {MAIN_PERCENT}},
	{WATCHED("CPU temperature", DIAL, 4, 70, 80), {CPU_TEMP}},
	{PLAIN("Up for", FIGURE, 4), {UPTIME}},
	{PLAIN("Power", FIGURE, 4), {PI_WATTS}},

	{HEADING("Problems")},
	{PLAIN("Problems", PROBLEMS, 24),
		{PI_UNDER_VOLTAGE, PI_THROTTLED, PI_FREQ_CAPPED, PI_SOFT_TEMP_LIMIT,
			PI_UNDER_VOLTAGE_OCCURRED, PI_THROTTLED_OCCURRED, PI_FREQ_CAPPED_OCCURRED,
			PI_SOFT_TEMP_LIMIT_OCCURRED, PI_USB_OVER_CURRENT, FS_READ_ONLY,
			DISK_WARNING, RAID_DEGRADED, SYSTEM_REBOOT_REQUIRED}},
	{WATCHED("Failed units", FIGURE, 4, 1, 3), {SYSTEM_FAILED_UNITS}},
	{WATCHED("Packages upgradable", FIGURE, 4, 1, 100), {SYSTEM_PACKAGES_UPGRADABLE}},
	{WATCHED("Out-of-memory kills", FIGURE, 4, 1, 10), {MEMORY_OOM_KILLS}},
	{WATCHED("Under-voltage events", FIGURE, 4, 1, 10), {PI_UNDER_VOLTAGE_EVENTS}},
	{WATCHED("Storage errors", FIGURE, 4, 1, 1), {STORAGE_ERRORS}},
	{WATCHED("Media errors", FIGURE, 4, 1, 1), {DISK_MEDIA_ERRORS}},

	{HEADING("Processor")},
	{PLAIN("CPU time", AREAS, 12),
		{CPU_USER, CPU_NICE, CPU_SYSTEM, CPU_IOWAIT, CPU_IRQ, CPU_SOFTIRQ, CPU_STEAL}},
	{PLAIN("Cores", CURVES, 12), {CORE_USAGE}},
	{PLAIN("Load", CURVES, 8), {LOAD}},
	{PLAIN("Frequency", CURVES, 8), {CPU_FREQ, CPU_FREQ_MIN, CPU_FREQ_MAX}},
	{WATCHED("Pressure", CURVES, 8, 0.1, 0.5),
		{PRESSURE_CPU_SOME, PRESSURE_CPU_FULL, PRESSURE_MEMORY_SOME, PRESSURE_MEMORY_FULL,
			PRESSURE_IO_SOME, PRESSURE_IO_FULL}},
	{PLAIN("Processes", CURVES, 8), {PROCESSES_TOTAL, PROCESSES_RUNNING, PROCESSES_BLOCKED,
						PROCESSES_THREADS, PROCESSES_ZOMBIES}},
	{PLAIN("Kernel", CURVES, 8), {CPU_CONTEXT_SWITCHES, CPU_INTERRUPTS, CPU_FORKS}},
	{PLAIN("Cores there are", FIGURE, 8), {CPU_LOGICAL_CORES, CPU_PHYSICAL_CORES}},

	{HEADING("Memory")},
	{PLAIN("Memory", CURVES, 12),
		{MEMORY_TOTAL, MEMORY_USED, MEMORY_AVAILABLE, MEMORY_FREE, MEMORY_BUFFERS,
			MEMORY_CACHED, MEMORY_SHARED, MEMORY_DIRTY}},
	{PLAIN("Swap", CURVES, 6), {SWAP_TOTAL, SWAP_USED, SWAP_FREE}},
	{PLAIN("Swapping", CURVES, 6), {SWAP_IN, SWAP_OUT}},
	{WATCHED("Swap in use", CURVES, 12, 0.5, 0.8), {SWAP_PERCENT}},

	{HEADING("Filesystems and disks")},
	{WATCHED("Filesystems in use", CURVES, 12, 0.8, 0.9), {FS_PERCENT}},
	{PLAIN("Filesystems", CURVES, 12), {FS_TOTAL, FS_USED, FS_FREE}},
	{PLAIN("Disk traffic", CURVES, 12), {DISK_READ_BYTES, DISK_WRITE_BYTES}},
	{WATCHED("Disks busy", CURVES, 12, 0.7, 0.9), {DISK_BUSY, IO_BUSY}},
	{PLAIN("Operations of all disks", CURVES, 8), {IO_READ_COUNT, IO_WRITE_COUNT}},
	{PLAIN("Traffic of all disks", CURVES, 8), {IO_READ_BYTES, IO_WRITE_BYTES}},
	{WATCHED("Inodes in use", CURVES, 8, 0.8, 0.9), {FS_INODES_PERCENT}},
	{WATCHED("Disk temperature", CURVES, 8, 55, 65), {DISK_TEMPERATURE}},
	{WATCHED("Life used", CURVES, 8, 0.8, 1), {STORAGE_LIFE_USED, DISK_LIFE_USED}},
	{WATCHED("Spare blocks", CURVES, 8, 0.5, 0.1), {DISK_SPARE}},
	{PLAIN("Main filesystem", CURVES, 8), {MAIN_TOTAL, MAIN_USED, MAIN_FREE}},
	{PLAIN("Written per day", CURVES, 8), {STORAGE_WRITTEN_PER_DAY}},
	{PLAIN("Written ever", FIGURE, 8), {STORAGE_LIFETIME_WRITTEN}},
	{PLAIN("Array disks", CURVES, 12), {RAID_DISKS, RAID_MISSING}},
	{PLAIN("Array rebuild", CURVES, 12), {RAID_SYNC}},

	{HEADING("Network")},
	{PLAIN("Received", CURVES, 12), {NET_RECV}},
	{PLAIN("Sent", CURVES, 12), {NET_SENT}},
	{PLAIN("Packets", CURVES, 8), {NET_PACKETS_RECV, NET_PACKETS_SENT}},
	{PLAIN("Errors and drops", CURVES, 8), {NET_ERRIN, NET_ERROUT, NET_DROPIN, NET_DROPOUT}},
	{PLAIN("Connections", CURVES, 8), {NET_CONNECTIONS}},
	{WATCHED("Wi-Fi signal", CURVES, 8, -67, -80), {NET_SIGNAL}},
	{PLAIN("Speed", CURVES, 8), {NET_SPEED, NET_BITRATE, NET_RECEIVE_BITRATE}},
	{PLAIN("Wi-Fi channel", CURVES, 8), {NET_FREQUENCY}},

	{HEADING("Temperatures and fans")},
	{WATCHED("Temperatures", CURVES, 12, 70, 85),
		{CPU_TEMP, GPU_TEMPERATURE, TEMPERATURE_CELSIUS}},
	{PLAIN("Fan speed", CURVES, 6), {FAN_RPM}},
	{PLAIN("Fan drive", CURVES, 6), {FAN_PERCENT}},

	{CLOSED("Power and batteries")},
	{PLAIN("Power", CURVES, 8), {PI_WATTS, POWER_WATTS}},
	{PLAIN("Voltages", CURVES, 8),
		{PI_INPUT_VOLTAGE, PI_CORE_VOLTAGE, PI_RTC_VOLTAGE, VOLTAGE_VOLTS}},
	{PLAIN("Currents", CURVES, 8), {CURRENT_AMPS, PI_SUPPLY_CURRENT_MAX}},
	{WATCHED("Battery charge", CURVES, 8, 0.4, 0.2), {BATTERY_PERCENT}},
	{PLAIN("Battery power", CURVES, 8), {BATTERY_WATTS}},
	{PLAIN("Battery voltage", CURVES, 4), {BATTERY_VOLTS}},
	{WATCHED("Battery health", FIGURE, 4, 0.7, 0.5), {BATTERY_HEALTH}},

	{CLOSED("Graphics and clocks")},
	{PLAIN("Graphics cards", WORDS_OF, 24), {CARD_NAME}},
	{PLAIN("Usage", CURVES, 8), {CARD_USAGE, CARD_MEMORY_USAGE, GPU_USAGE}},
	{PLAIN("Memory", CURVES, 8), {CARD_VRAM_TOTAL, CARD_VRAM_USED, CARD_VRAM_FREE, GPU_MEMORY}},
	{WATCHED("Temperature", CURVES, 8, 80, 90), {CARD_TEMPERATURE}},
	{PLAIN("Power", CURVES, 8), {CARD_WATTS}},
	{PLAIN("Fan", CURVES, 8), {CARD_FAN}},
	{PLAIN("Clock", CURVES, 8), {CARD_CLOCK, GPU_V3D_CLOCK}},
	{PLAIN("Clocks as measured", CURVES, 24),
		{CLOCK_ARM, CLOCK_CORE, CLOCK_SDRAM, CLOCK_V3D, CLOCK_EMMC}},

	{CLOSED("System, units and own sensors")},
	{PLAIN("States", STATES, 24), {SERVICE_ACTIVE, PROBE_STATE, NET_UP,
					      SYSTEM_TIME_SYNCHRONISED, PI_USB_CURRENT_LIMITED}},
	{PLAIN("Own sensors", CURVES, 12), {PROBE_VALUE}},
	{PLAIN("Users and devices", CURVES, 6), {SYSTEM_USERS, HARDWARE_USB_DEVICES}},
	{PLAIN("Clock offset", CURVES, 6), {SYSTEM_CLOCK_OFFSET}},
	{PLAIN("Last boot", FIGURE, 6), {BOOT_TIME}},

	{CLOSED("pistat itself")},
	{PLAIN("Version", WORDS_OF, 6), {AGENT_VERSION}},
	{PLAIN("Up for", FIGURE, 6), {AGENT_UPTIME}},
	{PLAIN("Connections lost", FIGURE, 6), {AGENT_RECONNECTS}},
	{PLAIN("Last sample", FIGURE, 6), {TIMESTAMP}},
	{PLAIN("Memory", CURVES, 8), {AGENT_RSS}},
	{PLAIN("CPU", CURVES, 8), {AGENT_CPU}},
	{PLAIN("Sampling time", CURVES, 8), {AGENT_SAMPLE_MS}},
	{PLAIN("Messages", CURVES, 12), {AGENT_PUBLISHED}},
	{PLAIN("Age of values", CURVES, 12), {COLLECTOR_AGE}},
	{PLAIN("Collectors", STATES, 24), {COLLECTOR_OK}},
	{0},
};

/* Idle is what the other shares leave; critical temperatures never move; busy is the rate of busy
 * time. */
const enum metric_id grafana_unshown[] = {
	CPU_IDLE, TEMPERATURE_CRITICAL, DISK_BUSY_TIME, NO_METRIC};

const struct variable grafana_variables[] = {
	{"mount", "Filesystem", FS_TOTAL},
	{"disk", "Disk", DISK_READ_BYTES},
	{"interface", "Interface", NET_RECV},
	{"temperature", "Temperature", TEMPERATURE_CELSIUS},
	{"fan", "Fan", FAN_LABEL},
	{"card", "Graphics card", CARD_VENDOR},
	{0},
};
