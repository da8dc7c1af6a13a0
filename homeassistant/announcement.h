#pragma once
/*
 * The set of components as messages, in either style.  Both give the same unique ids and the same
 * discovery ids (device id and component key), which is what Home Assistant's migration from one
 * style to the other needs.
 */
#include "announced.h"
#include "outbox.h"

/* What differs from what was added before, or all of it; true if anything differs.  context:
 * component_context(). */
bool announcement_add(
	struct outbox *outbox, struct announced *announced, const char *context, bool all);

/* Asks Home Assistant to let go of what was announced without forgetting it, so that another style
 * may take over. */
void announcement_hand_over(struct outbox *outbox, const struct announced *former);

/* Empties every topic of the announcement. */
void announcement_clear(struct outbox *outbox, const struct announced *former);
