#pragma once
/*
 * Every option, from options.def: defaults, pistat.conf (libconfig), .env, environment, command
 * line, in that order.  Immutable once loaded; owned by main and replaced as a whole on SIGHUP.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "options.def"
#undef OPTION
	OPTIONS,
};

enum option_kind { OPTION_FLAG, OPTION_NUMBER, OPTION_TEXT, OPTION_CHOICE, OPTION_LIST };

struct option_row {
	const char *path; /* "mqtt.tls.ca_file" */
	enum option_kind kind;
	const char *initial; /* as it is written in the environment; lists separated by commas */
	double minimum, maximum; /* numbers; whole unless fraction */
	bool fraction, empty;	 /* empty: "" is allowed and means what the help says */
	bool topic;		 /* a text that begins MQTT topics */
	bool url;		 /* a text that is http://… or https://… */
	bool addresses;		 /* a list of addresses of this machine: at least one, not many */
	bool named_numbers;	 /* a list of "glob=number" */
	const char *choices;	 /* "device entities" */
	const char *environment; /* a second name kept from an older system: "PISTAT_PORT" */
	const char *help;	 /* one line */
};

extern const struct option_row options[OPTIONS];

struct config;

/* One assignment from the command line, "mqtt.host=broker.lan". */
struct config_setting {
	const char *assignment;
};

/*
 * Loads all sources.  file NULL: /etc/pistat/pistat.conf if it exists, else defaults.  On a mistake
 * returns -EINVAL and one line that says file and line, what is allowed and the nearest known name
 * in *ret_complaint (caller frees); an unreadable file is its errno, with a line too.
 */
int config_load(const char *file, const struct config_setting *settings, size_t n,
	struct config **ret, char **ret_complaint);
struct config *config_free(struct config *config);

/* The built-in defaults alone: for tests and `--root`. */
struct config *config_defaults(void);

bool config_flag(const struct config *config, enum option_id option);
double config_number(const struct config *config, enum option_id option);
/* Borrowed; never NULL. */
const char *config_text(const struct config *config, enum option_id option);
/* Borrowed; *ret_n entries. */
const char *const *config_list(const struct config *config, enum option_id option, size_t *ret_n);
/* The index of the choice in the row's list. */
int config_choice(const struct config *config, enum option_id option);

/* Lists of "name=number" (sampling.intervals, sampling.deadbands): the last glob that matches, or
 * false. */
bool config_named_number(
	const struct config *config, enum option_id option, const char *name, double *ret);

/* "default", "pistat.conf:12", ".env:3", "environment PISTAT_MQTT_HOST", "command line". */
const char *config_origin(const struct config *config, enum option_id option);

/* The file that print-config shows and the package installs; and the table that check prints. */
void config_print_file(FILE *to);
void config_print_origins(const struct config *config, FILE *to);
void config_environment_name(enum option_id option, char *ret, size_t size);

/*
 * The secret in a file named by the option, or in the systemd credential of that name
 * ($CREDENTIALS_DIRECTORY); caller frees.  0 and *ret NULL if neither is set: an empty credential
 * is none, an empty file is a mistake (-ENODATA).  The line end is cut.
 */
int config_secret(const struct config *config, enum option_id file_option, const char *credential,
	char **ret);

/* One path that holds what pistat remembers (node.state_directory, $STATE_DIRECTORY, …); "" if
 * there is none. */
const char *config_state_directory(const struct config *config);
