#pragma once
/*
 * Names of block devices: from a number or a path in /dev to the name that the kernel uses in /sys,
 * and from a partition, a volume or an array to the disk below it.  Nothing here touches a disk.
 */
#include "root.h"

#define BLOCK_NAME 40

/* The kernel's name of the device with a number: "179:2" → "mmcblk0p2", "254:0" → "dm-0".  -ENOENT
 * if there is none: filesystems without a device, or several, have numbers "0:…". */
int block_by_number(const struct root *root, const char *number, char ret[static BLOCK_NAME]);

/* The kernel's name of what is mounted: "/dev/mmcblk0p2", "/dev/mapper/vg-root". */
int block_by_device(const struct root *root, const char *device, char ret[static BLOCK_NAME]);

/* The whole disk that holds it, of several the first: "mmcblk0p2" → "mmcblk0", "dm-0" → "sda". */
int block_disk(const struct root *root, const char *name, char ret[static BLOCK_NAME]);
