#include "discovery.h"

#include "clock.h"
#include "discovery_private.h"
#include "log.h"
#include "mem.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define GRACE_SECONDS                                                                              \
	60 /* at most, until a missing thing is gone; the refresh interval if that is less */

static int timer_elapsed(sd_event_source *source, uint64_t usec, void *self)
{
	(void)source;
	(void)usec;
	discovery_work(self);
	return 0;
}

static void session_came_up(void *self)
{
	struct discovery *discovery = self;

	discovery->repeating = true;
	discovery_work(discovery);
}

/* Nobody knows what of the last messages has arrived. */
static void session_went_down(void *self)
{
	struct discovery *discovery = self;

	outbox_clear(&discovery->outbox);
	announced_doubt(&discovery->announced);
	discovery->handed_over = discovery->clearing = false;
	discovery->refresh_at = discovery->retry_at = NEVER;
	discovery_work(discovery);
}

/* Between 1 and 10 seconds: a houseful of agents shall not answer at once. */
static double random_delay(void)
{
	uint32_t dice;

	if (getrandom(&dice, sizeof(dice), GRND_NONBLOCK) < 0)
		dice = UINT32_MAX / 2;
	return 1 + 9 * ((double)dice / 4294967296.0);
}

/* A retained birth is history; Home Assistant's own is not retained unless somebody configured it
 * so, and then everything it needs is retained too. */
static void message_came(
	void *self, const char *topic, const char *payload, size_t size, bool retained)
{
	struct discovery *discovery = self;

	(void)size;
	if (strcmp(topic, config_text(discovery->config, OPTION_HA_STATUS_TOPIC)) != 0)
		return;
	if (retained || strcmp(payload, "online") != 0 || discovery->born_at < NEVER)
		return;
	discovery->born_at = clock_now() + random_delay();
	log_debug("Home Assistant is online: announcing again in %.0f s",
		discovery->born_at - clock_now());
	discovery_work(discovery);
}

void discovery_sample(void *self, const struct snapshot *snapshot)
{
	struct discovery *discovery = self;
	double grace =
		fmin(GRACE_SECONDS, config_number(discovery->config, OPTION_SAMPLING_REFRESH));
	uint64_t shape = components_shape(snapshot);
	struct component *components;
	double now = clock_now();
	size_t n;

	discovery->samples += discovery->samples < SAMPLES_FIRST;
	if (shape != discovery->shape || !discovery->context) {
		n = components_render(discovery->config, discovery->node, snapshot, &components);
		if (announced_update(&discovery->announced, snapshot, components, n, now))
			discovery_save(discovery);
		components_free(components, n);
		free(discovery->context);
		discovery->context =
			component_context(discovery->config, discovery->node, snapshot);
		discovery->shape = shape;
		discovery->changed = true;
	}
	if (announced_age(&discovery->announced, now, grace))
		discovery->changed = true;
	discovery_work(discovery);
}

static struct announced announced_empty(const struct config *config, const struct node *node)
{
	struct announced announced = {.style = config_choice(config, OPTION_HA_STYLE)};

	snprintf(announced.prefix, sizeof(announced.prefix), "%s",
		config_text(config, OPTION_HA_PREFIX));
	strcpy(announced.id, node->id);
	strcpy(announced.node, node->name);
	return announced;
}

/*
 * The identity is another one when the board or its machine-id is: what was announced may belong to
 * a machine that still runs, from whose card this one was copied.
 */
static void recall(struct discovery *discovery)
{
	struct announced *announced = &discovery->announced, before;
	bool renamed;

	*announced = announced_empty(discovery->config, discovery->node);
	discovery->former.style = -1;
	if (remembered_load(discovery->remembered, &before) < 0)
		return;
	if (strcmp(before.id, announced->id) != 0) {
		log_warning("announced before as %s, now as %s: the former stays in Home Assistant "
			    "until "
			    "\"pistat forget %s\"",
			before.id, announced->id, before.node);
		announced_free(&before);
		return;
	}
	renamed = strcmp(before.node, announced->node) != 0;
	if (renamed)
		log_info("known as %s before, as %s now: \"pistat forget %s\" clears what was "
			 "retained "
			 "for the former name",
			before.node, announced->node, before.node);
	announced_recall(announced, &before, clock_now());
	if (before.style == announced->style && strcmp(before.prefix, announced->prefix) == 0)
		announced_free(&before);
	else
		discovery->former = before;
	if (renamed)
		discovery_save(discovery);
}

int discovery_open(sd_event *event, const struct config *config, const struct node *node,
	struct session *session, void (*refresh)(void *self), void *self, struct discovery **ret)
{
	struct discovery *discovery = xcalloc(1, sizeof(*discovery));
	int r;

	*discovery = (struct discovery){.event = event,
		.config = config,
		.node = node,
		.session = session,
		.refresh = refresh,
		.self = self,
		.former = {.style = -1},
		.changed_at = -1e9,
		.born_at = NEVER,
		.refresh_at = NEVER,
		.retry_at = NEVER};
	r = remembered_open(event, config_state_directory(config), &discovery->remembered);
	if (r >= 0)
		r = sd_event_add_time(event, &discovery->timer, CLOCK_MONOTONIC, 0, 100000,
			timer_elapsed, discovery);
	if (r < 0) {
		discovery_close(discovery);
		return r;
	}
	sd_event_source_set_enabled(discovery->timer, SD_EVENT_OFF);
	recall(discovery);
	session_listen(session, (struct session_events){.up = session_came_up,
					.down = session_went_down,
					.message = message_came,
					.self = discovery});
	session_subscribe(session, config_text(config, OPTION_HA_STATUS_TOPIC), 1);
	*ret = discovery;
	return 0;
}

struct discovery *discovery_close(struct discovery *discovery)
{
	if (!discovery)
		return NULL;
	sd_event_source_disable_unref(discovery->timer);
	remembered_close(discovery->remembered);
	outbox_clear(&discovery->outbox);
	announced_free(&discovery->announced);
	announced_free(&discovery->former);
	free(discovery->context);
	free(discovery);
	return NULL;
}

void discovery_render(const struct config *config, const struct node *node,
	const struct snapshot *snapshot,
	void (*emit)(void *self, const char *topic, const char *payload), void *self)
{
	auto_free char *context = component_context(config, node, snapshot);
	struct announced announced = announced_empty(config, node);
	struct component *components;
	size_t n = components_render(config, node, snapshot, &components);
	struct outbox outbox = {0};

	announced_update(&announced, snapshot, components, n, 0);
	announcement_add(&outbox, &announced, context, true);
	for (size_t i = 0; i < outbox.n; i++)
		emit(self, outbox.at[i].topic, outbox.at[i].payload);
	outbox_clear(&outbox);
	announced_free(&announced);
	components_free(components, n);
}
