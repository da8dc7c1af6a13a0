#pragma once
/*
 * Network filesystems, when the user asks for them (disks.remote): each mount has a lane of its own
 * for as long as it is mounted, so that a dead server costs one sleeping thread and that mount's
 * values, nothing else.
 */
#include "config.h"
#include "root.h"
#include "snapshot.h"

#include <systemd/sd-event.h>

struct remote;

struct remote *remote_open(sd_event *event, const struct root *root);
/* False if a lane is stuck: what it works on is left alive. */
bool remote_close(struct remote *remote);

/* Looks which mounts there are and sends each idle lane to ask; nothing is waited for. */
void remote_begin(struct remote *remote, const struct config *config);

/* The same here and now, for `once`. */
void remote_once(
	struct remote *remote, const struct root *root, const struct config *config, double mono);

/* What the mounts said last, as long as it is young.  Borrowed until the next call of
 * remote_begin(). */
const struct slice *const *remote_slices(const struct remote *remote);
size_t remote_n(const struct remote *remote);
