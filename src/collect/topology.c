#include "topology.h"

#include "mem.h"

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
