/* Voltage of the clock's battery on a Raspberry Pi 5: rtc-rpi asks the firmware for it. */
#include "collector.h"
#include "mem.h"

#include <errno.h>
#include <stdio.h>

static int rtc_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char **names = NULL;
	char path[96];
	double microvolts;
	size_t n;
	int r = root_list(root, "/sys/class/rtc", &names, &n);

	(void)state, (void)config;
	if (r < 0)
		return r;
	/* The device itself is named by its address in the device tree, which changed once; and it
	 * is not always the first clock. */
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "/sys/class/rtc/%.32s/battery_voltage", names[i]);
		r = root_read_number(root, path, &microvolts);
		if (r == -ENOENT || (r == 0 && microvolts < 0))
			continue;
		if (r == 0)
			put(ret, PI_RTC_VOLTAGE, "", microvolts / 1e6);
		return r;
	}
	return -ENODATA;
}

const struct collector collect_rtc = {
	.name = "rtc",
	.gives = "power.rtc_battery_voltage",
	.interval = 300,
	.lane = LANE_FIRMWARE,
	.collect = rtc_collect,
};
