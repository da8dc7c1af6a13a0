#pragma once
/* One line of /proc/diskstats: Documentation/admin-guide/iostats.rst. */
#include "scan.h"

#define SECTOR 512 /* bytes, whatever the disk's own sectors are */

/* The name is borrowed from the line. */
struct diskstats {
	struct scan name;
	uint64_t major, minor;
	uint64_t reads, sectors_read, writes, sectors_written;
	uint64_t busy_ms; /* 32 bits wide: starts again after 49.7 days of work */
};

/* 0 or -EBADMSG. */
int diskstats_parse(struct scan line, struct diskstats *ret);
