/*
 * What the VideoCore firmware says.  First as text, which vcgencmd(1) uses too and is the only tag
 * that newer kernels let others than root send; where that is refused, as the property tags that
 * say the same, worded as vcgencmd would.
 *
 * Only what stands in `commands` is ever sent, and none of it changes anything.
 */
#include "root_devices.h"

#include "mailbox.h"
#include "mem.h"
#include "root_private.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FOLDER "/captured/firmware"

/* Where a captured machine has its replies: as pistat leaves them, and as somebody may who has only
 * vcgencmd(1): `vcgencmd measure_temp >vcgencmd/measure_temp`. */
static const char *const folders[] = {FOLDER, "/vcgencmd"};

struct command {
	const char *text;
	/* By property tag, worded into ret: its length or negative errno.  NULL: no tag says it. */
	int (*ask)(int fd, const struct command *command, char *ret, size_t size);
	uint32_t tag, argument;
};

/* The argument is the id of a sensor or clock; so is the first word of the reply. */
static int ask_temperature(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2] = {command->argument};
	int r = mailbox_property(fd, command->tag, value, 1, 2);

	return r < 0 ? r : snprintf(ret, size, "temp=%.1f'C", (int32_t)value[1] / 1000.0);
}

static int ask_clock(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2] = {command->argument};
	int r = mailbox_property(fd, command->tag, value, 1, 2);

	return r < 0 ? r : snprintf(ret, size, "frequency(%u)=%u", value[0], value[1]);
}

/* Microvolts, whatever the documentation says. */
static int ask_volts(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2] = {command->argument};
	int r = mailbox_property(fd, command->tag, value, 1, 2);

	if (r < 0)
		return r;
	if (value[1] == 0 || value[1] == 0x80000000u)
		return -EOPNOTSUPP;
	return snprintf(ret, size, "volt=%.4fV", value[1] / 1e6);
}

/* The argument would be a mask of sticky bits to clear: always 0, others want to see them too. */
static int ask_throttled(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[1] = {0};
	int r = mailbox_property(fd, command->tag, value, 1, 1);

	return r < 0 ? r : snprintf(ret, size, "throttled=0x%x", value[0]);
}

/* Base and size of the memory, in bytes. */
static int ask_memory(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2];
	int r = mailbox_property(fd, command->tag, value, 0, 2);

	return r < 0 ? r
		     : snprintf(ret, size, "%s=%uM", strrchr(command->text, ' ') + 1,
			       value[1] >> 20);
}

/* When it was built, and the commit.  "Oct 29 2021 10:47:33 \nversion b8a114e5…" */
static int ask_version(int fd, const struct command *command, char *ret, size_t size)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	uint32_t built[1], hash[5] = {0};
	int r = mailbox_property(fd, command->tag, built, 0, 1);
	struct tm tm;

	if (r < 0)
		return r;
	gmtime_r(&(time_t){built[0]}, &tm);
	r = mailbox_property(fd, command->argument, hash, 0, 5);
	if (r < 0)
		return r;
	return snprintf(ret, size, "%.3s %2d %d %02d:%02d:%02d \nversion %08x%08x%08x%08x%08x",
		months + 3 * (ptrdiff_t)tm.tm_mon, tm.tm_mday, tm.tm_year + 1900, tm.tm_hour,
		tm.tm_min, tm.tm_sec, hash[0], hash[1], hash[2], hash[3], hash[4]);
}

static const struct command commands[] = {
	{"get_throttled", ask_throttled, 0x00030046, 0},
	{"measure_temp", ask_temperature, 0x00030006, 0},
	{"measure_temp pmic", NULL, 0, 0},
	{"measure_volts core", ask_volts, 0x00030003, 1},
	{"measure_volts sdram_c", ask_volts, 0x00030003, 2},
	{"measure_volts sdram_p", ask_volts, 0x00030003, 3},
	{"measure_volts sdram_i", ask_volts, 0x00030003, 4},
	{"measure_clock emmc", ask_clock, 0x00030047, 1},
	{"measure_clock arm", ask_clock, 0x00030047, 3},
	{"measure_clock core", ask_clock, 0x00030047, 4},
	{"measure_clock v3d", ask_clock, 0x00030047, 5},
	{"measure_clock sdram", ask_clock, 0x00030047, 8},
	{"get_mem arm", ask_memory, 0x00010005, 0},
	{"get_mem gpu", ask_memory, 0x00010006, 0},
	{"pmic_read_adc", NULL, 0, 0},
	{"version", ask_version, 0x00000001, 0x00000003},
	{"bootloader_version", NULL, 0, 0},
};

/* For the life of the process. */
static _Atomic bool refused[ARRAY_LEN(commands)];

/* A control group that forbids the device says EPERM. */
static int open_node(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 ? fd : errno == EPERM ? -EACCES : -errno;
}

/* The reply in text and who gave it. */
static ssize_t ask(const struct root *root, const struct command *command,
	char text[static MAILBOX_TEXT + 1], const char **ret_node)
{
	static const char *const nodes[] = {"/dev/vcio_gencmd", "/dev/vcio"};
	auto_close int narrow = open_node(nodes[0]);
	auto_close int wide = -1;
	ssize_t n = -EOPNOTSUPP;

	*ret_node = nodes[0];
	if (narrow >= 0)
		n = mailbox_gencmd(narrow, command->text, text);
	if (n != -EOPNOTSUPP || (narrow >= 0 && !command->ask))
		return n;
	wide = open_node(nodes[1]);
	if (wide < 0 && narrow < 0) {
		(void)root_failed(root, nodes[0], narrow);
		(void)root_failed(root, nodes[1], wide);
		return narrow == -EACCES ? narrow : wide;
	}
	if (wide < 0)
		return n;
	*ret_node = nodes[1];
	if (narrow < 0)
		n = mailbox_gencmd(wide, command->text, text);
	if (n == -EOPNOTSUPP && command->ask)
		n = command->ask(wide, command, text, MAILBOX_TEXT + 1);
	return n;
}

static const struct command *find(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].text, text) == 0)
			return &commands[i];
	return NULL;
}

/* The file of a command, its blanks as '_'. */
static void reply_path(const char *folder, const char *command, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", folder, command);
	for (char *at = ret; *at; at++)
		*at = (char)(*at == ' ' ? '_' : *at);
}

static ssize_t replay(const struct root *root, const char *command, char *ret, size_t size)
{
	bool any = false;
	char path[64];

	if (root_denied(root, "/dev/vcio_gencmd") || root_denied(root, "/dev/vcio"))
		return root_failed(root, "/dev/vcio", -EACCES);
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		ssize_t n;

		reply_path(folders[i], command, path, sizeof(path));
		n = root_read_attribute(root, path, ret, size);
		if (n == -ENOENT && strcmp(command, "measure_volts core") == 0) {
			/* what people type means the same */
			reply_path(folders[i], "measure_volts", path, sizeof(path));
			n = root_read_attribute(root, path, ret, size);
		}
		if (n != -ENOENT)
			return n >= 0 && mailbox_refusal(ret) ? -EOPNOTSUPP : n;
		any |= root_exists(root, folders[i]);
	}
	return any ? root_failed(root, path, -EOPNOTSUPP) : -ENOENT;
}

ssize_t root_firmware(const struct root *root, const char *command, char *ret, size_t size)
{
	const struct command *known = find(command);
	char text[MAILBOX_TEXT + 1], path[64], *trimmed;
	const char *node;
	ssize_t n;

	if (!known)
		return -EINVAL;
	if (!root_live(root))
		return replay(root, command, ret, size);
	reply_path(FOLDER, command, path, sizeof(path));
	if (refused[known - commands])
		return root_failed(root, path, -EOPNOTSUPP);
	n = ask(root, known, text, &node);
	if (n == -EOPNOTSUPP)
		refused[known - commands] = true;
	if (n == -EACCES || n == -ENOENT) /* said of the nodes */
		return n;
	if (n < 0)
		return root_failed(root, path, (int)n);
	trimmed = text_trim(text);
	capture_file(root, path, trimmed, strlen(trimmed));
	snprintf(path, sizeof(path), "%s %s", node, command);
	root_seen(root, path, trimmed);
	n = snprintf(ret, size, "%s", trimmed);
	return (size_t)n < size ? n : (ssize_t)size - 1;
}
