#pragma once
/* What a test tells the stand-in for libnvidia-ml.so.1: stand_in(), found by dlsym(3). */
#include <stdbool.h>

#define STAND_IN_CARDS 3

struct stand_in {
	unsigned cards;
	int init, count, handle[STAND_IN_CARDS], pci[STAND_IN_CARDS]; /* what these return */
	bool bare; /* everything that may be missing is not supported */
	bool old;  /* no memory in version 2, no temperature with a version */
	unsigned inits, shutdowns, asked; /* calls so far */
};
