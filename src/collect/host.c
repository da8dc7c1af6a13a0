/* Since when the machine is up, and whether its clock may be believed. */
#include "collector.h"

#include <math.h>

#define STEP 60 /* seconds that the clock must be set by to move the boot */

struct host {
	double boot_time; /* 0: not known yet */
};

/*
 * A clock that NTP steers makes now - uptime wander by a second, and a Raspberry Pi without a clock
 * of its own boots in the past.  So the moment is taken when the clock is synchronised and kept,
 * until the clock is really set.
 */
static void boot_time_follow(struct host *host, double now, bool synchronised)
{
	if (synchronised && fabs(now - host->boot_time) > STEP)
		host->boot_time = round(now);
}

static int host_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct host *host = state;
	double wall, uptime, offset = NAN;
	int synchronised = root_clock_synchronised(root, &offset),
	    r = root_clock(root, &wall, &uptime);

	(void)config;
	if (r < 0)
		return r;
	boot_time_follow(host, wall - uptime, synchronised > 0);
	put(ret, UPTIME, "", uptime);
	if (host->boot_time > 0)
		put(ret, BOOT_TIME, "", host->boot_time);
	if (synchronised >= 0)
		put(ret, SYSTEM_TIME_SYNCHRONISED, "", synchronised);
	put(ret, SYSTEM_CLOCK_OFFSET, "", offset * 1000);
	return 0;
}

const struct collector collect_host = {
	.name = "host",
	.gives = "uptime boot_time system.time_synchronised system.clock_offset",
	.state = sizeof(struct host),
	.collect = host_collect,
};
