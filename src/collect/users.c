/* Who is logged in: systemd-logind's sessions, or utmp where nothing of logind is. */
#include "collector.h"
#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <utmp.h>

#define SESSIONS "/run/systemd/sessions"

/*
 * A session is somebody's when its class is one of these: pam_systemd(8).  "user-early" is how
 * root logs in since systemd 256.  The others are no people: "manager" and "manager-early" stand
 * beside every first login of a user, "greeter" and "lock-screen" wait for one, "background" is
 * cron's.
 */
static bool person(struct scan class)
{
	static const char *const classes[] = {
		"user", "user-early", "user-light", "user-early-light", "user-incomplete"};

	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (scan_is(class, classes[i]))
			return true;
	return false;
}

/*
 * # This is private data. Do not parse.
 * UID=1000
 * USER=pi
 * ACTIVE=1
 * STATE=active
 * TYPE=tty
 * CLASS=user
 *
 * States: opening, online, active, closing.  Without a class it is taken for a user's.
 */
static bool session_parse(const char *text)
{
	struct scan all = scan_text(text), line, key, class = scan_text("user");
	bool here = false;

	while (scan_line(&all, &line)) {
		if (!scan_key(&line, '=', &key))
			continue;
		if (scan_is(key, "STATE"))
			here = scan_is(line, "active") || scan_is(line, "online");
		else if (scan_is(key, "CLASS"))
			class = line;
	}
	return here && person(class);
}

static int sessions_count(const struct root *root, size_t *ret)
{
	auto_free char **names = NULL;
	size_t n, people = 0;
	int r = root_list(root, SESSIONS, &names, &n);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		auto_free char *text = NULL;
		char path[512];

		/* "3.ref" is a FIFO that logind watches; ".#3abc" a file being written */
		if (strchr(names[i], '.') || (size_t)snprintf(path, sizeof(path), SESSIONS "/%s",
						     names[i]) >= sizeof(path))
			continue;
		if (root_read(root, path, &text) >= 0)
			people += session_parse(text);
	}
	*ret = people;
	return 0;
}

/*
 * utmp(5): records of one size, that begin alike on every machine.  The size is 400 bytes where
 * times in it have 64 bits (aarch64), 384 elsewhere; a captured file may come from either.
 */
enum { UTMP_TYPE = 0, UTMP_PID = 4, UTMP_USER = 44, UTMP_SHORT = 384, UTMP_LONG = 400 };

static size_t utmp_record(size_t n)
{
	bool both = n % UTMP_SHORT == 0 && n % UTMP_LONG == 0;

	return both ? sizeof(struct utmp) : n % UTMP_LONG == 0 ? UTMP_LONG : UTMP_SHORT;
}

/* The process of the next login; 0 at the end. */
static int32_t utmp_next(const char *bytes, size_t n, size_t *at)
{
	size_t record = utmp_record(n);

	while (n - *at >= record) {
		const char *from = bytes + *at;
		int16_t type;
		int32_t pid;

		*at += record;
		memcpy(&type, from + UTMP_TYPE, sizeof(type));
		memcpy(&pid, from + UTMP_PID, sizeof(pid));
		if (type == USER_PROCESS && from[UTMP_USER] && pid > 0)
			return pid;
	}
	return 0;
}

static int utmp_count(const struct root *root, size_t *ret)
{
	auto_free char *bytes = NULL;
	ssize_t n = root_read(root, "/run/utmp", &bytes);
	size_t at = 0, people = 0;
	char path[32];
	int32_t pid;

	if (n < 0)
		return (int)n;
	while ((pid = utmp_next(bytes, (size_t)n, &at)) > 0) {
		/* who was cut off by a crash is never taken out */
		snprintf(path, sizeof(path), "/proc/%d", pid);
		people += root_exists(root, path);
	}
	*ret = people;
	return 0;
}

static int users_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	size_t people;
	int r = sessions_count(root, &people);

	(void)state, (void)config;
	if (r == -ENOENT)
		r = utmp_count(root, &people);
	if (r < 0)
		return r;
	put(ret, SYSTEM_USERS, "", (double)people);
	return 0;
}

const struct collector collect_users = {
	.name = "users",
	.gives = "system.users",
	.interval = 30,
	.collect = users_collect,
};
