#include "collect/mounts.h"

#include "collect/block.h"
#include "collect/mountinfo.h"
#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool listed(struct scan type, const char *const *types, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(types[i]);

		if (types[i][len - 1] == '*' ? mountinfo_length(type) >= len - 1 &&
						       !memcmp(type.at, types[i], len - 1)
					     : scan_is(type, types[i]))
			return true;
	}
	return false;
}

static bool remote_type(struct scan type)
{
	static const char *const types[] = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph",
		"afs", "lustre", "virtiofs", "davfs", "davfs2", "sshfs", "glusterfs", "fuse",
		"fuse.*"};

	return listed(type, types, ARRAY_LEN(types));
}

/* Deeper than anybody mounts one on the other; a list that was cut may go in circles. */
#define LEVELS 64

/*
 * Does a server, or a user's process, answer for it, or for what it is mounted on?  The way to a
 * local disk that is mounted below a dead server's directory leads through that directory.  A root
 * that is remote is another matter: without it nothing runs anyway.
 */
static bool remote_mount(const struct mountinfo *list, const struct mountinfo_entry *entry)
{
	for (int level = 0; entry && level < LEVELS; level++) {
		if (remote_type(entry->type) && !scan_is(entry->point, "/"))
			return true;
		entry = mountinfo_parent(list, entry);
	}
	return false;
}

/* FUSE that stores nothing: it shows other things. */
static bool view_type(struct scan type)
{
	static const char *const types[] = {"fuse.gvfsd-fuse", "fuse.portal", "fuse.lxcfs",
		"fuse.snapfuse", "fuse.archivemount", "fuse.squashfuse", "fuse.dumpfuse"};

	return listed(type, types, ARRAY_LEN(types));
}

/* A snapshot of a ZFS dataset ("tank/home@daily"), mounted while somebody looks into it. */
static bool snapshot(const struct mountinfo_entry *entry)
{
	return scan_is(entry->type, "zfs") &&
	       memchr(entry->source.at, '@', mountinfo_length(entry->source));
}

/* Images are always full, and autofs mounts something when it is touched. */
static bool image_type(struct scan type)
{
	static const char *const types[] = {
		"squashfs", "iso9660", "udf", "erofs", "cramfs", "romfs", "autofs"};

	return listed(type, types, ARRAY_LEN(types));
}

/*
 * nodev	tmpfs
 * 	ext4
 *
 * Real is what needs a block device, and a few that keep data without one.  Without the list: what
 * is usual.
 */
static bool real_type(const char *filesystems, struct scan type)
{
	static const char *const nodev[] = {"zfs", "btrfs", "ubifs", "jffs2", "bcachefs"};
	static const char *const usual[] = {"ext2", "ext3", "ext4", "xfs", "f2fs", "vfat", "exfat",
		"msdos", "ntfs", "ntfs3", "fuseblk", "jfs", "reiserfs", "nilfs2", "hfs", "hfsplus"};
	struct scan text, line, first, second;

	if (image_type(type))
		return false;
	if (listed(type, nodev, ARRAY_LEN(nodev)))
		return true;
	if (!filesystems)
		return listed(type, usual, ARRAY_LEN(usual));

	text = scan_text(filesystems);
	while (scan_line(&text, &line))
		if (scan_word(&line, &first) && !scan_word(&line, &second) &&
			mountinfo_same(first, type))
			return true;
	return false;
}

static bool admitted(const struct config *config, const char *point)
{
	size_t included, excluded;
	const char *const *include = config_list(config, OPTION_DISKS_INCLUDE, &included);
	const char *const *exclude = config_list(config, OPTION_DISKS_EXCLUDE, &excluded);

	return text_admitted(include, included, point) && !text_admitted(exclude, excluded, point);
}

/* Container engines mount three single files from the host's disk; nobody means those when asking
 * for disks. */
static bool injected(const char *point)
{
	return !strcmp(point, "/etc/hosts") || !strcmp(point, "/etc/hostname") ||
	       !strcmp(point, "/etc/resolv.conf");
}

static bool wanted(const struct mountinfo *list, const struct mountinfo_entry *entry,
	const struct config *config, const char *filesystems, bool remote)
{
	char point[sizeof(((struct mount *)NULL)->point)];
	bool served = remote_type(entry->type), root = scan_is(entry->point, "/");

	if (served ? view_type(entry->type)
		   : !real_type(filesystems, entry->type) &&
				!(scan_is(entry->type, "overlay") && root))
		return false;
	if (remote != (root ? served : remote_mount(list, entry)) || snapshot(entry))
		return false;
	return mountinfo_unescape(entry->point, point, sizeof(point)) && !injected(point) &&
	       admitted(config, point) && mountinfo_reachable(list, entry);
}

/* btrfs gives every subvolume a device number of its own; ZFS datasets are filesystems with a quota
 * each. */
static bool same_device(const struct mountinfo_entry *a, const struct mountinfo_entry *b)
{
	if (scan_is(a->type, "btrfs") && scan_is(b->type, "btrfs"))
		return mountinfo_same(a->source, b->source);
	return mountinfo_same(a->device, b->device);
}

/* Of two mounts of a device: the whole before a part of it, then the shorter path, then the first.
 */
static bool better(const struct mountinfo_entry *a, const struct mountinfo_entry *b)
{
	bool a_whole = scan_is(a->root, "/"), b_whole = scan_is(b->root, "/");

	if (a_whole != b_whole)
		return a_whole;
	if (mountinfo_length(a->point) != mountinfo_length(b->point))
		return mountinfo_length(a->point) < mountinfo_length(b->point);
	return a < b;
}

static void keep_one_per_device(struct mountinfo *list)
{
	for (struct mountinfo_entry *a = list->at; a < list->at + list->n; a++)
		for (struct mountinfo_entry *b = a + 1; a->wanted && b < list->at + list->n; b++)
			if (b->wanted && same_device(a, b))
				*(better(a, b) ? &b->wanted : &a->wanted) = false;
}

/* The kernel's name of what is mounted; by its path where the filesystem has a number of its own
 * (btrfs). */
static void find_block(
	const struct root *root, const struct mountinfo_entry *entry, struct mount *ret)
{
	char number[24];

	scan_copy(entry->device, number, sizeof(number));
	if (block_by_number(root, number, ret->block) < 0)
		(void)block_by_device(root, ret->device, ret->block);
}

static void describe(const struct root *root, const struct mountinfo_entry *entry, bool main,
	bool remote, struct mount *ret)
{
	char source[4096];
	bool unnamed;

	*ret = (struct mount){
		.read_only = mountinfo_read_only(entry),
		.remote = remote,
		.shown = entry->wanted,
		.main = main,
	};
	mountinfo_unescape(entry->point, ret->point, sizeof(ret->point));
	scan_copy(entry->type, ret->type, sizeof(ret->type));
	if (mountinfo_unescape(entry->source, source, sizeof(source)))
		text_copy(ret->device, sizeof(ret->device), source);
	/* "/dev/root" and "rootfs" are what a boot without initramfs calls the root device. */
	unnamed = !strcmp(ret->device, "/dev/root") || !strcmp(ret->device, "rootfs");
	if (main || unnamed)
		find_block(root, entry, ret);
	if (unnamed && *ret->block)
		snprintf(ret->device, sizeof(ret->device), "/dev/%s", ret->block);
}

static void mark_wanted(
	struct mountinfo *list, const struct root *root, const struct config *config, bool remote)
{
	auto_free char *filesystems = NULL;

	if (remote && !config_flag(config, OPTION_DISKS_REMOTE))
		return;
	if (root_read(root, "/proc/filesystems", &filesystems) < 0)
		filesystems = NULL;
	for (struct mountinfo_entry *entry = list->at; entry < list->at + list->n; entry++)
		entry->wanted = wanted(list, entry, config, filesystems, remote);
	keep_one_per_device(list);
}

/* The main mount, if it may be asked from the lane that this list is for. */
static const struct mountinfo_entry *main_of(
	const struct mountinfo *list, const char *path, bool remote)
{
	const struct mountinfo_entry *main = mountinfo_holding(list, path);

	if (!main || scan_is(main->type, "autofs"))
		return NULL;
	return remote == remote_mount(list, main) ? main : NULL;
}

/* In a chroot(2) the list has no "/", but there is one. */
static struct mount unlisted(const char *path)
{
	struct mount mount = {.main = true};

	text_copy(mount.point, sizeof(mount.point), path);
	return mount;
}

int mounts_list(const struct root *root, const struct config *config, bool remote,
	struct mount **ret, size_t *ret_n)
{
	const char *path = config_text(config, OPTION_DISKS_MAIN);
	const struct mountinfo_entry *main;
	struct mountinfo list;
	struct mount *mounts;
	size_t n = 0;
	int r = mountinfo_read(root, &list);

	if (r < 0)
		return r;
	mark_wanted(&list, root, config, remote);
	main = main_of(&list, path, remote);
	for (size_t i = 0; i < list.n; i++)
		n += list.at[i].wanted || &list.at[i] == main;

	mounts = xcalloc(n + 1, sizeof(*mounts));
	n = 0;
	for (size_t i = 0; i < list.n; i++)
		if (list.at[i].wanted || &list.at[i] == main)
			describe(root, &list.at[i], &list.at[i] == main, remote, &mounts[n++]);
	if (!remote && !mountinfo_holding(&list, path))
		mounts[n++] = unlisted(path);
	mountinfo_free(&list);
	*ret = mounts;
	*ret_n = n;
	return 0;
}
