#pragma once
/*
 * /proc/self/mountinfo as it stands: one entry for each line, proc_pid_mountinfo(5).  Reading it
 * never blocks.
 */
#include "root.h"
#include "scan.h"

/* The words still have their octal escapes; they are borrowed from the list's text. */
struct mountinfo_entry {
	uint64_t id, parent;
	struct scan device, root, point, options, type, source, superblock;
	bool wanted; /* the reader's mark */
};

/* Owned by the caller: mountinfo_free(). */
struct mountinfo {
	char *text;
	struct mountinfo_entry *at;
	size_t n, room;
};

/* Negative errno; lines that are not what we know are left out. */
int mountinfo_read(const struct root *root, struct mountinfo *ret);
void mountinfo_free(struct mountinfo *list);

/* "\040" → " ".  False if it does not fit. */
bool mountinfo_unescape(struct scan word, char *ret, size_t size);

/* The filesystem itself is read-only, not just this view of it. */
bool mountinfo_read_only(const struct mountinfo_entry *entry);

/* Can the mount be reached by its path, or does another one cover it? */
bool mountinfo_reachable(const struct mountinfo *list, const struct mountinfo_entry *entry);

/* The mount that another one is mounted on; NULL if it is not listed. */
const struct mountinfo_entry *mountinfo_parent(
	const struct mountinfo *list, const struct mountinfo_entry *entry);

/* The mount that holds a path, by names alone (symbolic links are not followed); NULL if none is
 * listed. */
const struct mountinfo_entry *mountinfo_holding(const struct mountinfo *list, const char *path);

/* Byte for byte. */
bool mountinfo_same(struct scan a, struct scan b);

static inline size_t mountinfo_length(struct scan word)
{
	return (size_t)(word.end - word.at);
}
