#pragma once
/*
 * Why something could not be opened, and the exact command that mends it, from what is known of the
 * node.  Pure: what the machine says is gathered by the caller.
 */
#include <stdbool.h>
#include <sys/types.h>

struct refusal {
	const char *path;
	int error;   /* EACCES or EPERM */
	bool known;  /* mode and group are those of the node */
	bool hidden; /* a folder above it is closed to us: not even this can be seen */
	mode_t mode;
	const char *group; /* its name */
	const char *user;  /* who we are */
	bool member;	   /* of that group */
	bool service;	   /* its groups come from the unit */
};

struct advice {
	bool optional; /* nothing that pistat should have; no person is needed */
	char why[160]; /* a sentence without its end */
	char fix[256]; /* a command, or ""  */
};

void access_advise(const struct refusal *refusal, struct advice *ret);
