#pragma once
/* Which CPUs are threads of one core, from /sys/devices/system/cpu
 * (Documentation/admin-guide/cputopology.rst). */
#include "root.h"

#include <stdint.h>

/* The id of the first thread online of the core that a CPU belongs to; NAN if the kernel does not
 * tell. */
double topology_first_thread(const struct root *root, uint64_t cpu);

/* How many processors /proc/cpuinfo lists, NAN if none: for a copied machine without /proc/stat. */
double topology_listed(const struct root *root);
