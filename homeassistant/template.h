#pragma once
/*
 * The templates by which Home Assistant turns what we publish into what it shows.  Most scalar
 * topics need none.
 */
#include "snapshot.h"

/* For the scalar topic: only where the unit shown is another one than the unit published; else
 * NULL.  Caller frees. */
char *template_scalar(const struct reading *reading);

/* For the state document, which holds everything: the way to the value, and null kept null.  Caller
 * frees. */
char *template_state(const struct snapshot *snapshot, const struct reading *reading);
