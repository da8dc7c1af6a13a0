#include "undervoltage.h"

#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HWMON "/sys/class/hwmon"

struct undervoltage undervoltage;

int undervoltage_find(const struct root *root, char ret[static UNDERVOLTAGE_PATH])
{
	auto_free char **chips = NULL;
	char path[UNDERVOLTAGE_PATH], name[16];
	size_t n;
	int r = root_list(root, HWMON, &chips, &n);

	for (size_t i = 0; r >= 0 && i < n; i++) {
		snprintf(path, sizeof(path), HWMON "/%.24s/name", chips[i]);
		if (root_read_attribute(root, path, name, sizeof(name)) < 0 ||
			strcmp(name, "rpi_volt") != 0)
			continue;
		snprintf(ret, UNDERVOLTAGE_PATH, HWMON "/%.24s/in0_lcrit_alarm", chips[i]);
		return 0;
	}
	return -ENOENT;
}

int undervoltage_read(const struct root *root, char path[static UNDERVOLTAGE_PATH], bool *ret_low)
{
	double low;

	if (!*path && undervoltage_find(root, path) < 0)
		return -ENOENT;
	if (root_read_number(root, path, &low) < 0) {
		*path = '\0'; /* the number may be another chip's by now */
		return -ENOENT;
	}
	*ret_low = low != 0;
	return 0;
}
