#pragma once
/*
 * Counters into rates: for every row with rate_of, one reading from what a collector said before
 * and says now. The first sample gives none; a counter that went back was reset (interface
 * re-created, CPU hot-plugged) and gives none; one that wrapped (row's .wraps, or 2^32 on a 32-bit
 * kernel) goes on counting.
 */
#include "snapshot.h"

/* Appends the rates to *now.  wide: the kernel's unsigned long has 64 bits. */
void rate_derive(const struct slice *before, struct slice *now, bool wide);

/* The growth of a counter, or -1 if it was reset.  wraps 0: never. */
double rate_growth(double before, double now, double wraps);
