/*
 * What the VideoCore firmware says.  First as text, which vcgencmd(1) uses too and the only tag
 * that newer kernels let others than root send; where it is refused, as the property tags that say
 * the same, worded as vcgencmd would.
 * https://github.com/raspberrypi/firmware/wiki/Mailbox-property-interface,
 * drivers/char/broadcom/vcio.c of the Raspberry Pi's kernel.
 *
 * Only what stands in `commands` is ever sent, and none of it changes anything.  Each refusal is a
 * line in the kernel's log, so nothing that was refused once is sent again before pistat ends.
 */
#include "root_devices.h"

#include "mem.h"
#include "root_private.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

/* The number differs between 32- and 64-bit programs; the kernel knows both. */
#define MBOX_PROPERTY _IOWR(100, 0, char *)

#define FOLDER "/captured/firmware"

#define ANSWERED 0x80000000u /* the message; also set in the length of each reply */
#define REFUSED 0x80000001u
#define TAG_GENCMD 0x00030080u
#define GENCMD_BYTES 4096 /* of the value: return code and text */
#define GENCMD_TEXT (GENCMD_BYTES - sizeof(uint32_t))
#define VALUE_WORDS_MAX 5

enum { SIZE, CODE, TAG, VALUE_SIZE, LENGTH, VALUE }; /* words of a message with one tag */

struct command {
	const char *text;
	/* By property tag, worded into ret: its length or negative errno.  NULL: no tag says it. */
	int (*ask)(int fd, const struct command *command, char *ret, size_t size);
	uint32_t tag, argument;
};

/* What was refused, for the life of the process: text as such, tags; whole commands, see below. */
static _Atomic bool gencmd_works, gencmd_refused;
static _Atomic uint32_t tags_refused[8];

static bool tag_refused(uint32_t tag, bool now)
{
	for (size_t i = 0; i < ARRAY_LEN(tags_refused); i++) {
		if (now && tags_refused[i] == 0)
			tags_refused[i] = tag;
		if (tags_refused[i] == tag)
			return true;
	}
	return false;
}

/* 0 if the firmware took the message; -EOPNOTSUPP if it, or the kernel, never will. */
static int send_message(int fd, uint32_t *message)
{
	if (ioctl(fd, MBOX_PROPERTY, message) < 0)
		return errno == EINVAL || errno == EPERM || errno == ENOTTY ? -EOPNOTSUPP : -errno;
	if (message[CODE] != ANSWERED)
		return message[CODE] == REFUSED ? -EOPNOTSUPP : -EBADMSG;
	return message[LENGTH] & ANSWERED ? 0 : -EOPNOTSUPP; /* clear: a tag it does not know */
}

/*
 * The command as text, in a message as large as vcgencmd's: 1031 words.  Nobody looks at the
 * reply's length; what the buffer holds is the limit, and that NUL may be missing.
 */
static ssize_t gencmd(int fd, const char *command, char ret[static GENCMD_TEXT + 1])
{
	uint32_t message[VALUE + 1 + GENCMD_BYTES / sizeof(uint32_t) + 1] = {
		[SIZE] = sizeof(message), [TAG] = TAG_GENCMD, [VALUE_SIZE] = GENCMD_BYTES};
	char *text = (char *)&message[VALUE + 1];
	size_t n;
	int r;

	if (gencmd_refused)
		return -EOPNOTSUPP;
	strcpy(text, command); /* one of the list: much shorter */
	r = send_message(fd, message);
	/* If the very first one is refused, it is not the command that is meant. */
	if (r == -EOPNOTSUPP && !gencmd_works)
		gencmd_refused = true;
	if (r < 0)
		return r;
	gencmd_works = true;
	n = strnlen(text, GENCMD_TEXT);
	memcpy(ret, text, n);
	ret[n] = '\0';
	if (message[VALUE] != 0 || strncmp(ret, "error=", 6) == 0)
		return -EOPNOTSUPP;
	return strcmp(ret, command) == 0 ? -EBADMSG : (ssize_t)n; /* nothing was written */
}

/* Sends `request` words of value, wants `reply` words. */
static int property(int fd, uint32_t tag, uint32_t *value, size_t request, size_t reply)
{
	size_t words = request > reply ? request : reply, bytes = words * sizeof(*value);
	uint32_t message[VALUE + VALUE_WORDS_MAX + 1] = {[TAG] = tag};
	int r;

	if (tag_refused(tag, false))
		return -EOPNOTSUPP;
	message[SIZE] = (uint32_t)(bytes + (VALUE + 1) * sizeof(*message));
	message[VALUE_SIZE] = (uint32_t)bytes;
	memcpy(&message[VALUE], value, request * sizeof(*value));
	r = send_message(fd, message);
	if (r == -EOPNOTSUPP)
		(void)tag_refused(tag, true);
	if (r < 0)
		return r;
	if ((message[LENGTH] & ~ANSWERED) < reply * sizeof(*value))
		return -EBADMSG;
	memcpy(value, &message[VALUE], reply * sizeof(*value));
	return 0;
}

/* The argument is the id of a sensor or clock; so is the first word of the reply. */
static int ask_temperature(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2] = {command->argument};
	int r = property(fd, command->tag, value, 1, 2);

	return r < 0 ? r : snprintf(ret, size, "temp=%.1f'C", (int32_t)value[1] / 1000.0);
}

static int ask_clock(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2] = {command->argument};
	int r = property(fd, command->tag, value, 1, 2);

	return r < 0 ? r : snprintf(ret, size, "frequency(%u)=%u", value[0], value[1]);
}

/* Microvolts, whatever the documentation says. */
static int ask_volts(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2] = {command->argument};
	int r = property(fd, command->tag, value, 1, 2);

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
	int r = property(fd, command->tag, value, 1, 1);

	return r < 0 ? r : snprintf(ret, size, "throttled=0x%x", value[0]);
}

/* Base and size of the memory, in bytes. */
static int ask_memory(int fd, const struct command *command, char *ret, size_t size)
{
	uint32_t value[2];
	int r = property(fd, command->tag, value, 0, 2);

	return r < 0 ? r
		     : snprintf(ret, size, "%s=%uM", strrchr(command->text, ' ') + 1,
			       value[1] >> 20);
}

/* When it was built, and the commit.  "Oct 29 2021 10:47:33 \nversion b8a114e5…" */
static int ask_version(int fd, const struct command *command, char *ret, size_t size)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	uint32_t built[1], hash[5] = {0};
	int r = property(fd, command->tag, built, 0, 1);
	struct tm tm;

	if (r < 0)
		return r;
	gmtime_r(&(time_t){built[0]}, &tm);
	r = property(fd, command->argument, hash, 0, 5);
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

static _Atomic bool refused[ARRAY_LEN(commands)];

/* A control group that forbids the device says EPERM. */
static int open_node(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 ? fd : errno == EPERM ? -EACCES : -errno;
}

/* The reply in text and who gave it. */
static ssize_t ask(const struct root *root, const struct command *command,
	char text[static GENCMD_TEXT + 1], const char **ret_node)
{
	static const char *const nodes[] = {"/dev/vcio_gencmd", "/dev/vcio"};
	auto_close int narrow = open_node(nodes[0]);
	auto_close int wide = -1;
	ssize_t n = -EOPNOTSUPP;

	*ret_node = nodes[0];
	if (narrow >= 0)
		n = gencmd(narrow, command->text, text);
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
		n = gencmd(wide, command->text, text);
	if (n == -EOPNOTSUPP && command->ask)
		n = command->ask(wide, command, text, GENCMD_TEXT + 1);
	return n;
}

static const struct command *find(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].text, text) == 0)
			return &commands[i];
	return NULL;
}

static ssize_t replay(const struct root *root, const char *path, char *ret, size_t size)
{
	ssize_t n;

	if (root_denied(root, "/dev/vcio_gencmd") || root_denied(root, "/dev/vcio"))
		return root_failed(root, "/dev/vcio", -EACCES);
	n = root_read_attribute(root, path, ret, size);
	return n == -ENOENT && root_exists(root, FOLDER) ? -EOPNOTSUPP : n;
}

ssize_t root_firmware(const struct root *root, const char *command, char *ret, size_t size)
{
	const struct command *known = find(command);
	char text[GENCMD_TEXT + 1], path[64], *trimmed;
	const char *node;
	ssize_t n;

	if (!known)
		return -EINVAL;
	n = snprintf(path, sizeof(path), FOLDER "/%s", command);
	for (char *at = path; at < path + n; at++)
		*at = (char)(*at == ' ' ? '_' : *at);
	if (!root_live(root))
		return replay(root, path, ret, size);
	if (refused[known - commands])
		return -EOPNOTSUPP;
	n = ask(root, known, text, &node);
	if (n == -EOPNOTSUPP)
		refused[known - commands] = true;
	if (n < 0)
		return n;
	trimmed = text_trim(text);
	capture_file(root, path, trimmed, strlen(trimmed));
	root_seen(root, node, trimmed);
	n = snprintf(ret, size, "%s", trimmed);
	return (size_t)n < size ? n : (ssize_t)size - 1;
}
