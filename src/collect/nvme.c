/*
 * What NVMe disks say about their own health, each under its disk's name.  Only who may send
 * commands to the controller is told, so on most machines this is absent; their temperature comes
 * from hwmon in any case.
 */
#include "collector.h"
#include "mem.h"
#include "root_devices.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SMART_SIZE 512

struct smart {
	bool warning;
	unsigned spare, used; /* % */
	double media_errors;
};

/*
 * Byte 0: critical warnings, a bit each.  1-2: temperature.  3: spare.  4: threshold of the spare.
 * 5: share of the rated life used, up to 255.  160-175: media errors, little-endian.
 */
static int smart_parse(const unsigned char page[static SMART_SIZE], struct smart *ret)
{
	struct smart smart = {.warning = page[0], .spare = page[3], .used = page[5]};
	size_t silent = 0;

	while (silent < SMART_SIZE && !page[silent])
		silent++;
	/* No controller has neither temperature nor hours nor spare. */
	if (silent == SMART_SIZE || smart.spare > 100)
		return -EBADMSG;
	for (size_t i = 176; i-- > 160;)
		smart.media_errors = smart.media_errors * 256 + page[i];
	*ret = smart;
	return 0;
}

/* "nvme0n1" is a disk of controller nvme0.  With native multipath it belongs to a subsystem, whose
 * number is that of its first controller; "nvme0c1n1" is one of several ways to it. */
static bool controller_of(const char *disk, char *ret, size_t size)
{
	size_t digits = strncmp(disk, "nvme", 4) ? 0 : strspn(disk + 4, "0123456789");

	if (!digits || disk[4 + digits] != 'n')
		return false;
	snprintf(ret, size, "%.*s", (int)(4 + digits), disk);
	return true;
}

static void put_smart(const struct smart *smart, const char *disk, struct slice *ret)
{
	put(ret, DISK_LIFE_USED, disk, smart->used);
	put(ret, DISK_SPARE, disk, smart->spare);
	put(ret, DISK_MEDIA_ERRORS, disk, smart->media_errors);
	put(ret, DISK_WARNING, disk, smart->warning);
}

static int nvme_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char **names = NULL;
	unsigned char page[SMART_SIZE];
	char controller[24], last[24] = "";
	struct smart smart;
	size_t n;
	int r = root_list(root, "/sys/block", &names, &n), answer = -ENOENT;

	(void)state, (void)config;
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (!controller_of(names[i], controller, sizeof(controller)))
			continue;
		/* Natural order: namespaces of a controller stand together. */
		if (strcmp(controller, last)) {
			strcpy(last, controller);
			answer = root_nvme_smart(root, controller, page);
			if (answer >= 0)
				answer = smart_parse(page, &smart);
		}
		if (answer >= 0)
			put_smart(&smart, names[i], ret);
	}
	return ret->n ? 0 : -ENODATA;
}

const struct collector collect_nvme = {
	.name = "nvme",
	.gives = "disks.*.life_used disks.*.spare disks.*.media_errors disks.*.warning",
	.interval = 900,
	.lane = LANE_DISKS,
	.collect = nvme_collect,
};
