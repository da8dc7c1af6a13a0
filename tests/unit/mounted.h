#pragma once
/* Mounts for a machine of machine.h. */
#include "settings.h"

static const char filesystems_text[] = "nodev\tsysfs\nnodev\ttmpfs\n\text4\n\tvfat\n\tsquashfs\n"
				       "nodev\tnfs4\nnodev\toverlay\n\tfuseblk\nnodev\tautofs\n"
				       "\tbtrfs\nnodev\tzfs\n\txfs\n\tiso9660\n";

/* f_bsize is not what blocks are counted in. */
#define NUMBERS " 1048576 4096 1000 600 500 200 150 150 0\n"

static inline void begin(struct machine *machine, const char *mounts, const char *statvfs)
{
	machine_open(machine);
	machine_configure_default(machine);
	machine_write(machine, "/proc/filesystems", filesystems_text);
	machine_write(machine, "/proc/self/mountinfo", mounts);
	machine_write(machine, "/captured/statvfs", statvfs);
}

static inline size_t members(const struct machine *machine)
{
	size_t n = 0;

	for (size_t i = 0; i < machine->slice.n; i++)
		n += machine->slice.at[i].metric == FS_MOUNT;
	return n;
}
