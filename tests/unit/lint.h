#pragma once
/* What the lints of the catalogue share: a loop over its rows and a complaint that names the row.
 */
#include "catalogue.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define EACH_METRIC(id) (enum metric_id id = NO_METRIC + 1; id < METRICS; id++)

/* "network.*.bytes_recv" of a row, for complaints too. */
static inline const char *pattern(enum metric_id id)
{
	static char text[128];

	catalogue_pattern(id, text, sizeof(text));
	return text;
}

#define complain(id, ...)                                                                          \
	do {                                                                                       \
		print_error("%s: ", pattern(id));                                                  \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		fail();                                                                            \
	} while (0)

static inline bool among(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}
