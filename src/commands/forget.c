/*
 * The broker is asked what it retains below the node's topics and in discovery messages that name
 * the node's status topic; each of those is emptied, discovery first, so that Home Assistant
 * removes the device before its values go.  The broker sends us what we send, which tells when it
 * has all of it.
 */
#include "forget.h"

#include "component.h"
#include "log.h"
#include "mem.h"
#include "remembered.h"
#include "session.h"
#include "text.h"
#include "tree.h"

#include <stdio.h>
#include <string.h>

#define TICK 100000	  /* microseconds */
#define CONNECT_TICKS 100 /* until we give up */
#define QUIET_TICKS 10	  /* without another retained message: that was all */
#define COLLECT_TICKS 100 /* at most */
#define CLEAR_TICKS 100	  /* until the broker must have confirmed */

struct found {
	char *topic;
	bool discovery, sent, cleared;
};

struct forget {
	sd_event *event;
	struct session *session;
	struct node node; /* whose topics; its id is "" for a node that is not this one */
	const char *prefix;
	char status[TOPIC_SIZE], marker[TOPIC_SIZE];
	struct found *found;
	size_t n;
	enum step { CONNECTING, COLLECTING, CLEARING } state;
	unsigned ticks, quiet;
	bool marked, alive;
};

static void enter(struct forget *forget, enum step state)
{
	forget->state = state;
	forget->ticks = forget->quiet = 0;
}

/* What comes after our own marker is not what the broker had retained. */
static void came_up(void *self)
{
	struct forget *forget = self;

	enter(forget, COLLECTING);
	session_publish(forget->session, forget->marker, "?", 1, 1, false);
}

static void went_down(void *self)
{
	enter(self, CONNECTING);
}

/* "homeassistant/device/<id>/config", "homeassistant/sensor/<id>/cpu_usage/config" */
static bool names_id(const struct forget *forget, const char *topic)
{
	size_t n = strlen(forget->node.id);
	const char *at = strchr(topic + strlen(forget->prefix) + 1, '/');

	return n && at && strncmp(at + 1, forget->node.id, n) == 0 && at[1 + n] == '/';
}

static bool starts(const char *topic, const char *base)
{
	size_t n = strlen(base);

	return strncmp(topic, base, n) == 0 && topic[n] == '/';
}

static void collect(struct forget *forget, const char *topic, const char *payload)
{
	bool own = starts(topic, forget->node.base);

	if (!own &&
		!(starts(topic, forget->prefix) &&
			(names_id(forget, topic) || component_belongs(payload, forget->status))))
		return;
	if (strcmp(topic, forget->status) == 0)
		forget->alive = strcmp(payload, "online") == 0;
	for (size_t i = 0; i < forget->n; i++)
		if (strcmp(forget->found[i].topic, topic) == 0)
			return;
	forget->found = xrealloc(forget->found, forget->n + 1, sizeof(*forget->found));
	forget->found[forget->n++] = (struct found){.topic = xstrdup(topic), .discovery = !own};
}

static void message_came(
	void *self, const char *topic, const char *payload, size_t size, bool retained)
{
	struct forget *forget = self;

	if (forget->state == COLLECTING && retained && size > 0) {
		forget->quiet = 0;
		collect(forget, topic, payload);
	} else if (!retained && strcmp(topic, forget->marker) == 0) {
		forget->marked = true;
	} else if (forget->state == CLEARING && size == 0) {
		for (size_t i = 0; i < forget->n; i++)
			if (strcmp(forget->found[i].topic, topic) == 0)
				forget->found[i].cleared = true;
	}
}

/* Sends what is not sent yet, discovery first; how many the broker has not confirmed. */
static size_t clear(struct forget *forget)
{
	size_t left = 0;

	session_cork(forget->session);
	for (int discovery = 1; discovery >= 0; discovery--)
		for (size_t i = 0; i < forget->n; i++) {
			struct found *found = &forget->found[i];

			if (found->discovery == discovery && !found->sent)
				found->sent = session_publish(forget->session, found->topic, NULL,
						      0, 1, true) >= 0;
		}
	session_uncork(forget->session);
	for (size_t i = 0; i < forget->n; i++)
		left += !forget->found[i].cleared;
	return left;
}

static int report(const struct forget *forget)
{
	for (size_t i = 0; i < forget->n; i++)
		printf("cleared %s\n", forget->found[i].topic);
	printf("%s: %zu retained topics cleared\n", forget->node.base, forget->n);
	if (forget->alive)
		log_warning(
			"%s was online: a pistat that runs announces itself again; stop it first",
			forget->node.name);
	return 0;
}

/* The exit status, or -1 to go on. */
static int step(struct forget *forget)
{
	size_t left;

	forget->ticks++;
	switch (forget->state) {
	case CONNECTING:
		if (forget->ticks < CONNECT_TICKS)
			return -1;
		log_error("nothing cleared: broker not reached: %s",
			session_complaint(forget->session));
		return 1;
	case COLLECTING:
		if ((!forget->marked || ++forget->quiet < QUIET_TICKS) &&
			forget->ticks < COLLECT_TICKS)
			return -1;
		enter(forget, CLEARING);
		return -1;
	case CLEARING:
		left = clear(forget);
		if (left == 0)
			return report(forget);
		if (forget->ticks < CLEAR_TICKS)
			return -1;
		log_error("the broker has not confirmed %zu of %zu topics; may we publish there?",
			left, forget->n);
		return 1;
	}
	return -1;
}

static int ticked(sd_event_source *source, uint64_t usec, void *self)
{
	struct forget *forget = self;
	int status = step(forget);

	(void)usec;
	if (status >= 0)
		return sd_event_exit(forget->event, status);
	sd_event_source_set_time_relative(source, TICK);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int run(struct forget *forget, const struct config *config)
{
	auto_free char *visitor = xasprintf("forget-%d-%s", (int)getpid(), forget->node.name);
	char pattern[TOPIC_SIZE + 16];
	int r = session_open(forget->event, config, visitor, "", &forget->session);

	if (r < 0)
		return r;
	session_listen(forget->session, (struct session_events){
						.up = came_up,
						.down = went_down,
						.message = message_came,
						.self = forget,
					});
	snprintf(pattern, sizeof(pattern), "%s/#", forget->node.base);
	session_subscribe(forget->session, pattern, 1);
	snprintf(pattern, sizeof(pattern), "%s/+/+/config", forget->prefix);
	session_subscribe(forget->session, pattern, 1);
	snprintf(pattern, sizeof(pattern), "%s/+/+/+/config", forget->prefix);
	session_subscribe(forget->session, pattern, 1);
	r = sd_event_add_time_relative(
		forget->event, NULL, CLOCK_MONOTONIC, TICK, 1000, ticked, forget);
	if (r >= 0)
		r = session_start(forget->session);
	return r < 0 ? r : sd_event_loop(forget->event);
}

/* Another node is known by its name alone; which id it had, its discovery messages tell. */
static int identify(struct forget *forget, const struct config *config, const struct root *root,
	const char *name)
{
	int r = node_identify(root, config, &forget->node);
	char slug[KEY_SIZE], *last = strrchr(forget->node.base, '/');

	if (r < 0)
		return r;
	text_slug(slug, sizeof(slug), name ? name : forget->node.name);
	if (strcmp(slug, forget->node.name) != 0) {
		forget->node.id[0] = '\0';
		strcpy(forget->node.name, slug);
		snprintf(last + 1,
			sizeof(forget->node.base) - (size_t)(last + 1 - forget->node.base), "%s",
			slug);
	}
	tree_topic(&forget->node, "status", forget->status, sizeof(forget->status));
	tree_topic(&forget->node, "forget", forget->marker, sizeof(forget->marker));
	return 0;
}

int forget_run(const struct config *config, const struct root *root, const char *node)
{
	struct forget forget = {.prefix = config_text(config, OPTION_HA_PREFIX)};
	char slug[KEY_SIZE];
	int status;

	/* an empty one may be a variable of a script that is not set: not meant is this machine */
	text_slug(slug, sizeof(slug), node ? node : "this");
	if (!slug[0]) {
		log_error("forget: \"%s\" is no node's name", node);
		return 2;
	}
	status = sd_event_new(&forget.event);
	if (status >= 0)
		status = identify(&forget, config, root, node);
	if (status >= 0)
		status = run(&forget, config);
	if (status < 0)
		log_error("cannot forget: %s", strerror(-status));
	session_close(forget.session);
	sd_event_unref(forget.event);
	for (size_t i = 0; i < forget.n; i++)
		free(forget.found[i].topic);
	free(forget.found);
	if (status == 0 && forget.node.id[0] &&
		remembered_forget(config_state_directory(config)) < 0)
		log_warning("the file \"announced\" in %s could not be removed",
			config_state_directory(config));
	return status == 0 ? 0 : 1;
}
