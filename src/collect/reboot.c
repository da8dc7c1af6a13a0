/* Whether the system waits for a reboot. */
#include "collector.h"
#include "debian.h"
#include "mem.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

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

struct reboot {
	double unpacked; /* when dpkg last unpacked something; the answer below is of then */
	bool kernel;
};

/*
 * Since the boot a package has brought the kernel that the next one will start.  Debian keeps the
 * modules of the old one beside it, so that they do not tell; and who starts an older kernel by
 * choice is not nagged.  Only with a clock that can be believed: a Raspberry Pi has none of its
 * own.
 */
static bool kernel_upgraded(struct reboot *reboot, const struct root *root, const char *running)
{
	double wall, uptime, unpacked;

	if (root_modified(root, UNPACKED, &unpacked) < 0 ||
		root_clock_synchronised(root, NULL) <= 0 || root_clock(root, &wall, &uptime) < 0 ||
		container(root))
		return false;
	if (unpacked != reboot->unpacked || root_watched(root))
		reboot->kernel =
			unpacked > wall - uptime && kernel_unpacked(root, running, wall - uptime);
	reboot->unpacked = unpacked;
	return reboot->kernel;
}

static int reboot_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct utsname names;
	int r = root_uname(root, &names);
	bool required;

	(void)config;
	if (r < 0)
		return r;
	required = root_exists(root, "/run/reboot-required") ||
		   root_exists(root, "/var/run/reboot-required") ||
		   kernel_replaced(root, names.release) ||
		   kernel_upgraded(state, root, names.release);
	/* that a copy has no such file says nothing if nothing from there was copied */
	if (!required && root_copied(root) && !root_exists(root, "/run") &&
		!root_exists(root, "/var/run"))
		return -ENODATA;
	put(ret, SYSTEM_REBOOT_REQUIRED, "", required);
	return 0;
}

const struct collector collect_reboot = {
	.name = "reboot",
	.gives = "system.reboot_required",
	.interval = 60,
	.lane = LANE_PACKAGES,
	.state = sizeof(struct reboot),
	.collect = reboot_collect,
};
