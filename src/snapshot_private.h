#pragma once
/*
 * What snapshot.c (slices, and finding in a snapshot) and snapshot_seal.c (making one) share.
 */
#include "snapshot.h"

/* Where a snapshot's readings are, and their texts. */
struct sealed {
	size_t holders;
	struct words words;
	struct reading at[];
};

/* Family, then member in natural order, then the catalogue's order.  <0, 0, >0 like strcmp(). */
int reading_compare(
	enum metric_id metric_a, const char *key_a, enum metric_id metric_b, const char *key_b);
