/*
 * What the bootloader of a Raspberry Pi 4 or 5 left in the device tree's chosen/: which it is, and
 * what it found out about the supply.  None of it changes before the next boot.
 * https://www.raspberrypi.com/documentation/computers/configuration.html#firmware-parameters
 */
#include "collector.h"
#include "devicetree.h"
#include "mem.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CHOSEN "chosen/"

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

	for (size_t i = 0; i < ARRAY_LEN(stamps) && devicetree_cell(root, stamps[i], &built) < 0;
		i++)
		;
	devicetree_text(root, CHOSEN "bootloader/version", commit, sizeof(commit));
	version_join(built, commit, version, sizeof(version));
	put_text(ret, HARDWARE_BOOTLOADER, "", version);
}

static void put_supply(const struct root *root, struct slice *ret)
{
	uint32_t value;

	if (devicetree_cell(root, CHOSEN "power/max_current", &value) == 0 && value > 0)
		put(ret, PI_SUPPLY_CURRENT_MAX, "", value);
	if (devicetree_cell(root, CHOSEN "power/usb_max_current_enable", &value) == 0)
		put(ret, PI_USB_CURRENT_LIMITED, "", value == 0);
	if (devicetree_cell(root, CHOSEN "power/usb_over_current_detected", &value) == 0)
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
