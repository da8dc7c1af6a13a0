#include "collect/diskstats.h"

#include <errno.h>

/*
 *  179       0 mmcblk0 4242 1717 307394 12345 987 654 43210 9876 0 8888 22221 0 0 0 0 55 66
 *
 * 14 fields since 2.6, 18 since 4.18 (discards), 20 since 5.5 (flushes).  Fewer: a partition of an
 * old kernel.
 */
int diskstats_parse(struct scan line, struct diskstats *ret)
{
	struct diskstats disk = {0};
	uint64_t merged, ms, queued;

	if (!scan_u64(&line, &disk.major) || !scan_u64(&line, &disk.minor) ||
		!scan_word(&line, &disk.name) || !scan_u64(&line, &disk.reads) ||
		!scan_u64(&line, &merged) || !scan_u64(&line, &disk.sectors_read) ||
		!scan_u64(&line, &ms) || !scan_u64(&line, &disk.writes) ||
		!scan_u64(&line, &merged) || !scan_u64(&line, &disk.sectors_written) ||
		!scan_u64(&line, &ms) || !scan_u64(&line, &queued) ||
		!scan_u64(&line, &disk.busy_ms) || !scan_u64(&line, &ms))
		return -EBADMSG;
	*ret = disk;
	return 0;
}
