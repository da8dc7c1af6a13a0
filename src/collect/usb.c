/* How many USB devices there are: /sys/bus/usb/devices (Documentation/ABI/testing/sysfs-bus-usb).
 */
#include "collector.h"
#include "mem.h"

#include <errno.h>
#include <string.h>

/*
 * "usb1" is the root hub of the first bus, "1-0:1.0" an interface of a device.  Devices are "1-1"
 * and "1-1.4": hubs count, for a hub is a thing that one plugs in.
 */
static bool usb_device(const char *name)
{
	return name[0] >= '0' && name[0] <= '9' && strchr(name, '-') && !strchr(name, ':');
}

static int usb_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char **names = NULL;
	size_t n, devices = 0;
	int r = root_list(root, "/sys/bus/usb/devices", &names, &n);

	(void)state, (void)config;
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		devices += usb_device(names[i]);
	/* A kernel with USB on a machine without: not even a root hub. */
	if (!n)
		return -ENODATA;
	put(ret, HARDWARE_USB_DEVICES, "", (double)devices);
	return 0;
}

const struct collector collect_usb = {
	.name = "usb",
	.gives = "hardware.usb_devices",
	.interval = 30,
	.collect = usb_collect,
};
