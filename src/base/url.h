#pragma once
/*
 * Addresses of servers that pistat itself asks or tells: http://user:password@host:port/path.
 */
#include <stdbool.h>
#include <stddef.h>

/* http or https, a host, no blanks. */
bool url_valid(const char *url);

/* What others may read of it: without user, password, query and fragment. */
void url_shown(char *ret, size_t size, const char *url);
