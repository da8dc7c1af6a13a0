#pragma once
/*
 * The only door to /proc, /sys, /dev, /etc, statvfs(2) and the other questions put to the kernel:
 * the live machine, a captured one (--root DIR), or the live one while it is being captured.
 *
 * A captured machine is a directory that mirrors '/'.  What no file tells stands in its captured/
 * as text, one line each: "statvfs" (mount point with mountinfo's octal escapes, then f_bsize
 * f_frsize f_blocks f_bfree f_bavail f_files f_ffree f_favail f_flag), "uname" (sysname nodename
 * release version machine, one per line), "clock" (wall boottime: two numbers, seconds), "timex"
 * (synchronised: 0 or 1; offset in seconds), "pagesize" (bytes), "addresses" (interface family
 * address scope flags), "paths" (a name and where its links lead), "modified" (a name and its time,
 * seconds since 1970), "denied" (paths that are there, but not for us).  What is not there, the
 * captured machine does not have.
 *
 * Everything may be called from any lane.  Errors are negative errno.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/utsname.h>

struct root;

/* dir NULL: this machine.  Owned by the caller; root_close(NULL) is fine. */
int root_open(const char *dir, struct root **ret);
/* As this machine, but everything read is also copied below `into`, with serials masked. */
int root_open_capturing(const char *into, struct root **ret);
/* Negative errno if a copy could not be written whole. */
int root_lost(const struct root *root);
struct root *root_close(struct root *root);
bool root_live(const struct root *root);
/* A captured machine that was copied by other means than `pistat capture`: links may be lost. */
bool root_copied(const struct root *root);

/* Called for every file read from now on, NULL: no more.  Not while a lane is at work. */
typedef void root_watcher(void *self, const char *path, const char *text);
void root_watch(struct root *root, root_watcher *watcher, void *self);
/* The same for everything that could not be opened or read; error: a positive errno. */
typedef void root_failure_watcher(void *self, const char *path, int error);
void root_watch_failures(struct root *root, root_failure_watcher *watcher, void *self);
/* Is somebody watching, or is everything copied?  Then nothing should be answered from memory. */
bool root_watched(const struct root *root);

/* The whole file, NUL added, in memory the caller frees; its length.  Above 16 MiB: -EFBIG. */
ssize_t root_read(const struct root *root, const char *path, char **ret_text);

/* Line by line, however large the file (".lz4": unpacked on the way, lz4.h).  each() gets a line
 * without its end, at most 32 KiB of it, and answers 0, or 1 if it matters (only such lines are
 * captured and watched), or a negative errno that ends the reading and is returned. */
typedef int root_line(void *self, const char *line);
int root_lines(const struct root *root, const char *path, root_line *each, void *self);

/* An attribute: one read(2) of at most size-1 bytes, trailing white space cut; its length. */
ssize_t root_read_attribute(const struct root *root, const char *path, char *ret, size_t size);

/* An attribute that holds one decimal number. */
int root_read_number(const struct root *root, const char *path, double *ret);

/* The names in a directory without "." and "..", in natural order; one block of memory the caller
 * frees. */
int root_list(const struct root *root, const char *path, char ***ret_names, size_t *ret_n);

/* How many names of a directory are numbers: processes in /proc.  Cheaper than root_list(). */
int root_count_numeric(const struct root *root, const char *path, size_t *ret);

bool root_exists(const struct root *root, const char *path);
/* Seconds since 1970. */
int root_modified(const struct root *root, const char *path, double *ret);
/* The last component of where a symbolic link points ("../../../0000:01:00.0" → "0000:01:00.0"). */
int root_link_name(const struct root *root, const char *path, char *ret, size_t size);
/* The whole target, resolved: for a captured machine the path inside it. */
int root_real_path(const struct root *root, const char *path, char *ret, size_t size);

int root_statvfs(const struct root *root, const char *mount, struct statvfs *ret);
int root_uname(const struct root *root, struct utsname *ret);
/* Wall clock and seconds since boot; the former alone is now where a capture does not tell. */
int root_clock(const struct root *root, double *ret_wall, double *ret_boottime);
double root_wall(const struct root *root);
/* 1 if the clock is synchronised (adjtimex(2): maxerror below 16 s), else 0.  *ret_offset, unless
 * NULL: seconds that the kernel still corrects, NAN while it is not or where no one tells. */
int root_clock_synchronised(const struct root *root, double *ret_offset);
/* "eth0 inet 192.0.2.4 global 0x80": one line per address, in memory the caller frees
 * (rtnetlink(7), RTM_GETADDR). */
ssize_t root_addresses(const struct root *root, char **ret_text);
/* 1 if operstate of a network interface is "up" or "unknown", else 0. */
int root_link_runs(const struct root *root, const char *name);
/* Established and half-open TCP plus connected UDP sockets: sock_diag(7), or /proc/net/{tcp,udp}*
 * of a captured machine. */
int root_connections(const struct root *root, size_t *ret);
