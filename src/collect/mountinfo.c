#include "collect/mountinfo.h"

#include "mem.h"

#include <errno.h>
#include <string.h>

bool mountinfo_same(struct scan a, struct scan b)
{
	return mountinfo_length(a) == mountinfo_length(b) &&
	       !memcmp(a.at, b.at, mountinfo_length(a));
}

/*
 * 36 35 98:0 /mnt1 /mnt/my\040data rw,noatime shared:1 master:2 - ext3 /dev/sda1 rw,errors=continue
 *
 * Any number of optional fields stands before the " - "; the source may be empty, and then the
 * superblock's options follow two blanks (so they end up in source here, and no device is known).
 */
static int mount_parse(struct scan line, struct mountinfo_entry *ret)
{
	struct mountinfo_entry entry = {0};
	struct scan word;

	if (!scan_u64(&line, &entry.id) || !scan_u64(&line, &entry.parent) ||
		!scan_word(&line, &entry.device) || !scan_word(&line, &entry.root) ||
		!scan_word(&line, &entry.point) || !scan_word(&line, &entry.options))
		return -EBADMSG;

	do {
		if (!scan_word(&line, &word))
			return -EBADMSG;
	} while (!scan_is(word, "-"));

	if (!scan_word(&line, &entry.type) || !scan_word(&line, &entry.source))
		return -EBADMSG;
	if (!scan_word(&line, &entry.superblock)) {
		entry.superblock = entry.source;
		entry.source = scan_text("none");
	}
	*ret = entry;
	return 0;
}

static bool octal(const char *at)
{
	return at[0] >= '0' && at[0] <= '3' && at[1] >= '0' && at[1] <= '7' && at[2] >= '0' &&
	       at[2] <= '7';
}

/* "\040" → " ".  The kernel escapes space, tab, newline and backslash, and '#' in sources (mangle()
 * in fs/proc_namespace.c).  False if it does not fit. */
bool mountinfo_unescape(struct scan word, char *ret, size_t size)
{
	size_t n = 0;

	while (word.at < word.end) {
		if (n + 1 >= size)
			return false;
		if (*word.at == '\\' && word.end - word.at >= 4 && octal(word.at + 1)) {
			ret[n++] = (char)((word.at[1] - '0') * 64 + (word.at[2] - '0') * 8 +
					  (word.at[3] - '0'));
			word.at += 4;
		} else {
			ret[n++] = *word.at++;
		}
	}
	ret[n] = '\0';
	return true;
}

/* Is the option in a comma-separated list? */
static bool has_option(struct scan list, const char *option)
{
	size_t n = strlen(option);
	const char *at = list.at;

	while (at < list.end) {
		const char *comma = memchr(at, ',', (size_t)(list.end - at));
		const char *end = comma ? comma : list.end;

		if ((size_t)(end - at) == n && !memcmp(at, option, n))
			return true;
		at = end + 1;
	}
	return false;
}

/*
 * ext4 since 6.15 no longer turns its superblock to ro after an error: it says emergency_ro.  The
 * mount's own "ro" says nothing: in a service under systemd's ProtectSystem= every mount has it.
 */
bool mountinfo_read_only(const struct mountinfo_entry *entry)
{
	return has_option(entry->superblock, "ro") || has_option(entry->superblock, "emergency_ro");
}

/* Is `inner` at or below `outer`?  Both decoded or both not. */
static bool below(struct scan outer, struct scan inner)
{
	size_t n = mountinfo_length(outer);

	if (n == 1)
		return true;
	return mountinfo_length(inner) >= n && !memcmp(inner.at, outer.at, n) &&
	       (mountinfo_length(inner) == n || inner.at[n] == '/');
}

/*
 * Can the mount be reached by its path?  Not if another stands on its root, nor if one that came
 * later covers a directory above it.  Parents decide, not the order of the lines: after
 * pivot_root(2) "/" comes late.
 */
bool mountinfo_reachable(const struct mountinfo *list, const struct mountinfo_entry *entry)
{
	for (const struct mountinfo_entry *other = list->at; other < list->at + list->n; other++) {
		if (other == entry)
			continue;
		if (mountinfo_same(other->point, entry->point)) {
			if (other->parent == entry->id ||
				(other > entry && entry->parent != other->id))
				return false;
		} else if (other->parent == entry->parent && other->id != entry->parent &&
			   below(other->point, entry->point)) {
			return false;
		}
	}
	return true;
}

const struct mountinfo_entry *mountinfo_parent(
	const struct mountinfo *list, const struct mountinfo_entry *entry)
{
	for (const struct mountinfo_entry *other = list->at; other < list->at + list->n; other++)
		if (other->id == entry->parent && other != entry)
			return other;
	return NULL;
}

/* The mount that holds a path: the longest mount point at or above it; of equal ones the last is on
 * top. */
const struct mountinfo_entry *mountinfo_holding(const struct mountinfo *list, const char *path)
{
	const struct mountinfo_entry *ret = NULL;
	struct scan inner = scan_text(path);
	char decoded[4096];

	while (mountinfo_length(inner) > 1 && inner.end[-1] == '/')
		inner.end--;
	for (const struct mountinfo_entry *entry = list->at; entry < list->at + list->n; entry++) {
		if (!mountinfo_unescape(entry->point, decoded, sizeof(decoded)) ||
			!below(scan_text(decoded), inner))
			continue;
		if ((!ret || mountinfo_length(entry->point) >= mountinfo_length(ret->point)) &&
			mountinfo_reachable(list, entry))
			ret = entry;
	}
	return ret;
}

int mountinfo_read(const struct root *root, struct mountinfo *ret)
{
	struct mountinfo list = {0};
	struct mountinfo_entry entry;
	struct scan text, line;
	ssize_t bytes = root_read(root, "/proc/self/mountinfo", &list.text);

	if (bytes < 0)
		return (int)bytes;
	text = scan_text(list.text);
	while (scan_line(&text, &line)) {
		if (mount_parse(line, &entry) < 0)
			continue;
		if (list.n == list.room) {
			list.room = list.room ? 2 * list.room : 32;
			list.at = xrealloc(list.at, list.room, sizeof(*list.at));
		}
		list.at[list.n++] = entry;
	}
	*ret = list;
	return 0;
}

void mountinfo_free(struct mountinfo *list)
{
	free(list->at);
	free(list->text);
	*list = (struct mountinfo){0};
}
