#pragma once
/*
 * Addresses of servers that pistat itself asks or tells: http://user:password@host:port/path.
 */
#include <stdbool.h>
#include <stddef.h>

/* http or https, a host, no blanks. */
bool url_valid(const char *url);

/* What others may read of it: without user and password, and without what stands behind the host,
 * for a path may be as secret: http://board:8123/api/webhook/… */
void url_shown(char *ret, size_t size, const char *url);
