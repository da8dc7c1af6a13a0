/*
 * When Home Assistant is told.  Everything that may be due is a time, or NEVER; work() does what is
 * due and sets the timer for the rest, and is called whenever anything changed.  So the order in
 * which connection, samples and births come does not matter.
 *
 * Home Assistant's side of it: a config that is not changed is ignored by it, so repeating is free.
 * Two changed ones in quick succession may lose a component (it stops reading at the first one
 * still being set up), so they keep a distance.  After a change, entities with expire_after are
 * unavailable until the next value comes.
 */
#include "clock.h"
#include "discovery_private.h"

#include <string.h>

#define CHANGES_SECONDS 5   /* between two changed announcements */
#define WITHDRAW_SECONDS 10 /* how long a component is shown as nothing before it is left out */
#define REFRESH_SECONDS 1   /* Home Assistant needs some time to set up what it was told */
#define RETRY_SECONDS 0.2   /* the broker took no more */

/* A component of the device's message is withdrawn in two steps; a topic of its own is just
 * emptied. */
static double withdraw_seconds(const struct discovery *discovery)
{
	return discovery->announced.style == STYLE_DEVICE ? WITHDRAW_SECONDS : 0;
}

static double next_due(const struct discovery *discovery)
{
	double at = fmin(discovery->born_at, discovery->refresh_at);

	if (!outbox_empty(&discovery->outbox))
		return discovery->retry_at;
	if (discovery->changed)
		at = fmin(at, discovery->changed_at + CHANGES_SECONDS);
	return fmin(at, announced_next_drop(&discovery->announced, withdraw_seconds(discovery)));
}

static void set_timer(struct discovery *discovery, double now)
{
	double at = next_due(discovery);
	bool able = session_up(discovery->session) && discovery->samples >= SAMPLES_FIRST;

	if (!able || isinf(at)) {
		sd_event_source_set_enabled(discovery->timer, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time_relative(discovery->timer, (uint64_t)(fmax(at - now, 0.01) * 1e6));
	sd_event_source_set_enabled(discovery->timer, SD_EVENT_ONESHOT);
}

/*
 * What another style left behind is handed over first, with the same distance to what follows: it
 * is emptied when Home Assistant has surely let go of it, and not later.  Both styles have the same
 * discovery ids, so that what is emptied after the new style was told would be taken for a wish to
 * remove that: a warning for each entity, and since 2026.5 the end of those that are disabled.
 * Under another prefix nobody listens to us any more: just emptied.
 */
static bool hand_over(struct discovery *discovery, double now)
{
	const struct announced *former = &discovery->former;

	if (former->style < 0 || discovery->handed_over)
		return false;
	discovery->handed_over = true;
	if (strcmp(former->prefix, discovery->announced.prefix) != 0)
		return false;
	announcement_hand_over(&discovery->outbox, former);
	discovery->changed = true;
	discovery->changed_at = now;
	return true;
}

static void announce(struct discovery *discovery, double now)
{
	bool news;

	if (hand_over(discovery, now))
		return;
	if (discovery->former.style >= 0) {
		announcement_clear(&discovery->outbox, &discovery->former);
		discovery->clearing = true;
	}
	news = announcement_add(&discovery->outbox, &discovery->announced, discovery->context,
		discovery->repeating);
	if (news)
		discovery->changed_at = now;
	if (news || discovery->repeating)
		discovery->refresh_at = now + REFRESH_SECONDS;
	discovery->changed = discovery->repeating = false;
	announced_tell(&discovery->announced, now);
}

void discovery_save(struct discovery *discovery)
{
	/* The other style's set is what a crash must find until it has been cleared. */
	if (discovery->former.style < 0)
		remembered_save(discovery->remembered, &discovery->announced);
}

static void forget_former(struct discovery *discovery)
{
	announced_free(&discovery->former);
	discovery->former.style = -1;
	discovery->clearing = false;
	discovery_save(discovery);
}

/* False while there is more to send. */
static bool send_waiting(struct discovery *discovery, double now)
{
	int r = outbox_send(&discovery->outbox, discovery->session);

	if (r < 0) {
		discovery->retry_at = now + RETRY_SECONDS;
		return false;
	}
	discovery->retry_at = NEVER;
	if (discovery->clearing)
		forget_former(discovery);
	return true;
}

static void drop_withdrawn(struct discovery *discovery, double now)
{
	if (!announced_drop(&discovery->announced, now, withdraw_seconds(discovery)))
		return;
	discovery->changed = true;
	discovery->shape = 0; /* a key may have waited to be used by another platform */
	discovery_save(discovery);
}

/* One thing at a time, each when it is due and what was sent before is gone. */
static void tell(struct discovery *discovery, double now)
{
	bool distant = now >= discovery->changed_at + CHANGES_SECONDS;

	if (!outbox_empty(&discovery->outbox) && !send_waiting(discovery, now))
		return;
	drop_withdrawn(discovery, now);
	if (discovery->changed ? distant : discovery->repeating)
		announce(discovery, now);
	if (!send_waiting(discovery, now))
		return;
	if (now >= discovery->refresh_at) {
		discovery->refresh_at = NEVER;
		discovery->refresh(discovery->self);
	}
}

void discovery_work(struct discovery *discovery)
{
	double now = clock_now();

	if (now >= discovery->born_at) {
		discovery->born_at = NEVER;
		discovery->repeating = true;
	}
	if (session_up(discovery->session) && discovery->samples >= SAMPLES_FIRST)
		tell(discovery, now);
	set_timer(discovery, now);
}
