/* Space and inodes of the filesystems of mounts.h: statvfs(3). */
#include "collect/mounts.h"
#include "mem.h"

#include <errno.h>
#include <math.h>

struct space {
	double total, used, available;
	double percent;	       /* as df(1) counts it */
	double inodes_percent; /* NAN where the filesystem does not count inodes (vfat, btrfs) */
};

/*
 * Blocks are counted in f_frsize, not f_bsize.  What is reserved for root is neither used nor
 * available, so the percentage is of what users can ever have, as df and psutil show it.  A
 * filesystem of no size has no numbers.
 */
static int space_from(const struct statvfs *stat, struct space *ret)
{
	double unit = (double)(stat->f_frsize ? stat->f_frsize : stat->f_bsize);
	double total = (double)stat->f_blocks * unit;
	double used = total - (double)stat->f_bfree * unit;
	double available = (double)stat->f_bavail * unit;
	double inodes = (double)stat->f_files;

	if (total <= 0)
		return -ENODATA;
	if (used < 0)
		used = 0;
	*ret = (struct space){
		.total = total,
		.used = used,
		.available = available,
		.percent = used + available > 0 ? used / (used + available) * 100 : NAN,
		.inodes_percent =
			inodes > 0 ? (inodes - (double)stat->f_ffree) / inodes * 100 : NAN,
	};
	return 0;
}

static void put_names(const struct mount *mount, struct slice *ret)
{
	if (mount->main)
		put_text(ret, MAIN_MOUNT, "", mount->point);
	if (!mount->shown)
		return;
	put_text(ret, FS_MOUNT, mount->point, mount->point);
	put_text(ret, FS_DEVICE, mount->point, mount->device);
	put_text(ret, FS_TYPE, mount->point, mount->type);
	put(ret, FS_READ_ONLY, mount->point, mount->read_only);
}

static void put_space(const struct mount *mount, const struct space *space, struct slice *ret)
{
	if (mount->main) {
		put(ret, MAIN_TOTAL, "", space->total);
		put(ret, MAIN_USED, "", space->used);
		put(ret, MAIN_FREE, "", space->available);
		put(ret, MAIN_PERCENT, "", space->percent);
	}
	if (!mount->shown)
		return;
	put(ret, FS_TOTAL, mount->point, space->total);
	put(ret, FS_USED, mount->point, space->used);
	put(ret, FS_FREE, mount->point, space->available);
	put(ret, FS_PERCENT, mount->point, space->percent);
	put(ret, FS_INODES_PERCENT, mount->point, space->inodes_percent);
}

int filesystem_put(const struct root *root, const struct mount *mount, struct slice *ret)
{
	struct statvfs stat;
	struct space space;
	int r;

	put_names(mount, ret);
	r = root_statvfs(root, mount->point, &stat);
	if (r >= 0)
		r = space_from(&stat, &space);
	if (r >= 0)
		put_space(mount, &space, ret);
	return r;
}

/* A filesystem that does not answer properly loses its numbers, not the others theirs.  Remote ones
 * are src/remote.c's. */
static int filesystems_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free struct mount *mounts = NULL;
	size_t n;
	int r = mounts_list(root, config, false, &mounts, &n);

	(void)state;
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		filesystem_put(root, &mounts[i], ret);
	return n ? 0 : -ENODATA;
}

const struct collector collect_filesystems = {
	.name = "filesystems",
	.gives = "disk.* filesystems.*",
	.interval = 30,
	.lane = LANE_DISKS,
	.collect = filesystems_collect,
};
