#pragma once
/*
 * What the revision code of a Raspberry Pi says about the board.  Pure: number in, words out.
 * https://www.raspberrypi.com/documentation/computers/raspberry-pi.html#raspberry-pi-revision-codes
 */
#include <stdbool.h>
#include <stddef.h>

struct revision {
	char board[48];	       /* "Raspberry Pi 4 Model B 1.4" */
	unsigned memory;       /* MiB */
	const char *maker;     /* "Sony UK"; NULL: one that the list does not have yet */
	const char *processor; /* "BCM2711"; NULL likewise */
	bool warranty_void;    /* it was overclocked beyond what the maker allows */
};

/* False if it is no code of a Raspberry Pi. */
bool revision_decode(unsigned code, struct revision *ret);

/* "Raspberry Pi 4 Model B 1.4, 4 GB, Sony UK" */
void revision_describe(const struct revision *revision, char *ret, size_t size);

/* As the device tree calls it: "Raspberry Pi 3 Model B Plus Rev 1.3" */
void revision_model(const struct revision *revision, char *ret, size_t size);
