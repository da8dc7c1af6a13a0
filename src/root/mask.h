#pragma once
/*
 * What identifies a machine or a person, taken out of a text before it leaves in a capture: serial
 * and hardware numbers, MAC and IP addresses, names of users, processes and networks.  Host name,
 * mount points and package names stay: the values to replay are made of them.
 */
#include <stddef.h>

/* The text of a file (or of captured/<fact>) as it may leave, NUL added; caller frees. */
char *mask_text(const char *path, const char *text, size_t n, size_t *ret_n);

/* MAC addresses become 02:00:00:00:00:00, in place, as do most of their digits in the names of
 * interfaces: some devices are named by theirs. */
void mask_macs(char *text, size_t n);
