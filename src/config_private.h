#pragma once
/*
 * What the sources (config.c: the file; environment.c: .env, environment, command line), the checks
 * (option.c) and the printers (config_print.c) share.
 */
#include "config.h"

struct option_value {
	char *text;  /* as in the environment; lists joined by commas */
	char **list; /* OPTION_LIST: its entries */
	size_t list_n;
	double number; /* OPTION_NUMBER, OPTION_FLAG (0, 1), OPTION_CHOICE (index) */
	char *origin;
};

struct config {
	struct option_value values[OPTIONS];
	char *state_directory;
};

/* The option of that path; OPTIONS if there is none. */
enum option_id option_find(const char *path);

/* Checks and stores; a wrong value leaves the old one and says in *ret_complaint what is allowed
 * (caller frees). */
int option_assign(struct config *config, enum option_id option, const char *const *texts, size_t n,
	const char *origin, char **ret_complaint);

/* The same for a text whose commas separate a list. */
int option_assign_text(struct config *config, enum option_id option, const char *text,
	const char *origin, char **ret_complaint);

/* "unknown option mqtt.hots; did you mean mqtt.host?" in memory the caller frees. */
char *option_unknown(const char *path);

int environment_load_file(struct config *config, const char *file, char **ret_complaint);
int environment_load(struct config *config, char **ret_complaint);
int environment_load_setting(struct config *config, const char *assignment, char **ret_complaint);
