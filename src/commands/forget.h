#pragma once
/* `pistat forget`: clears everything retained for a node, this one or one that no longer exists. */
#include "config.h"
#include "root.h"

/* node NULL: this one.  Returns the exit status: 0, or 1 or 2 with a line that says why. */
int forget_run(const struct config *config, const struct root *root, const char *node);
