#pragma once
/*
 * What a collector read while it was watched, and what it could not, for `pistat explain`: excerpts
 * that fit a terminal.
 */
#include "root.h"

#define SEEN_FILES 16

struct seen {
	const char *key;			     /* of the member that is wanted; "" */
	char *named[SEEN_FILES], *other[SEEN_FILES]; /* those that name the member, and the rest */
	size_t named_n, other_n;
	char *failed[SEEN_FILES];
	size_t failed_n;
};

void seen_watch(struct seen *seen, struct root *root);
void seen_unwatch(struct root *root);
void seen_forget(struct seen *seen);

/* To stdout: what names the member, or else all. */
void seen_print(const struct seen *seen);
void seen_print_failures(const struct seen *seen);
