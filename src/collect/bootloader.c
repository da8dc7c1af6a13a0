/*
 * What the bootloader of a Raspberry Pi 4 or 5 left in the device tree's chosen/: which it is, and
 * what it found out about the supply.  None of it changes before the next boot.
 * https://www.raspberrypi.com/documentation/computers/configuration.html#firmware-parameters
 */
#include "collector.h"
#include "mem.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CHOSEN "/proc/device-tree/chosen/"

/* One cell, big-endian, without end: 00 00 13 88. */
static int cell_parse(const char *bytes, size_t n, uint32_t *ret)
{
	uint32_t cell = 0;

	if (n != sizeof(cell))
		return -EBADMSG;
	for (size_t i = 0; i < n; i++)
		cell = cell << 8 | (unsigned char)bytes[i];
	*ret = cell;
	return 0;
}

static bool cell(const struct root *root, const char *path, uint32_t *ret)
{
	auto_free char *bytes = NULL;
	ssize_t n = root_read(root, path, &bytes);

	return n >= 0 && cell_parse(bytes, (size_t)n, ret) == 0;
}

/*
 * "2025-01-08 97facbf4": the day it was built, which is how its releases are called, and the
 * beginning of the commit.  Either may be missing.
 */
static void version_join(uint32_t built, const char *commit, char *ret, size_t size)
{
	char moment[40] = "", hash[9] = "";
	size_t n = strspn(commit, "0123456789abcdef");

	if (built)
		text_moment(moment, sizeof(moment), built);
	if (n >= 7 && !isalnum((unsigned char)commit[n]))
		snprintf(hash, sizeof(hash), "%.8s", commit);
	snprintf(ret, size, "%.10s%s%s", moment, *moment && *hash ? " " : "", hash);
}

static void put_version(const struct root *root, struct slice *ret)
{
	/* Documented with '_', delivered with '-'. */
	static const char *const stamps[] = {
		CHOSEN "bootloader/build-timestamp", CHOSEN "bootloader/build_timestamp"};
	char commit[64], version[TEXT_SIZE];
	uint32_t built = 0;

	for (size_t i = 0; i < ARRAY_LEN(stamps) && !cell(root, stamps[i], &built); i++)
		;
	if (root_read_attribute(root, CHOSEN "bootloader/version", commit, sizeof(commit)) < 0)
		commit[0] = '\0';
	version_join(built, commit, version, sizeof(version));
	put_text(ret, HARDWARE_BOOTLOADER, "", version);
}

static void put_supply(const struct root *root, struct slice *ret)
{
	uint32_t value;

	if (cell(root, CHOSEN "power/max_current", &value) && value > 0)
		put(ret, PI_SUPPLY_CURRENT_MAX, "", value);
	if (cell(root, CHOSEN "power/usb_max_current_enable", &value))
		put(ret, PI_USB_CURRENT_LIMITED, "", value == 0);
	if (cell(root, CHOSEN "power/usb_over_current_detected", &value))
		put(ret, PI_USB_OVER_CURRENT, "", value != 0);
}

static int bootloader_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	(void)state, (void)config;
	put_version(root, ret);
	put_supply(root, ret);
	return ret->n ? 0 : -ENOENT;
}

const struct collector collect_bootloader = {
	.name = "bootloader",
	.gives = "hardware.bootloader power.supply_current_max power.usb_*",
	.interval = 3600,
	.collect = bootloader_collect,
};
