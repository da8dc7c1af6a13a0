#pragma once
/*
 * What the sources (config.c: the file; environment.c: .env, environment, command line), the checks
 * (option.c) and the printers (config_print.c) share.
 */
#include "config.h"
#include "probe.h"

struct option_value {
	char *text;  /* as in the environment; lists joined by commas */
	char **list; /* OPTION_LIST: its entries, NULL at the end */
	size_t list_n;
	double number; /* OPTION_NUMBER, OPTION_FLAG (0, 1), OPTION_CHOICE (index) */
	char *origin;
};

struct config {
	struct option_value values[OPTIONS];
	char *state_directory;
	struct probe *probes;
	struct option_value (*probe_values)[SETTINGS]; /* of each, and of the one being read */
	size_t probes_n, probe_values_n;
};

/* Checks and stores; a wrong text leaves the old value and says in *ret_complaint what is allowed
 * (caller frees). */
int value_assign(struct option_value *value, const struct option_row *row, const char *const *texts,
	size_t n, const char *origin, char **ret_complaint);
/* The same for a text whose commas separate a list. */
int value_assign_text(struct option_value *value, const struct option_row *row, const char *text,
	const char *origin, char **ret_complaint);
void value_clear(struct option_value *value);

/* The option of that path; OPTIONS if there is none. */
enum option_id option_find(const char *path);

/* As value_assign(), for one of options.def. */
int option_assign(struct config *config, enum option_id option, const char *const *texts, size_t n,
	const char *origin, char **ret_complaint);

int option_assign_text(struct config *config, enum option_id option, const char *text,
	const char *origin, char **ret_complaint);

/* Do options have names that begin with this one and a dot? */
bool option_is_group(const char *path);

/* "unknown option mqtt.hots; did you mean mqtt.host?" in memory the caller frees. */
char *option_unknown(const char *path);

/* The file's text as libconfig takes it, in memory the caller frees; -EBADMSG: it is no text. */
int config_file_text(const char *file, char **ret_text, size_t *ret_n);

int environment_load_file(struct config *config, const char *file, char **ret_complaint);
int environment_load(struct config *config, char **ret_complaint);
int environment_load_setting(struct config *config, const char *assignment, char **ret_complaint);

/* The list of probes, group by group: begin, assign each of its settings, end.  Only the complaint
 * of probe_end() says file and line itself; origin: the group's. */
void probe_begin(struct config *config);
int probe_assign(struct config *config, const char *name, const char *const *texts, size_t n,
	const char *origin, char **ret_complaint);
int probe_end(struct config *config, const char *origin, char **ret_complaint);
/* Is a group good as a whole?  As probe_end(); *ret_state_class: what Home Assistant is told. */
int probe_check(const struct config *config, const struct option_value *values, const char *origin,
	const char **ret_state_class, char **ret_complaint);
void probes_free(struct config *config);
