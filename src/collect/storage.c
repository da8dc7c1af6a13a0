/*
 * How worn and how sound the storage is that the system runs from: the filesystem of option
 * disks.main and the disk that holds it.  SD cards have no standard way to say so; what is written
 * to them each day tells how long they may last.
 */
#include "collect/diskstats.h"
#include "collect/mounts.h"
#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HOUR 3600.0
#define DAY 86400.0

/*
 * 0x01 0x02
 *
 * Two kinds of memory, the worse one counts: 0x01 is 0 to 10 % of the rated life, 0x0a 90 to 100 %,
 * 0x0b more than that; 0x00 says nothing (JESD84-B51, 7.4.47).
 */
static int life_parse(const char *text, unsigned *ret_percent)
{
	struct scan all = scan_text(text), word;
	uint64_t value, worst = 0;

	while (scan_word(&all, &word)) {
		if (scan_starts(word, "0x"))
			word.at += 2;
		if (!scan_hex(&word, &value) || value > 0x0b)
			return -EBADMSG;
		worst = value > worst ? value : worst;
	}
	if (!worst)
		return -ENODATA;
	*ret_percent = 10 * (unsigned)worst;
	return 0;
}

/* Only eMMC has them. */
static void put_emmc(const struct root *root, const char *disk, struct slice *ret)
{
	static const struct {
		const char *code, *word;
	} reserves[] = {{"0x01", "normal"}, {"0x02", "warning"}, {"0x03", "urgent"}};
	char path[96], text[32];
	unsigned percent;

	snprintf(path, sizeof(path), "/sys/block/%s/device/life_time", disk);
	if (root_read_attribute(root, path, text, sizeof(text)) > 0 &&
		life_parse(text, &percent) == 0)
		put(ret, STORAGE_LIFE_USED, "", percent);

	snprintf(path, sizeof(path), "/sys/block/%s/device/pre_eol_info", disk);
	if (root_read_attribute(root, path, text, sizeof(text)) <= 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(reserves); i++)
		if (!strcmp(text, reserves[i].code))
			put_text(ret, STORAGE_PRE_EOL, "", reserves[i].word);
}

/* Documentation/ABI/testing/sysfs-fs-ext4.  Other filesystems have no such folder. */
static void put_ext4(const struct root *root, const char *block, struct slice *ret)
{
	char path[96];
	double number;

	snprintf(path, sizeof(path), "/sys/fs/ext4/%s/lifetime_write_kbytes", block);
	if (root_read_number(root, path, &number) >= 0)
		put(ret, STORAGE_LIFETIME_WRITTEN, "", number * 1024);
	snprintf(path, sizeof(path), "/sys/fs/ext4/%s/errors_count", block);
	if (root_read_number(root, path, &number) >= 0)
		put(ret, STORAGE_ERRORS, "", number);
}

/* In the first hour, booting itself would count for a hundred times as much. */
static void put_written(const struct root *root, const char *disk, struct slice *ret)
{
	auto_free char *text = NULL;
	auto_free struct diskstats *disks = NULL;
	double wall, boottime;
	size_t n;

	if (root_clock(root, &wall, &boottime) < 0 || boottime < HOUR ||
		root_read(root, "/proc/diskstats", &text) < 0)
		return;
	disks = diskstats_all(text, &n);
	for (size_t i = 0; i < n; i++)
		if (scan_is(disks[i].name, disk))
			put(ret, STORAGE_WRITTEN_PER_DAY, "",
				(double)disks[i].sectors_written * SECTOR / boottime * DAY);
}

static int storage_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free struct mount *mounts = NULL;
	char disk[BLOCK_NAME];
	size_t n;
	int r = mounts_list(root, config, false, &mounts, &n);

	(void)state;
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (!mounts[i].main || !*mounts[i].block)
			continue;
		put_ext4(root, mounts[i].block, ret);
		if (block_disk(root, mounts[i].block, disk) < 0)
			continue;
		put_emmc(root, disk, ret);
		put_written(root, disk, ret);
	}
	return ret->n ? 0 : -ENODATA;
}

const struct collector collect_storage = {
	.name = "storage",
	.gives = "storage.*",
	.interval = 300,
	.lane = LANE_DISKS,
	.collect = storage_collect,
};
