#include "publisher.h"

#include "leftovers.h"
#include "log.h"
#include "mem.h"
#include "render.h"
#include "text.h"
#include "told.h"

#include <errno.h>
#include <string.h>

#define GATHER_USEC 3000000 /* retained messages of earlier runs come within this */

struct publisher {
	sd_event *event;
	const struct config *config;
	const struct node *node;
	struct session *session;
	char status_topic[TOPIC_SIZE], state_topic[TOPIC_SIZE], event_topic[TOPIC_SIZE];
	char command_topics[TOPIC_SIZE], refresh_topic[TOPIC_SIZE], everything[TOPIC_SIZE];
	bool state, scalars, retain;
	int qos;
	double stale; /* seconds after which a value is told again, moved or not */

	struct told_all all;
	unsigned samples; /* since start: rates exist from the second one */
	double begun;	  /* CLOCK_MONOTONIC of the first */
	double patience;  /* seconds until the rates of every collector exist */

	struct leftovers leftovers;
	bool online;		    /* said so, and nobody has said otherwise since */
	bool too_large;		    /* the document, for this broker, and it was said */
	char disobeyed[TOPIC_SIZE]; /* the retained command that was spoken of last */
	bool gathered;		    /* leftovers of earlier runs are known */
	sd_event_source *gathering, *soon;
};

bool publisher_moved(
	const struct config *config, const struct reading *before, const struct reading *now)
{
	if (catalogue[now->metric].kind == TEXT)
		return strcmp(before->text, now->text) != 0;
	return deadband_left(deadband_of(config, now), before->number, now->number);
}

static void note_gone(void *self, const struct reading *reading)
{
	struct publisher *publisher = self;
	char topic[TOPIC_SIZE];

	/* what goes while the broker is away is found among the retained on return */
	if (!publisher->scalars || !publisher->retain || !session_up(publisher->session))
		return;
	tree_scalar(publisher->node, reading, topic, sizeof(topic));
	leftovers_add(&publisher->leftovers, topic);
}

static void tell_scalar(struct publisher *publisher, size_t i)
{
	const struct reading *reading = &publisher->all.newest.at[i];
	char topic[TOPIC_SIZE], text[TEXT_SIZE];

	if (!told_due(&publisher->all, i, publisher->stale))
		return;
	tree_scalar(publisher->node, reading, topic, sizeof(topic));
	reading_scalar(reading, text, sizeof(text));
	if (session_publish(publisher->session, topic, text, strlen(text), publisher->qos,
		    publisher->retain) == 0)
		told_mark(&publisher->all, i);
}

static void tell_state(struct publisher *publisher)
{
	size_t n = 0;
	char *json auto_free = render_json(&publisher->all.newest, &n);
	int r = session_publish(publisher->session, publisher->state_topic, json, n, publisher->qos,
		publisher->retain);

	if (r == -EMSGSIZE && !publisher->too_large)
		log_warning(
			"%s: %zu bytes are more than the broker takes", publisher->state_topic, n);
	publisher->too_large |= r == -EMSGSIZE;
}

static bool in_use(void *self, const char *topic)
{
	const struct publisher *publisher = self;
	char own[TOPIC_SIZE];

	if (!publisher->retain)
		return false;
	if (strcmp(topic, publisher->state_topic) == 0)
		return publisher->state;
	for (size_t i = 0; publisher->scalars && i < publisher->all.newest.n; i++) {
		tree_scalar(publisher->node, &publisher->all.newest.at[i], own, sizeof(own));
		if (strcmp(topic, own) == 0)
			return true;
	}
	return false;
}

static int clear(void *self, const char *topic)
{
	const struct publisher *publisher = self;

	return session_publish(publisher->session, topic, NULL, 0, publisher->qos, true);
}

/* What the broker has no room for now is tried again with the next sample: the entities of a node
 * that is "offline" are unavailable, however many values it sends. */
static void tell_online(struct publisher *publisher)
{
	publisher->online = session_publish(publisher->session, publisher->status_topic, "online",
				    6, 1, true) == 0;
}

static void tell(struct publisher *publisher)
{
	if (publisher->samples == 0 || !session_up(publisher->session))
		return;
	session_cork(publisher->session);
	if (!publisher->online)
		tell_online(publisher);
	if (publisher->state)
		tell_state(publisher);
	for (size_t i = 0; publisher->scalars && i < publisher->all.newest.n; i++)
		tell_scalar(publisher, i);
	if (publisher->gathered && publisher->samples >= 2 &&
		publisher->all.newest.mono - publisher->begun >= publisher->patience)
		leftovers_purge(&publisher->leftovers, in_use, clear, publisher);
	session_uncork(publisher->session);
}

static int gathering_over(sd_event_source *source, uint64_t usec, void *self)
{
	struct publisher *publisher = self;

	(void)source;
	(void)usec;
	session_unsubscribe(publisher->session, publisher->everything);
	publisher->gathered = true;
	return 0;
}

/* The retained of earlier runs come before our own values do: the broker takes one after the other.
 */
static void publisher_up(void *self)
{
	struct publisher *publisher = self;

	publisher->gathered = publisher->too_large = false;
	publisher->disobeyed[0] = '\0';
	publisher->gathering = sd_event_source_disable_unref(publisher->gathering);
	session_subscribe(publisher->session, publisher->everything, 0);
	sd_event_add_time_relative(publisher->event, &publisher->gathering, CLOCK_MONOTONIC,
		GATHER_USEC, 100000, gathering_over, publisher);
	tell_online(publisher);
	told_forget(&publisher->all);
	tell(publisher);
	/* a wish from a listener that was called before us is fulfilled now */
	sd_event_source_set_enabled(publisher->soon, SD_EVENT_OFF);
}

static void publisher_down(void *self)
{
	struct publisher *publisher = self;

	publisher->gathering = sd_event_source_disable_unref(publisher->gathering);
	session_unsubscribe(publisher->session, publisher->everything);
	leftovers_clear(&publisher->leftovers);
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static void note_retained(struct publisher *publisher, const char *topic)
{
	char below[TOPIC_SIZE];

	tree_topic(publisher->node, "", below, sizeof(below));
	if (!starts_with(topic, below) || strcmp(topic, publisher->event_topic) == 0)
		return;
	leftovers_add(&publisher->leftovers, topic);
}

static void publisher_message(
	void *self, const char *topic, const char *payload, size_t size, bool retained)
{
	struct publisher *publisher = self;

	if (strcmp(topic, publisher->status_topic) == 0) {
		/* a namesake went, or an older connection of ours was found dead late */
		if (!retained && size == 7 && memcmp(payload, "offline", 7) == 0)
			tell_online(publisher);
	} else if (starts_with(topic, publisher->command_topics)) {
		if (!retained && strcmp(topic, publisher->refresh_topic) == 0 &&
			config_flag(publisher->config, OPTION_MQTT_COMMANDS))
			publisher_refresh(publisher);
		/* it comes once for each subscription that it matches */
		if (retained && strcmp(topic, publisher->disobeyed) != 0)
			log_warning("%s: a retained command is an old one: not obeyed", topic);
		if (retained)
			text_copy(publisher->disobeyed, TOPIC_SIZE, topic);
	} else if (retained && size) {
		note_retained(publisher, topic);
	}
}

static int refresh_now(sd_event_source *source, void *self)
{
	struct publisher *publisher = self;

	(void)source;
	tell_online(publisher);
	told_forget(&publisher->all);
	tell(publisher);
	return 0;
}

/* On the next turn of the loop: several wishes become one, and nothing is published from inside a
 * callback. */
void publisher_refresh(struct publisher *publisher)
{
	if (session_up(publisher->session))
		sd_event_source_set_enabled(publisher->soon, SD_EVENT_ONESHOT);
}

void publisher_sample(void *self, const struct snapshot *snapshot)
{
	struct publisher *publisher = self;

	told_absorb(&publisher->all, publisher->config, snapshot, note_gone, publisher);
	if (publisher->samples++ == 0)
		publisher->begun = snapshot->mono;
	tell(publisher);
}

static void name_topics(struct publisher *publisher)
{
	const struct node *node = publisher->node;

	tree_topic(node, "status", publisher->status_topic, TOPIC_SIZE);
	tree_topic(node, "state", publisher->state_topic, TOPIC_SIZE);
	tree_topic(node, "event", publisher->event_topic, TOPIC_SIZE);
	tree_topic(node, "command/", publisher->command_topics, TOPIC_SIZE);
	tree_topic(node, "command/refresh", publisher->refresh_topic, TOPIC_SIZE);
	tree_topic(node, "#", publisher->everything, TOPIC_SIZE);
}

int publisher_open(sd_event *event, const struct config *config, const struct node *node,
	struct session *session, struct publisher **ret)
{
	struct publisher *publisher = xcalloc(1, sizeof(*publisher));
	double interval = config_number(config, OPTION_SAMPLING_INTERVAL);
	int r = sd_event_add_defer(event, &publisher->soon, refresh_now, publisher);

	if (r < 0) {
		free(publisher);
		return r;
	}
	sd_event_source_set_enabled(publisher->soon, SD_EVENT_OFF);
	publisher->event = sd_event_ref(event);
	publisher->config = config;
	publisher->node = node;
	publisher->session = session;
	publisher->state = config_flag(config, OPTION_MQTT_STATE);
	publisher->scalars = config_flag(config, OPTION_MQTT_SCALARS);
	publisher->retain = config_flag(config, OPTION_MQTT_RETAIN);
	publisher->qos = (int)config_number(config, OPTION_MQTT_QOS);
	/* at the last sample before the time is up, whose timer may be a little early or late */
	publisher->stale = config_number(config, OPTION_SAMPLING_REFRESH) - 0.9 * interval;
	publisher->patience = leftovers_patience(config);
	name_topics(publisher);
	session_subscribe(session, publisher->status_topic, 1);
	if (config_flag(config, OPTION_MQTT_COMMANDS))
		session_subscribe(session, publisher->refresh_topic, 1);
	session_listen(session, (struct session_events){.up = publisher_up,
					.down = publisher_down,
					.message = publisher_message,
					.self = publisher});
	*ret = publisher;
	return 0;
}

struct publisher *publisher_close(struct publisher *publisher)
{
	if (!publisher)
		return NULL;
	sd_event_source_disable_unref(publisher->soon);
	sd_event_source_disable_unref(publisher->gathering);
	leftovers_clear(&publisher->leftovers);
	told_free(&publisher->all);
	sd_event_unref(publisher->event);
	free(publisher);
	return NULL;
}
