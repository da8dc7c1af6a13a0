#pragma once
/*
 * How the firmware and the bootloader of a Raspberry Pi say which they are.
 */
#include <stddef.h>

/* "2021-10-29 b8a114e5": the day is what people call a release by, the commit tells apart two of
 * one day.  The day is left out if it is not known.  -EBADMSG without a commit. */
int release_parse(const char *text, char *ret, size_t size);
