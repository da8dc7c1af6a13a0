#pragma once
/*
 * Devices that the kernel puts to sleep when nobody asks them for anything
 * (Documentation/ABI/testing/sysfs-devices-power).  To ask wakes them, and to ask too often keeps
 * them awake.
 */
#include "root.h"

enum rest {
	AWAKE,	/* ask */
	LET_BE, /* awake, but so that it can fall asleep: what it said last still holds */
	ASLEEP,
};

/*
 * device: its folder in /sys.  A device that may sleep is asked once in twice the time after which
 * it does, and whoever asks does so in the same tick.  asked: seconds since boot, kept by the
 * caller for this device, 0 at first; set when the answer is AWAKE.
 */
enum rest device_rest(const struct root *root, const char *device, double boottime, double *asked);
