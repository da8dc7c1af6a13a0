#pragma once
/*
 * What the owner of a Debian prefers: apt_preferences(5).  Packages as names, globs and "*"; pins
 * by release, origin and version.  Regular expressions and src: are not known and match nothing.
 */
#include "collect/suite.h"

#include <stdint.h>

struct preferences {
	struct pin *at;
	size_t n, room;
};

/* None is no error.  Owned by the caller: preferences_free(). */
void preferences_read(const struct root *root, struct preferences *ret);
void preferences_free(struct preferences *preferences);

struct priority {
	int value;
	size_t pin; /* the how manieth pin about just this package says so; SIZE_MAX: none */
};

/* Of a version in a suite; suite NULL: the one that is installed, wherever it is from. */
struct priority preferences_priority(const struct preferences *preferences,
	const struct suite *suite, const char *package, const char *version);

/* Seconds since 1970, of the newest file or folder of them; 0: none. */
double preferences_modified(const struct root *root);
