#pragma once
/*
 * What dpkg and apt write: paragraphs of "Field: value" lines, and versions.  Files are in
 * collect/packages.c; nothing here reads any.
 */
#include <stdbool.h>

/* The order of two versions as deb-version(7) defines it: <0, 0, >0 like strcmp(). */
int debian_version_compare(const char *a, const char *b);

/* The value of a field if the line is one, without blanks before it; NULL if it is another. */
const char *debian_field(const char *line, const char *field);

/* One paragraph, filled line by line; empty strings for what it does not say. */
struct debian_package {
	char name[128], version[128], architecture[32], status[48];
	bool broken; /* a value did not fit */
};

/* Notes the line if it is one of the four fields above; true then. */
bool debian_package_note(struct debian_package *package, const char *line);
/* "install ok installed" is, "deinstall ok config-files" is not. */
bool debian_package_installed(const struct debian_package *package);
bool debian_package_held(const struct debian_package *package);
