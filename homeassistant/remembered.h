#pragma once
/*
 * The file "announced" in the state directory, that holds what Home Assistant was told.  Written
 * whole, beside and then renamed, in a lane: a disk that hangs holds up nobody.  A directory that
 * cannot be written is said once.
 */
#include "announced.h"

#include <systemd/sd-event.h>

struct remembered;

/* directory "": nothing is remembered, which is said too.  Owned by the caller. */
int remembered_open(sd_event *event, const char *directory, struct remembered **ret);
/* Waits at most a second for the last write. */
struct remembered *remembered_close(struct remembered *remembered);

/* 0; -ENOENT if nothing was remembered; -EBADMSG, or why it cannot be read, with a line in the log.
 */
int remembered_load(struct remembered *remembered, struct announced *ret);

/* The newest one wins while an earlier one is being written. */
void remembered_save(struct remembered *remembered, const struct announced *announced);

/* Removes the file. 0, also if there was none. */
int remembered_forget(const char *directory);
