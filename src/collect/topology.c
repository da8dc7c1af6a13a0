#include "topology.h"

#include "mem.h"
#include "scan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* "0,64" or "0-1" */
static double list_parse(const char *text)
{
	char *end;
	unsigned long first = strtoul(text, &end, 10);

	return end == text ? NAN : (double)first;
}

double topology_first_thread(const struct root *root, uint64_t cpu)
{
	static const char *const files[] = {
		"core_cpus_list", "thread_siblings_list", /* the same before Linux 5.3 */
	};
	char path[96], text[256];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%" PRIu64 "/topology/%s",
			cpu, files[i]);
		if (root_read_attribute(root, path, text, sizeof(text)) > 0)
			return list_parse(text);
	}
	return NAN;
}

/*
 * processor	: 0        one for each
 *
 * Processor	: ARMv6-compatible processor rev 7 (v6l)        of one, before Linux 3.8
 */
double topology_listed(const struct root *root)
{
	auto_free char *text = NULL;
	struct scan all, line, key;
	double n = 0;
	bool old = false;

	if (root_read(root, "/proc/cpuinfo", &text) < 0)
		return NAN;
	for (all = scan_text(text); scan_line(&all, &line);)
		if (scan_key(&line, ':', &key)) {
			n += scan_is(key, "processor");
			old |= scan_is(key, "Processor");
		}
	return n > 0 ? n : old ? 1 : NAN;
}
