/* The system that runs here: its names, and whether it waits for a reboot. */
#include "collector.h"
#include "debian.h"
#include "mem.h"
#include "scan.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The value of a shell assignment: "Debian \"12\"", 'Arch', Alpine.  os-release(5) allows no more
 * of the shell. */
static void value_parse(struct scan value, char *ret, size_t size)
{
	char quote = '\0', text[TEXT_SIZE];
	size_t n = 0;

	for (; value.at < value.end && n + 1 < sizeof(text); value.at++) {
		char c = *value.at;

		if (c == quote && quote)
			break;
		if (n == 0 && !quote && (c == '"' || c == '\''))
			quote = c;
		else if (c == '\\' && quote != '\'' && value.at + 1 < value.end)
			text[n++] = *++value.at;
		else
			text[n++] = c;
	}
	text[n] = '\0';
	scan_copy(scan_text(text), ret, size);
}

/*
 * PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
 * NAME="Debian GNU/Linux"
 * # comments, and keys in any order; of two the last holds, as in a shell
 */
static int os_release_parse(const char *text, char *ret, size_t size)
{
	char name[TEXT_SIZE] = "", pretty[TEXT_SIZE] = "";
	struct scan s = scan_text(text), line, key;

	while (scan_line(&s, &line)) {
		if (!scan_key(&line, '=', &key))
			continue;
		if (scan_is(key, "PRETTY_NAME"))
			value_parse(line, pretty, sizeof(pretty));
		else if (scan_is(key, "NAME"))
			value_parse(line, name, sizeof(name));
	}
	if (!*pretty && !*name)
		return -EBADMSG;
	snprintf(ret, size, "%s", *pretty ? pretty : name);
	return 0;
}

static void put_os(struct slice *slice, const struct root *root)
{
	static const char *const files[] = {"/etc/os-release", "/usr/lib/os-release"};
	char os[TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		auto_free char *text = NULL;

		if (root_read(root, files[i], &text) >= 0 &&
			os_release_parse(text, os, sizeof(os)) == 0) {
			put_text(slice, SYSTEM_OS, "", os);
			return;
		}
	}
}

static bool container(const struct root *root)
{
	return root_exists(root, "/run/systemd/container") || root_exists(root, "/.dockerenv") ||
	       root_exists(root, "/run/.containerenv");
}

/*
 * An upgrade took away the modules of the running kernel and brought others.  Only a kernel that
 * has loaded modules can miss them: one with everything built in never had any, whatever the
 * distribution keeps in /lib/modules.
 */
static bool kernel_replaced(const struct root *root, const char *release)
{
	auto_free char **names = NULL;
	char loaded[16];
	bool others = false;
	size_t n = 0;

	if (container(root) || !*release ||
		root_read_attribute(root, "/proc/modules", loaded, sizeof(loaded)) <= 0)
		return false;
	(void)root_list(root, "/lib/modules", &names, &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], release) == 0)
			return false;
		others |= isdigit((unsigned char)names[i][0]) != 0;
	}
	return others;
}

/* "6.12.47+rpt-rpi-v8" is of the flavour "-rpi-v8", "6.1.0-18-rt-amd64" of "-rt-amd64"; "" if the
 * name tells none. */
static const char *flavour(const char *release)
{
	const char *at = release;

	while ((at = strchr(at, '-')))
		if (isalpha((unsigned char)*++at))
			return at - 1;
	return "";
}

/* Of the same flavour and not older: what would be booted next. */
static bool supersedes(const char *release, const char *running)
{
	const char *kind = flavour(release);
	char a[128], b[128];

	if (!*kind || strcmp(kind, flavour(running)) != 0)
		return false;
	snprintf(a, sizeof(a), "%.*s", (int)(kind - release), release);
	snprintf(b, sizeof(b), "%.*s", (int)(flavour(running) - running), running);
	return debian_version_compare(a, b) >= 0;
}

#define UNPACKED "/var/lib/dpkg/info"

/* dpkg writes a package's list of files when it unpacks the package. */
static bool unpacked_since(const struct root *root, const char *list, double moment)
{
	char path[512];
	double unpacked;

	return (size_t)snprintf(path, sizeof(path), UNPACKED "/%s", list) < sizeof(path) &&
	       root_exists(root, path) && root_modified(root, path, &unpacked) == 0 &&
	       unpacked > moment;
}

/* "linux-image-6.12.62+rpt-rpi-v8.list"; Raspberry Pi OS before bookworm: "raspberrypi-kernel.list"
 */
static bool kernel_unpacked(const struct root *root, const char *running, double booted)
{
	auto_free char **names = NULL;
	size_t n = 0;

	(void)root_list(root, UNPACKED, &names, &n);
	for (size_t i = 0; i < n; i++) {
		static const char image[] = "linux-image-", end[] = ".list";
		size_t length = strlen(names[i]);
		char release[128];

		if (strcmp(names[i], "raspberrypi-kernel.list") == 0 &&
			unpacked_since(root, names[i], booted))
			return true;
		if (length < sizeof(image) + sizeof(end) ||
			!isdigit((unsigned char)names[i][sizeof(image) - 1]) ||
			strncmp(names[i], image, sizeof(image) - 1) != 0 ||
			strcmp(names[i] + length - (sizeof(end) - 1), end) != 0)
			continue;
		snprintf(release, sizeof(release), "%.*s",
			(int)(length - (sizeof(image) - 1) - (sizeof(end) - 1)),
			names[i] + sizeof(image) - 1);
		if (supersedes(release, running) && unpacked_since(root, names[i], booted))
			return true;
	}
	return false;
}

struct system {
	double unpacked; /* when dpkg last unpacked something; the answer below is of then */
	bool kernel;
};

/*
 * Since the boot a package has brought the kernel that the next one will start.  Debian keeps the
 * modules of the old one beside it, so that they do not tell; and who starts an older kernel by
 * choice is not nagged.  Only with a clock that can be believed: a Raspberry Pi has none of its
 * own.
 */
static bool kernel_upgraded(struct system *system, const struct root *root, const char *running)
{
	double wall, uptime, unpacked;

	if (root_modified(root, UNPACKED, &unpacked) < 0 || root_clock_synchronised(root) <= 0 ||
		root_clock(root, &wall, &uptime) < 0 || container(root))
		return false;
	if (unpacked != system->unpacked || root_watched(root))
		system->kernel =
			unpacked > wall - uptime && kernel_unpacked(root, running, wall - uptime);
	system->unpacked = unpacked;
	return system->kernel;
}

static int system_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct utsname names;
	int r = root_uname(root, &names);

	(void)config;
	if (r < 0)
		return r;
	put_text(ret, SYSTEM_HOSTNAME, "", names.nodename);
	put_text(ret, SYSTEM_KERNEL, "", names.release);
	put_text(ret, SYSTEM_ARCHITECTURE, "", names.machine);
	put_os(ret, root);
	put(ret, SYSTEM_REBOOT_REQUIRED, "",
		root_exists(root, "/run/reboot-required") ||
			root_exists(root, "/var/run/reboot-required") ||
			kernel_replaced(root, names.release) ||
			kernel_upgraded(state, root, names.release));
	return 0;
}

const struct collector collect_system = {
	.name = "system",
	.gives = "system.hostname system.os system.kernel system.architecture "
		 "system.reboot_required",
	.interval = 60,
	.state = sizeof(struct system),
	.collect = system_collect,
};
