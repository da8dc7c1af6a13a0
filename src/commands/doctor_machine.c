/* The second part of `pistat doctor`: configuration, clock, groups, what the kernel offers, and
 * where pistat may write. */
#include "doctor_private.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/netlink.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

static void report_clock(struct doctor *doctor)
{
	double offset = NAN;
	int synchronised = root_clock_synchronised(doctor->root, &offset);

	if (synchronised < 0) {
		report(doctor, "clock", UNKNOWN, "adjtimex: %s", strerror(-synchronised));
	} else if (synchronised == 0) {
		report(doctor, "clock", REMARK,
			"not synchronised: boot_time stays away until it is");
		report_fix("timedatectl status");
	} else if (!isnan(offset)) {
		report(doctor, "clock", FINE, "synchronised, %.3f ms to go", offset * 1000);
	} else {
		report(doctor, "clock", FINE, "synchronised");
	}
}

static void report_groups(struct doctor *doctor)
{
	gid_t groups[256];
	int n = getgroups(ARRAY_LEN(groups), groups);
	char line[512] = "";
	size_t length = 0;

	for (int i = 0; i < n && length < sizeof(line) - 1; i++) {
		const struct group *group = getgrgid(groups[i]);
		int more = group ? snprintf(line + length, sizeof(line) - length, " %s",
					   group->gr_name)
				 : snprintf(line + length, sizeof(line) - length, " %u",
					   (unsigned)groups[i]);

		length += more > 0 ? (size_t)more : 0;
	}
	report(doctor, "groups", FINE, "%s:%s", doctor->user, n > 0 ? line : " none");
}

static bool answers(int protocol)
{
	auto_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	return fd >= 0;
}

/* Without the others pistat reads what the kernel shows in /proc. */
static void report_netlink(struct doctor *doctor)
{
	static const struct {
		const char *name;
		int protocol;
		enum verdict without;
	} questions[] = {{"addresses", NETLINK_ROUTE, FAILING},
		{"sockets", NETLINK_SOCK_DIAG, REMARK}, {"Wi-Fi", NETLINK_GENERIC, REMARK}};
	char answered[64] = "";

	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		if (answers(questions[i].protocol)) {
			strcat(answered, answered[0] ? ", " : "");
			strcat(answered, questions[i].name);
		} else {
			report(doctor, "netlink", questions[i].without, "%s: %s", questions[i].name,
				strerror(errno));
		}
	}
	if (answered[0])
		report(doctor, "netlink", FINE, "%s", answered);
}

static void report_kernel(struct doctor *doctor)
{
	char text[256];
	ssize_t r = root_read_attribute(doctor->root, "/proc/pressure/cpu", text, sizeof(text));

	if (r >= 0) {
		report(doctor, "pressure", FINE, "the kernel measures it");
	} else {
		report(doctor, "pressure", REMARK, "this kernel does not measure it");
		report_fix("add psi=1 to the kernel's command line (/boot/firmware/cmdline.txt)");
	}
	if (root_exists(doctor->root, "/sys/fs/cgroup/cgroup.controllers"))
		report(doctor, "cgroups", FINE, "version 2");
	else
		report(doctor, "cgroups", REMARK, "no unified hierarchy: not needed by pistat");
	report_netlink(doctor);
}

/* The directory, or the nearest one above it that is there. */
static bool may_write(const char *path)
{
	char above[PATH_MAX], *slash;

	text_copy(above, sizeof(above), path);
	while (access(above, F_OK) < 0 && (slash = strrchr(above, '/')) && slash > above)
		*slash = '\0';
	return access(above, W_OK | X_OK) == 0;
}

static void report_state_directory(struct doctor *doctor)
{
	const char *path = config_state_directory(doctor->config);

	if (!*path) {
		report(doctor, "state directory", FAILING,
			"none: after a restart nothing is known of what was announced");
		report_fix("set node.state_directory");
	} else if (may_write(path)) {
		report(doctor, "state directory", FINE, "%s%s", path,
			access(path, F_OK) < 0 ? ": will be made" : "");
	} else {
		report(doctor, "state directory", FAILING, "%s: %s", path, strerror(errno));
		report_fix("sudo install -d -o %s %s", doctor->user, path);
	}
}

static void report_secret(struct doctor *doctor, enum option_id option)
{
	const char *path = config_text(doctor->config, option);
	struct stat status;

	if (!*path)
		return;
	if (stat(path, &status) < 0 || access(path, R_OK) < 0) {
		report(doctor, "secret", FAILING, "%s = \"%s\": %s", options[option].path, path,
			strerror(errno));
	} else if (status.st_mode & (S_IROTH | S_IWOTH)) {
		report(doctor, "secret", FAILING, "%s: everybody on this machine may read it",
			path);
		report_fix("sudo chmod o= %s", path);
	} else {
		report(doctor, "secret", FINE, "%s", path);
	}
}

static bool is_here(const char *host)
{
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	       strcmp(host, "::1") == 0;
}

/* What is allowed, but hardly meant. */
static void report_configuration(struct doctor *doctor)
{
	const struct config *config = doctor->config;
	const char *host = config_text(config, OPTION_MQTT_HOST);
	size_t set = 0;

	for (enum option_id id = 0; id < OPTIONS; id++)
		set += strcmp(config_origin(config, id), "default") != 0;
	report(doctor, "configuration", FINE,
		"%zu options are set (pistat check tells where and to what)", set);
	report_secret(doctor, OPTION_MQTT_PASSWORD_FILE);
	report_secret(doctor, OPTION_HTTP_TOKEN_FILE);
	if (config_flag(config, OPTION_MQTT_ENABLED) && !is_here(host) &&
		!config_flag(config, OPTION_MQTT_TLS_ENABLED) &&
		*config_text(config, OPTION_MQTT_USERNAME))
		report(doctor, "configuration", REMARK,
			"the password goes to %s in the clear (mqtt.tls.enabled)", host);
}

void doctor_machine(struct doctor *doctor)
{
	report_title("This machine");
	report_configuration(doctor);
	report_groups(doctor);
	report_clock(doctor);
	report_kernel(doctor);
	report_state_directory(doctor);
}
