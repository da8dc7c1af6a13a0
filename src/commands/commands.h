#pragma once
/*
 * The subcommands.  Each returns the exit status: 0 ok, 1 failed, 2 usage or configuration.
 */
#include "config.h"
#include "root.h"

/* What the command line says, defaults filled in. */
struct arguments {
	const char *config_file; /* NULL: the standard one */
	const char *root, *then; /* captured machines; NULL: this one, none */
	double elapsed;		 /* seconds between root and then */
	const char *format;	 /* NULL: the command's own default */
	const char *log_level;
	struct config_setting settings[32];
	size_t settings_n;
	const char *command;
	const char *operand; /* NULL if none */
};

/* The daemon; frees config.  *ret_reload: the configuration to go on with after SIGHUP, NULL to
 * end. */
int run_command(const struct arguments *arguments, struct config *config, const struct root *root,
	struct config **ret_reload);

int once_command(
	const struct arguments *arguments, const struct config *config, const struct root *root);
int explain_command(
	const struct arguments *arguments, const struct config *config, struct root *root);
int doctor_command(
	const struct arguments *arguments, const struct config *config, const struct root *root);
int metrics_command(const struct arguments *arguments);
int grafana_command(void);
int capture_command(const struct arguments *arguments, const struct config *config);

/* 0, or -EINVAL and one line (caller frees) if sampling.intervals, .include, .exclude or .deadbands
 * name what does not exist. */
int names_check(const struct config *config, char **ret_complaint);
