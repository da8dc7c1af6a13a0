#pragma once
/*
 * The 5 V supply of a Raspberry Pi as the kernel sees it: rpi_volt, a hwmon chip whose
 * in0_lcrit_alarm says whether the voltage fell below 4.63 V within the last two seconds, however
 * short (Documentation/hwmon/raspberrypi-hwmon.rst).  undervoltage_watch.c writes down what it sees
 * of it here, collectors read it in their lanes.
 */
#include "root.h"

#include <stdatomic.h>

#define UNDERVOLTAGE_PATH 64

struct undervoltage {
	_Atomic bool watched;  /* the rest is true now, and no dip will be missed */
	_Atomic bool low;      /* now */
	_Atomic bool occurred; /* since pistat started */
	_Atomic unsigned dips; /* begun since pistat started */
};

extern struct undervoltage undervoltage;

/* "/sys/class/hwmon/hwmon1/in0_lcrit_alarm", by the chip's name, never by its number; -ENOENT. */
int undervoltage_find(const struct root *root, char ret[static UNDERVOLTAGE_PATH]);

/* Is it low now?  path: "" at first; where it was found is kept there.  -ENOENT. */
int undervoltage_read(const struct root *root, char path[static UNDERVOLTAGE_PATH], bool *ret_low);
