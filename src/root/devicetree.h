#pragma once
/*
 * The device tree that the machine was started with (https://www.devicetree.org/specifications/):
 * properties are bytes.  /proc/device-tree leads to /sys/firmware/devicetree/base; a captured
 * machine may have only one of the two.
 */
#include "root.h"

#include <stdint.h>

/* The whole property ("chosen/bootloader/version"), NUL added, in memory the caller frees; returns
 * its length.  Negative errno. */
ssize_t devicetree_read(const struct root *root, const char *property, char **ret_bytes);

/* The first text of a property, trimmed; "" if there is none.  Texts end with NUL and have no line
 * end; lists hold several. */
void devicetree_text(const struct root *root, const char *property, char *ret, size_t size);

/* One cell, big-endian, without end: 00 00 13 88.  -EBADMSG: something else. */
int devicetree_cell(const struct root *root, const char *property, uint32_t *ret);
