#pragma once
/*
 * What apt knows of the suite that a list of packages belongs to: its Release file, and what the
 * list's name tells (apt_preferences(5), "Determination of Package Version and Distribution
 * Properties").
 */
#include "root.h"

#define APT_LISTS "/var/lib/apt/lists"

/* Empty strings for what is not said. */
struct suite {
	char archive[48], codename[48], origin[64], label[64], version[32]; /* a n o l v */
	char component[32], architecture[16], site[96];			    /* c b, "origin" */
	bool waits, upgrades; /* NotAutomatic, ButAutomaticUpgrades */
};

/* "deb.example.org_debian_dists_trixie_main_binary-arm64_Packages": a name among the names of
 * APT_LISTS. */
void suite_read(
	const struct root *root, char *const *names, size_t n, const char *list, struct suite *ret);

/* What apt gives its versions if the owner prefers nothing. */
int suite_priority(const struct suite *suite);

/* The name without the end; false if it ends otherwise. */
bool suite_name_ends(const char *name, const char *end, size_t *ret_stem);
