#pragma once
/*
 * How far a reading must move before it is worth a message.  Pure: option, row and unit decide.
 */
#include "config.h"
#include "snapshot.h"

/* Moved when the difference is beyond both: absolute, and relative × what was told before. */
struct deadband {
	double absolute, relative;
};

/* Infinite for what always moves (counters, uptime): that goes out at refresh only. */
struct deadband deadband_of(const struct config *config, const struct reading *reading);

/* `told`: the number sent last. */
bool deadband_left(struct deadband deadband, double told, double now);
