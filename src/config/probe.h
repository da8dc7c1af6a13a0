#pragma once
/*
 * The user's own sensors, as pistat.conf describes them.  A probe is a row of the catalogue that
 * the user writes, and where its value comes from: a file, or a program that is run without a
 * shell.  All belong to the configuration, and go with it.
 */
#include "catalogue.h"
#include "config.h"

#define PROBE_TIMEOUT_MAX 60 /* seconds */

enum probe_setting {
#define SETTING(id, ...) SETTING_##id,
#include "probe_settings.def"
#undef SETTING
	SETTINGS,
};

extern const struct option_row probe_settings[SETTINGS];

struct probe {
	const char *name;  /* the key of its readings */
	struct metric row; /* of PROBE_VALUE, PROBE_STATE or PROBE_TEXT, filled from the settings */
	enum metric_id metric;	    /* which of them */
	const char *file;	    /* NULL: a command */
	const char *const *command; /* program and arguments, NULL at the end; they may be secret */
	const char *json;	    /* path of the value in JSON; "" if the text is the value */
	double timeout, interval;   /* seconds */
	double scale, offset;
	const char *const *on, *const *off; /* words, NULL at the end; no off: all others */
};

/* Borrowed; *ret_n entries in the order of the file. */
const struct probe *config_probes(const struct config *config, size_t *ret_n);
