#pragma once
/*
 * Which filesystems are mounted and which of them are worth showing: one for each device, real ones
 * only. Reading the list never blocks; asking a filesystem may, for ever where its server is gone.
 * So local ones are asked in the disks lane, and each remote one in a lane of its own: list them on
 * the loop with mounts_list(…, true, …), copy the mount into the job, call filesystem_put() there.
 */
#include "collect/block.h"
#include "collector.h"

/* A mount is plain data: assign it to keep it. */
struct mount {
	char point[512];	/* where it is mounted, escapes decoded: the member's key */
	char device[TEXT_SIZE]; /* what is mounted: "/dev/mmcblk0p2", "nas:/export", "tank/home" */
	char block[BLOCK_NAME]; /* the main mount's device as the kernel calls it: "mmcblk0p2",
				   "dm-0"; "" if it has none */
	char type[32];
	bool read_only; /* the filesystem itself, not just this view of it */
	bool remote;	/* a server or a user's process answers for it, or for the way to it */
	bool shown;	/* a member of the family; false if it is only here because it is main */
	bool main;	/* holds the path of option disks.main */
};

/*
 * The mounts that are to be asked, in the order of /proc/self/mountinfo (proc_pid_mountinfo(5)), in
 * memory the caller frees.  remote false: local ones.  remote true: network and FUSE ones, and
 * local ones that are mounted below one of those, none unless disks.remote is set.  The main mount
 * is always in one of the two lists, a remote root in the local one (without it nothing runs
 * anyway); autofs is in neither.  Negative errno if the list cannot be read.
 */
int mounts_list(const struct root *root, const struct config *config, bool remote,
	struct mount **ret, size_t *ret_n);

/*
 * Asks one filesystem (statvfs(3)) and puts its rows, disk.* too if it is the main one.  What is
 * known without asking is put in any case; a negative errno means that the numbers are missing. May
 * block.
 */
int filesystem_put(const struct root *root, const struct mount *mount, struct slice *ret);
