#pragma once
/*
 * One line per thing worth knowing, to stderr; under systemd with the priority prefix that the
 * journal reads (sd-daemon(3)).  Only main, sampler, session, http and history log; everything
 * below them returns an error.
 */
#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* The names of the levels, in that order, for options and help. */
#define LOG_LEVELS "error", "warning", "info", "debug"

void log_set_level(enum log_level level);
bool log_wants(enum log_level level);

/* Safe in a lane: a line is one write(2). */
__attribute__((format(printf, 2, 3))) void log_line(enum log_level level, const char *format, ...);

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
