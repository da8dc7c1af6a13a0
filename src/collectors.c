/* Every collector there is, in the order of the catalogue.  A new one is declared and listed here,
 * nowhere else. */
#include "collector.h"
#include "mem.h"
#include "text.h"

#include <string.h>

extern const struct collector collect_host, collect_cpu, collect_frequency, collect_cpuinfo,
	collect_load, collect_memory, collect_paging, collect_pressure, collect_filesystems,
	collect_disks, collect_network, collect_wifi, collect_connections, collect_sensors,
	collect_gpus, collect_board, collect_system, collect_processes, collect_zombies,
	collect_agent, collect_nvme, collect_storage, collect_raid, collect_batteries,
	collect_bootloader, collect_v3d, collect_rtc, collect_usb, collect_users, collect_packages,
	collect_units, collect_ollama, collect_probes, collect_videocore, collect_undervoltage,
	collect_reboot;

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
	&collect_videocore,
	&collect_undervoltage,
	&collect_gpus,
	&collect_bootloader,
	&collect_v3d,
	&collect_rtc,
	&collect_board,
	&collect_usb,
	&collect_system,
	&collect_reboot,
	&collect_users,
	&collect_packages,
	&collect_ollama,
	&collect_units,
	&collect_processes,
	&collect_zombies,
	&collect_probes,
	&collect_agent,
};
const size_t collectors_n = ARRAY_LEN(collectors);

bool collector_gives(const struct collector *collector, enum metric_id metric)
{
	enum metric_id wanted = catalogue[metric].rate_of ? catalogue[metric].rate_of : metric;
	auto_free char *words = xstrdup(collector->gives ? collector->gives : "");
	const char *globs[16];
	char pattern[128];
	size_t n = 0;

	catalogue_pattern(wanted, pattern, sizeof(pattern));
	for (char *save, *word = strtok_r(words, " ", &save); word && n < ARRAY_LEN(globs);
		word = strtok_r(NULL, " ", &save))
		globs[n++] = word;
	return text_admitted(globs, n, pattern);
}
