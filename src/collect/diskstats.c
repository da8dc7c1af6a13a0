#include "collect/diskstats.h"

#include "mem.h"

#include <errno.h>
#include <string.h>

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

static bool digits(const char **at, const char *end)
{
	const char *from = *at;

	while (*at < end && **at >= '0' && **at <= '9')
		(*at)++;
	return *at > from;
}

/* "nvme0c1n1": *ret_c is where the 'c' stands, *ret_n where the 'n' does. */
static bool way_parse(struct scan name, const char **ret_c, const char **ret_n)
{
	const char *at = name.at;

	if (!scan_starts(name, "nvme"))
		return false;
	at += strlen("nvme");
	if (!digits(&at, name.end) || at == name.end || *at != 'c')
		return false;
	*ret_c = at++;
	if (!digits(&at, name.end) || at == name.end || *at != 'n')
		return false;
	*ret_n = at++;
	return digits(&at, name.end) && at == name.end;
}

static bool leads_to(struct scan way, struct scan disk)
{
	const char *c, *n;
	size_t head, tail;

	if (!way_parse(way, &c, &n))
		return false;
	head = (size_t)(c - way.at);
	tail = (size_t)(way.end - n);
	return (size_t)(disk.end - disk.at) == head + tail && memcmp(disk.at, way.at, head) == 0 &&
	       memcmp(disk.at + head, n, tail) == 0;
}

/* The busiest way is what is known of how busy the disk is. */
static void add_ways(struct diskstats *disk, const struct diskstats *ways, size_t n)
{
	if (disk->reads || disk->writes)
		return;
	for (size_t i = 0; i < n; i++) {
		if (!leads_to(ways[i].name, disk->name))
			continue;
		disk->reads += ways[i].reads;
		disk->sectors_read += ways[i].sectors_read;
		disk->writes += ways[i].writes;
		disk->sectors_written += ways[i].sectors_written;
		if (ways[i].busy_ms > disk->busy_ms)
			disk->busy_ms = ways[i].busy_ms;
	}
}

struct diskstats *diskstats_all(const char *text, size_t *ret_n)
{
	struct scan all = scan_text(text), line;
	struct diskstats *disks = NULL, parsed;
	auto_free struct diskstats *ways = NULL;
	size_t n = 0, room = 0, ways_n = 0;
	const char *c;

	while (scan_line(&all, &line)) {
		if (diskstats_parse(line, &parsed) < 0)
			continue;
		if (way_parse(parsed.name, &c, &c)) {
			ways = xrealloc(ways, ways_n + 1, sizeof(*ways));
			ways[ways_n++] = parsed;
			continue;
		}
		if (n == room)
			disks = xrealloc(disks, room = room ? 2 * room : 32, sizeof(*disks));
		disks[n++] = parsed;
	}
	for (size_t i = 0; ways_n && i < n; i++)
		add_ways(&disks[i], ways, ways_n);
	*ret_n = n;
	return disks;
}
