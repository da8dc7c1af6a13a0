#include "collect/block.h"

#include "mem.h"
#include "scan.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Deeper than anybody piles up partitions, arrays, volumes and encryption. */
#define LEVELS 8

/* "cciss/c0d0" is "cciss!c0d0" in /sys. */
static int name_copy(const char *from, size_t n, char ret[static BLOCK_NAME])
{
	if (!n || n >= BLOCK_NAME)
		return -ENAMETOOLONG;
	for (size_t i = 0; i < n; i++)
		ret[i] = (char)(from[i] == '/' ? '!' : from[i]);
	ret[n] = '\0';
	return 0;
}

/*
 * MAJOR=179
 * MINOR=2
 * DEVNAME=mmcblk0p2
 * DEVTYPE=partition
 */
static int uevent_parse(const char *text, char ret[static BLOCK_NAME])
{
	struct scan all = scan_text(text), line, key;

	while (scan_line(&all, &line))
		if (scan_key(&line, '=', &key) && scan_is(key, "DEVNAME"))
			return name_copy(line.at, (size_t)(line.end - line.at), ret);
	return -ENOENT;
}

int block_by_number(const struct root *root, const char *number, char ret[static BLOCK_NAME])
{
	auto_free char *uevent = NULL;
	char path[64];
	ssize_t r;

	snprintf(path, sizeof(path), "/sys/dev/block/%.24s/uevent", number);
	r = root_read(root, path, &uevent);
	return r < 0 ? (int)r : uevent_parse(uevent, ret);
}

/* "/dev/mapper/vg-root" is a link that udev made; the kernel knows the volume's name. */
static int by_volume(const struct root *root, const char *volume, char ret[static BLOCK_NAME])
{
	auto_free char **names = NULL;
	char path[64], name[128];
	size_t n;

	if (root_list(root, "/sys/block", &names, &n) < 0)
		return -ENOENT;
	for (size_t i = 0; i < n; i++) {
		if (!text_glob("dm-[0-9]*", names[i]))
			continue;
		snprintf(path, sizeof(path), "/sys/block/%.24s/dm/name", names[i]);
		if (root_read_attribute(root, path, name, sizeof(name)) > 0 &&
			!strcmp(name, volume))
			return name_copy(names[i], strlen(names[i]), ret);
	}
	return -ENOENT;
}

int block_by_device(const struct root *root, const char *device, char ret[static BLOCK_NAME])
{
	if (!strncmp(device, "/dev/mapper/", 12))
		return by_volume(root, device + 12, ret);
	if (strncmp(device, "/dev/", 5) || !strcmp(device, "/dev/root"))
		return -ENOENT;
	return name_copy(device + 5, strlen(device + 5), ret);
}

/* The folder and not the link to it: a machine being captured must get what is in there. */
static bool whole(const struct root *root, const char *name)
{
	char folder[64], link[64];

	snprintf(folder, sizeof(folder), "/sys/block/%s/.", name);
	snprintf(link, sizeof(link), "/sys/block/%s", name);
	return root_exists(root, folder) || root_exists(root, link);
}

/* "sda2" → "sda", "mmcblk0p2" → "mmcblk0": after a digit there is a 'p' before the number. */
static bool cut_partition(char *name)
{
	size_t n = strlen(name), digits = 0;

	while (digits < n && name[n - digits - 1] >= '0' && name[n - digits - 1] <= '9')
		digits++;
	if (!digits || digits == n)
		return false;
	n -= digits;
	if (n > 1 && name[n - 1] == 'p' && name[n - 2] >= '0' && name[n - 2] <= '9')
		n--;
	name[n] = '\0';
	return true;
}

/* dm-0 and md0 stand on others.  False if it is a disk itself. */
static bool first_below(const struct root *root, char name[static BLOCK_NAME])
{
	auto_free char **names = NULL;
	char path[64];
	size_t n;

	snprintf(path, sizeof(path), "/sys/block/%s/slaves", name);
	return root_list(root, path, &names, &n) >= 0 && n > 0 &&
	       name_copy(names[0], strlen(names[0]), name) >= 0;
}

int block_disk(const struct root *root, const char *name, char ret[static BLOCK_NAME])
{
	char at[BLOCK_NAME];

	if (name_copy(name, strlen(name), at) < 0)
		return -ENOENT;
	for (int level = 0; level < LEVELS; level++) {
		if (!whole(root, at) && !(cut_partition(at) && whole(root, at)))
			return -ENOENT;
		if (first_below(root, at))
			continue;
		memcpy(ret, at, sizeof(at));
		return 0;
	}
	return -ELOOP;
}
