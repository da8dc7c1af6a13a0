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

/*
 * All lines that make sense, in the file's order, in memory the caller frees; names are borrowed
 * from the text.
 *
 * An NVMe disk that can be reached by several controllers stands there once for itself and once for
 * each way to it ("nvme0c1n1" leads to nvme0n1).  Ways are left out.  The disk itself counts since
 * Linux 6.5; before, it has what its ways have.
 */
struct diskstats *diskstats_all(const char *text, size_t *ret_n);
