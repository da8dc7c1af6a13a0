/* The questions of root.h that no file answers: statvfs, uname, clocks, netlink. */
#include "mem.h"
#include "root_private.h"
#include "scan.h"
#include "text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

/* mountinfo's way: blanks and backslashes as \040, \134. */
static void escape(const char *from, char *ret, size_t size)
{
	size_t n = 0;

	for (; *from && n + 5 < size; from++)
		if (strchr(" \t\n\\", *from))
			n += (size_t)snprintf(ret + n, size - n, "\\%03o", (unsigned char)*from);
		else
			ret[n++] = *from;
	ret[n] = '\0';
}

static int statvfs_parse(const char *text, const char *mount, struct statvfs *ret)
{
	struct scan all = scan_text(text), line, name;
	char escaped[1024];
	uint64_t n[9];
	size_t i;

	escape(mount, escaped, sizeof(escaped));
	while (scan_line(&all, &line)) {
		if (!scan_word(&line, &name) || !scan_is(name, escaped))
			continue;
		for (i = 0; i < ARRAY_LEN(n) && scan_u64(&line, &n[i]); i++)
			;
		if (i < ARRAY_LEN(n))
			return -EBADMSG;
		*ret = (struct statvfs){.f_bsize = (unsigned long)n[0],
			.f_frsize = (unsigned long)n[1],
			.f_blocks = (fsblkcnt_t)n[2],
			.f_bfree = (fsblkcnt_t)n[3],
			.f_bavail = (fsblkcnt_t)n[4],
			.f_files = (fsfilcnt_t)n[5],
			.f_ffree = (fsfilcnt_t)n[6],
			.f_favail = (fsfilcnt_t)n[7],
			.f_flag = (unsigned long)n[8]};
		return 0;
	}
	return -ENOENT;
}

int root_statvfs(const struct root *root, const char *mount, struct statvfs *ret)
{
	auto_free char *text = NULL;
	char escaped[1024], line[1400];
	ssize_t n;

	if (!root_live(root)) {
		n = root_read(root, "/captured/statvfs", &text);
		return n < 0 ? (int)n : statvfs_parse(text, mount, ret);
	}
	if (statvfs(mount, ret) < 0)
		return root_failed(root, mount, -errno);
	if (root_watched(root)) {
		escape(mount, escaped, sizeof(escaped));
		snprintf(line, sizeof(line), "%s %lu %lu %llu %llu %llu %llu %llu %llu %lu\n",
			escaped, ret->f_bsize, ret->f_frsize, (unsigned long long)ret->f_blocks,
			(unsigned long long)ret->f_bfree, (unsigned long long)ret->f_bavail,
			(unsigned long long)ret->f_files, (unsigned long long)ret->f_ffree,
			(unsigned long long)ret->f_favail, ret->f_flag);
		root_seen(root, "statvfs(2)", line);
		capture_fact(root, "statvfs", line, false);
	}
	return 0;
}

static void line_copy(struct scan *from, char *ret, size_t size)
{
	struct scan line;

	ret[0] = '\0';
	if (scan_line(from, &line))
		scan_copy(line, ret, size);
}

/* Linux version 6.1.21-v8+ (dom@buildbot) (aarch64-linux-gnu-gcc-8 …) #1642 SMP PREEMPT … */
static void captured_release(const struct root *root, char *ret, size_t size)
{
	auto_free char *text = NULL;
	struct scan all, word;

	if (root_read(root, "/proc/version", &text) < 0)
		return;
	all = scan_text(text);
	if (scan_skip_words(&all, 2) && scan_word(&all, &word))
		scan_copy(word, ret, size);
}

/*
 * model name	: ARMv7 Processor rev 3 (v7l)
 *
 * of a 32-bit kernel, called "Processor" before Linux 3.8.  A 64-bit one has no such name, but for
 * 32-bit programs (v8l):
 *
 * CPU architecture: 8
 */
static void captured_machine(const struct root *root, char *ret, size_t size)
{
	auto_free char *text = NULL;
	struct scan all, line, key;
	const char *version;

	if (root_read(root, "/proc/cpuinfo", &text) < 0)
		return;
	for (all = scan_text(text); scan_line(&all, &line);) {
		if (!scan_key(&line, ':', &key))
			continue;
		version = memmem(line.at, (size_t)(line.end - line.at), "(v", 2);
		if (version && line.end - version == 5 && version[2] < '8') {
			snprintf(ret, size, "armv%.2s", version + 2);
			return;
		}
		if (scan_is(key, "CPU architecture") && scan_word(&line, &key) && scan_is(key, "8"))
			snprintf(ret, size, "aarch64");
	}
}

int root_uname(const struct root *root, struct utsname *ret)
{
	auto_free char *text = NULL;
	struct utsname answer = {0};
	struct scan all;

	if (root_live(root)) {
		char facts[sizeof(answer)];

		if (uname(&answer) < 0)
			return -errno;
		snprintf(facts, sizeof(facts), "%s\n%s\n%s\n%s\n%s\n", answer.sysname,
			answer.nodename, answer.release, answer.version, answer.machine);
		root_seen(root, "uname(2)", facts);
		capture_fact(root, "uname", facts, true);
	} else if (root_read(root, "/captured/uname", &text) >= 0) {
		all = scan_text(text);
		line_copy(&all, answer.sysname, sizeof(answer.sysname));
		line_copy(&all, answer.nodename, sizeof(answer.nodename));
		line_copy(&all, answer.release, sizeof(answer.release));
		line_copy(&all, answer.version, sizeof(answer.version));
		line_copy(&all, answer.machine, sizeof(answer.machine));
	} else {
		/* a capture made by other means may still hold these */
		(void)root_read_attribute(root, "/proc/sys/kernel/hostname", answer.nodename,
			sizeof(answer.nodename));
		if (root_read_attribute(root, "/proc/sys/kernel/osrelease", answer.release,
			    sizeof(answer.release)) < 0)
			captured_release(root, answer.release, sizeof(answer.release));
		captured_machine(root, answer.machine, sizeof(answer.machine));
		if (!answer.nodename[0])
			(void)root_read_attribute(
				root, "/etc/hostname", answer.nodename, sizeof(answer.nodename));
	}
	*ret = answer;
	return 0;
}

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* btime of /proc/stat: when the machine was booted. */
static bool captured_boot(const struct root *root, double *ret)
{
	auto_free char *text = NULL;
	struct scan all;
	char *btime;

	if (root_read(root, "/proc/stat", &text) < 0 || !(btime = strstr(text, "\nbtime ")))
		return false;
	all = scan_text(btime + strlen("\nbtime "));
	return scan_double(&all, ret);
}

/* "1763644740.12 86400.5" of captured/clock, else /proc/uptime and btime.  A machine that does not
 * tell the time is looked at now. */
static int captured_clock(const struct root *root, double *ret_wall, double *ret_boottime)
{
	auto_free char *text = NULL;
	double wall, boottime;
	struct scan all;

	if (root_read(root, "/captured/clock", &text) >= 0) {
		all = scan_text(text);
		if (!scan_double(&all, &wall) || !scan_double(&all, &boottime))
			return -EBADMSG;
	} else {
		if (root_read(root, "/proc/uptime", &text) < 0)
			return -ENOENT;
		all = scan_text(text);
		if (!scan_double(&all, &boottime))
			return -EBADMSG;
		wall = captured_boot(root, &wall) ? wall + boottime : seconds(CLOCK_REALTIME);
	}
	*ret_wall = wall;
	*ret_boottime = boottime;
	return 0;
}

int root_clock(const struct root *root, double *ret_wall, double *ret_boottime)
{
	char line[64];

	if (!root_live(root))
		return captured_clock(root, ret_wall, ret_boottime);
	*ret_wall = seconds(CLOCK_REALTIME);
	*ret_boottime = seconds(CLOCK_BOOTTIME);
	if (!root_watched(root))
		return 0;
	snprintf(line, sizeof(line), "%.3f %.3f\n", *ret_wall, *ret_boottime);
	root_seen(root, "clock_gettime(2)", line);
	capture_fact(root, "clock", line, true);
	return 0;
}

double root_wall(const struct root *root)
{
	double wall, boottime;

	return root_clock(root, &wall, &boottime) < 0 ? seconds(CLOCK_REALTIME) : wall;
}

/*
 * adjtimex(2).  STA_UNSYNC stays set under some time daemons; what systemd's NTPSynchronized asks,
 * and we, is whether the largest error has been brought below the 16 s it starts with at boot.
 *
 * "1 0.000129" of captured/timex; older captures have no offset.
 */
int root_clock_synchronised(const struct root *root, double *ret_offset)
{
	struct timex timex = {0};
	double captured, offset = NAN;
	bool synchronised;
	char text[64];
	ssize_t r;

	if (root_live(root)) {
		if (adjtimex(&timex) < 0)
			return root_failed(root, "adjtimex(2)", -errno);
		synchronised = timex.maxerror < 16000000;
		offset = (double)timex.offset / (timex.status & STA_NANO ? 1e9 : 1e6);
		if (root_watched(root)) {
			snprintf(text, sizeof(text), "%d %.9f\n", synchronised, offset);
			root_seen(root, "adjtimex(2)", text);
			capture_fact(root, "timex", text, true);
		}
	} else {
		struct scan s;

		r = root_read_attribute(root, "/captured/timex", text, sizeof(text));
		if (r < 0)
			return (int)r;
		s = scan_text(text);
		if (!scan_double(&s, &captured))
			return -EBADMSG;
		synchronised = captured > 0;
		(void)scan_double(&s, &offset);
	}
	if (ret_offset)
		*ret_offset = synchronised ? offset : NAN;
	return synchronised;
}
