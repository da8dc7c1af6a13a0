#pragma once
/*
 * Waits on the loop for the kernel's word that the supply is low, or no longer (undervoltage.h).
 * The kernel looks every two seconds and tells whoever polls the attribute; between two samples of
 * ours nothing is lost.  Where there is no such chip, it is looked for again once a minute.
 */
#include "root.h"

#include <systemd/sd-event.h>

struct undervoltage_watch;

/* At once on every change.  dipped: the voltage fell since the last call; low: it still is. */
typedef void undervoltage_tell(void *self, bool dipped, bool low);

/* Borrows event and root. */
int undervoltage_watch_open(sd_event *event, const struct root *root, undervoltage_tell *tell,
	void *self, struct undervoltage_watch **ret);
struct undervoltage_watch *undervoltage_watch_close(struct undervoltage_watch *watch);
