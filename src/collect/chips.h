#pragma once
/*
 * The hwmon chips of this machine and what they can be asked: learned once, kept until a chip comes
 * or goes. Documentation/hwmon/sysfs-interface.rst.
 */
#include "collect/sensors.h"

#define CHIP_DISKS_MAX 4

struct sensor {
	enum metric_id metric;
	double scale;	/* the attribute's number times this is in the metric's unit */
	char file[24];	/* "temp1_input" */
	char fault[24]; /* "temp1_fault", or "" */
	char key[KEY_SIZE];
	char label[48];
	double critical; /* °C; NAN: none */
	double last;	 /* what it said last; NAN: nothing */
};

struct chip {
	char folder[32]; /* "hwmon3", or "hwmon3/device" where an old driver has its attributes
			    there */
	char name[32];	 /* "" if it has none: then it has no sensors either */
	char base[KEY_SIZE];
	struct sensor *sensors;
	size_t n;
	char disks[CHIP_DISKS_MAX][40]; /* that this chip is the thermometer of */
	size_t disks_n;
	double due;   /* seconds since boot; do not ask before */
	double asked; /* device_rest()'s */
};

/* "/sys/class/hwmon/hwmon3/temp1_input" */
void chip_path(const struct chip *chip, const char *file, char *ret, size_t size);

/* Are the chips still those of the folder's names? */
bool chips_familiar(
	const struct hwmon *hwmon, const struct root *root, char *const *names, size_t n);

/* Learns them all anew. */
void chips_learn(struct hwmon *hwmon, const struct root *root, char *const *names, size_t n);

void chips_free(struct hwmon *hwmon);
