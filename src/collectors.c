/* Every collector there is, in the order of the catalogue.  A new one is declared and listed here,
 * nowhere else. */
#include "collector.h"
#include "mem.h"

extern const struct collector collect_host, collect_cpu, collect_frequency, collect_cpuinfo,
	collect_load, collect_memory, collect_paging, collect_pressure, collect_filesystems,
	collect_disks, collect_network, collect_wifi, collect_connections, collect_sensors,
	collect_board, collect_system, collect_processes, collect_zombies, collect_agent,
	collect_nvme, collect_storage, collect_raid, collect_batteries, collect_bootloader,
	collect_v3d, collect_rtc, collect_usb, collect_probes, collect_users, collect_packages;

const struct collector *const collectors[] = {
	&collect_host,
	&collect_cpu,
	&collect_frequency,
	&collect_cpuinfo,
	&collect_load,
	&collect_memory,
	&collect_paging,
	&collect_pressure,
	&collect_filesystems,
	&collect_disks,
	&collect_nvme,
	&collect_storage,
	&collect_raid,
	&collect_network,
	&collect_wifi,
	&collect_connections,
	&collect_sensors,
	&collect_batteries,
	&collect_bootloader,
	&collect_v3d,
	&collect_rtc,
	&collect_board,
	&collect_usb,
	&collect_system,
	&collect_users,
	&collect_packages,
	&collect_processes,
	&collect_zombies,
	&collect_probes,
	&collect_agent,
};
const size_t collectors_n = ARRAY_LEN(collectors);
