/*
 * What whole physical disks read and wrote, from /proc/diskstats.
 *
 * Partitions, loop, zram, device mapper and md stand in that file too, and would count the same
 * bytes twice.  What a line is does not change while it is there, so it is asked once and
 * remembered in the file's own order.
 */
#include "collect/diskstats.h"
#include "collector.h"
#include "mem.h"
#include "rate.h"
#include "scan.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct disk {
	uint64_t major, minor;
	char name[40];
	bool physical;
	char model[TEXT_SIZE];
	double busy; /* seconds, when last seen; NAN: not yet */
};

struct disks {
	struct disk *at;
	size_t n, room;
	double boottime; /* of the last call */
};

/* Boot areas of an eMMC are devices of their own with a device link, but hold no data of anybody's.
 * CD-ROM (11) and floppy (2) drives are there without a disk. */
static bool aside(const struct disk *disk)
{
	return text_glob("mmcblk*boot[0-9]", disk->name) || text_glob("mmcblk*rpmb", disk->name) ||
	       disk->major == 11 || disk->major == 2;
}

/* A copy may have lost the links that tell hardware from the rest, or all of /sys: then the name
 * must. */
static bool named_as_hardware(const struct disk *disk)
{
	static const char *const kinds[] = {"sd*", "hd*", "vd*", "xvd*", "!*[0-9]", "mmcblk[0-9]",
		"nvme[0-9]*n[0-9]*", "!nvme*[cp]*"};

	return text_admitted(kinds, ARRAY_LEN(kinds), disk->name);
}

static void classify(const struct root *root, struct disk *disk)
{
	char block[64], path[96], link[64];

	snprintf(block, sizeof(block), "%s", disk->name);
	for (char *slash = block; (slash = strchr(slash, '/'));)
		*slash = '!';
	snprintf(path, sizeof(path), "/sys/block/%s/device", block);
	disk->physical = !aside(disk) && (root_link_name(root, path, link, sizeof(link)) >= 0 ||
						 root_exists(root, path) ||
						 (root_copied(root) && named_as_hardware(disk)));
	if (!disk->physical)
		return;
	snprintf(path, sizeof(path), "/sys/block/%s/device/model", block);
	if (root_read_attribute(root, path, disk->model, sizeof(disk->model)) > 0)
		return;
	/* An SD card's model is called its name; so is nothing of a SCSI disk's, which has a model.
	 */
	snprintf(path, sizeof(path), "/sys/block/%s/device/name", block);
	if (root_read_attribute(root, path, disk->model, sizeof(disk->model)) < 0)
		disk->model[0] = '\0';
}

static bool is(const struct disk *disk, const struct diskstats *line)
{
	return disk->major == line->major && disk->minor == line->minor &&
	       scan_is(line->name, disk->name);
}

static void insert(struct disks *disks, size_t i, struct disk disk)
{
	if (disks->n == disks->room) {
		disks->room = disks->room ? 2 * disks->room : 16;
		disks->at = xrealloc(disks->at, disks->room, sizeof(*disks->at));
	}
	memmove(&disks->at[i + 1], &disks->at[i], (disks->n - i) * sizeof(*disks->at));
	disks->at[i] = disk;
	disks->n++;
}

static void remove_some(struct disks *disks, size_t i, size_t n)
{
	memmove(&disks->at[i], &disks->at[i + n], (disks->n - i - n) * sizeof(*disks->at));
	disks->n -= n;
}

/* The i-th line's disk, which is nearly always the i-th we know; else something came or went. */
static struct disk *known(
	struct disks *disks, size_t i, const struct diskstats *line, const struct root *root)
{
	struct disk disk = {.major = line->major, .minor = line->minor, .busy = NAN};

	for (size_t j = i; j < disks->n; j++) {
		if (!is(&disks->at[j], line))
			continue;
		remove_some(disks, i, j - i);
		return &disks->at[i];
	}
	if ((size_t)(line->name.end - line->name.at) >= sizeof(disk.name))
		return NULL;
	scan_copy(line->name, disk.name, sizeof(disk.name));
	classify(root, &disk);
	insert(disks, i, disk);
	return &disks->at[i];
}

struct sums {
	double reads, writes, read_bytes, write_bytes;
	double busiest; /* share of the interval, %; NAN: no disk was there before */
	size_t n;
};

static void put_disk(struct disk *disk, const struct diskstats *line, double seconds,
	struct sums *sums, struct slice *ret)
{
	double read = (double)line->sectors_read * SECTOR;
	double written = (double)line->sectors_written * SECTOR;
	double busy = (double)line->busy_ms / 1000;
	double growth = rate_growth(disk->busy, busy, catalogue[DISK_BUSY_TIME].wraps);

	put(ret, DISK_READ_BYTES, disk->name, read);
	put(ret, DISK_WRITE_BYTES, disk->name, written);
	put(ret, DISK_BUSY_TIME, disk->name, busy);
	put_text(ret, DISK_MODEL, disk->name, disk->model);

	sums->reads += (double)line->reads;
	sums->writes += (double)line->writes;
	sums->read_bytes += read;
	sums->write_bytes += written;
	if (!isnan(disk->busy) && growth >= 0 && seconds > 0)
		sums->busiest = fmax(sums->busiest, fmin(growth / seconds * 100, 100));
	disk->busy = busy;
	sums->n++;
}

static void put_sums(const struct sums *sums, struct slice *ret)
{
	put(ret, IO_READ_COUNT, "", sums->reads);
	put(ret, IO_WRITE_COUNT, "", sums->writes);
	put(ret, IO_READ_BYTES, "", sums->read_bytes);
	put(ret, IO_WRITE_BYTES, "", sums->write_bytes);
	put(ret, IO_BUSY, "", sums->busiest);
}

static int disks_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct disks *disks = state;
	struct sums sums = {.busiest = NAN};
	auto_free char *text = NULL;
	auto_free struct diskstats *lines = NULL;
	double wall, boottime, seconds;
	size_t i = 0, n;
	ssize_t r = root_read(root, "/proc/diskstats", &text);

	(void)config;
	if (r < 0)
		return (int)r;
	if (root_clock(root, &wall, &boottime) < 0)
		boottime = disks->boottime;
	seconds = boottime - disks->boottime;
	disks->boottime = boottime;

	lines = diskstats_all(text, &n);
	for (size_t j = 0; j < n; j++) {
		struct disk *disk = known(disks, i, &lines[j], root);

		i += disk != NULL;
		if (disk && disk->physical)
			put_disk(disk, &lines[j], seconds, &sums, ret);
	}
	disks->n = i;
	if (!sums.n)
		return *text && !i ? -EBADMSG : -ENODATA;
	put_sums(&sums, ret);
	return 0;
}

static void disks_forget(void *state)
{
	struct disks *disks = state;

	free(disks->at);
}

const struct collector collect_disks = {
	.name = "disks",
	.gives = "disk_io.* disks.*.read_* disks.*.write_* disks.*.busy* disks.*.model",
	.state = sizeof(struct disks),
	.forget = disks_forget,
	.collect = disks_collect,
};
