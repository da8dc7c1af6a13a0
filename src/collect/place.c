#include "collect/sensors.h"

#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* Parts of a path that are folders of a class, or numbers given in the order of probing. */
static const char *const passed[] = {
	"hwmon*", "nvme", "nvme[0-9]*", "thermal", "thermal_zone[0-9]*", "ieee80211", "phy[0-9]*",
	"host[0-9]*", "target[0-9]*:*", "end_device-*", "port-[0-9]*", "ata[0-9]*", "i2c-[0-9]*",
	"drm", "card[0-9]*", "power_supply", "virtual", "platform", "device", "class",
	"sys",			       /* of a copy that has a folder where there was a link */
	"[0-9]*:[0-9]*:[0-9]*:[0-9]*", /* SCSI: host, channel, target, lun */
	"????:????:????.????",	       /* HID: bus, vendor, product, and a count of plugs */
	"[0-9]*-[0-9a-f][0-9a-f][0-9a-f][0-9a-f]", /* I2C: bus and address */
};

/* SATA port within its controller: ata5 is the fifth of the machine, port_no says which of this
 * controller. */
static void add_sata_port(const struct root *root, const char *ata, char *ret, size_t size)
{
	char path[64];
	double port;

	snprintf(path, sizeof(path), "/sys/class/ata_port/%.16s/port_no", ata);
	if (root_read_number(root, path, &port) >= 0)
		snprintf(ret, size, "_ata%.0f", port);
}

/* What of a passed-over part does not depend on probing: the I2C address, the SCSI address within
 * its host. */
static void add_detail(const struct root *root, const char *part, char *ret, size_t size)
{
	if (text_glob("[0-9]*:[0-9]*:[0-9]*:[0-9]*", part))
		snprintf(ret, size, "_%.16s", strchr(part, ':') + 1);
	else if (text_glob("ata[0-9]*", part))
		add_sata_port(root, part, ret, size);
	else if (text_glob("[0-9]*-[0-9a-f][0-9a-f][0-9a-f][0-9a-f]", part))
		snprintf(ret, size, "_%.4s", strrchr(part, '-') + 1);
}

void sensor_place(const struct root *root, const char *path, char *ret, size_t size)
{
	char parts[512], detail[24] = "";
	char *slash;

	text_copy(parts, sizeof(parts), path);
	while ((slash = strrchr(parts, '/')) && strcmp(slash, "/devices")) {
		if (!text_admitted(passed, ARRAY_LEN(passed), slash + 1)) {
			snprintf(ret, size, "%s%s", slash + 1, detail);
			return;
		}
		add_detail(root, slash + 1, detail, sizeof(detail));
		*slash = '\0';
	}
	snprintf(ret, size, "%s", *detail ? detail + 1 : "");
}
