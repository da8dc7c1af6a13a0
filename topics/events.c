#include "events.h"

#include "mem.h"
#include "text.h"

#include <cJSON.h>
#include <math.h>
#include <string.h>

/* What happened while the broker was away is still worth telling, but not without end. */
#define UNSENT_MAX 16

const char *const event_types[] = {
	"oom_kill", "link_down", "link_up", "filesystem_read_only", NULL};

enum event_type { OOM_KILL, LINK_DOWN, LINK_UP, FILESYSTEM_READ_ONLY };

struct events {
	struct session *session;
	char topic[TOPIC_SIZE];
	struct slice before; /* of the last snapshot, only what can make an event */
	bool enabled, begun;
	char *unsent[UNSENT_MAX]; /* oldest first */
	size_t unsent_n;
};

static bool eventful(enum metric_id metric)
{
	return metric == MEMORY_OOM_KILLS || metric == NET_UP || metric == FS_READ_ONLY;
}

/* extra: one more member, text unless it is NULL, then the number. */
static void tell_event(enum event_type type, double wall, const char *extra, const char *text,
	double number, void (*tell)(void *self, const char *json), void *self)
{
	cJSON *event = cJSON_CreateObject();
	char at[64], clean[TEXT_SIZE], *json;

	text_moment(at, sizeof(at), wall);
	cJSON_AddStringToObject(event, "event_type", event_types[type]);
	cJSON_AddStringToObject(event, "at", at);
	if (text) {
		text_copy(clean, sizeof(clean), text);
		cJSON_AddStringToObject(event, extra, clean);
	} else {
		cJSON_AddNumberToObject(event, extra, number);
	}
	json = cJSON_PrintUnformatted(event);
	cJSON_Delete(event);
	if (json)
		tell(self, json);
	cJSON_free(json);
}

/* What a thing that is there now says of an edge since `before`; was NULL: it was not there. */
static void compare_reading(const struct reading *was, const struct reading *now, double wall,
	void (*tell)(void *self, const char *json), void *self)
{
	double growth = was ? now->number - was->number : 0;

	if (now->metric == MEMORY_OOM_KILLS && growth > 0)
		tell_event(OOM_KILL, wall, "kills", NULL, growth, tell, self);
	if (now->metric == NET_UP && (was ? growth > 0 : now->number > 0))
		tell_event(LINK_UP, wall, "interface", now->key, 0, tell, self);
	if (now->metric == NET_UP && growth < 0)
		tell_event(LINK_DOWN, wall, "interface", now->key, 0, tell, self);
	/* a filesystem that appears read-only was mounted so, by someone's will */
	if (now->metric == FS_READ_ONLY && growth > 0)
		tell_event(FILESYSTEM_READ_ONLY, wall, "mount", now->key, 0, tell, self);
}

void events_compare(const struct snapshot *before, const struct snapshot *now,
	void (*tell)(void *self, const char *json), void *self)
{
	for (size_t i = 0; i < before->n; i++) {
		const struct reading *was = &before->at[i];

		if (was->metric == NET_UP && was->number > 0 &&
			!snapshot_find(now, NET_UP, was->key))
			tell_event(LINK_DOWN, now->wall, "interface", was->key, 0, tell, self);
	}
	for (size_t i = 0; i < now->n; i++) {
		const struct reading *is = &now->at[i];

		if (eventful(is->metric))
			compare_reading(snapshot_find(before, is->metric, is->key), is, now->wall,
				tell, self);
	}
}

static void drop_oldest(struct events *events)
{
	free(events->unsent[0]);
	memmove(events->unsent, events->unsent + 1,
		(--events->unsent_n) * sizeof(events->unsent[0]));
}

static void send_all(struct events *events)
{
	while (events->unsent_n) {
		const char *json = events->unsent[0];

		if (session_publish(events->session, events->topic, json, strlen(json), 1, false) <
			0)
			return;
		drop_oldest(events);
	}
}

static void remember(void *self, const char *json)
{
	struct events *events = self;

	if (events->unsent_n == UNSENT_MAX)
		drop_oldest(events);
	events->unsent[events->unsent_n++] = xstrdup(json);
}

static void events_up(void *self)
{
	send_all(self);
}

void events_sample(void *self, const struct snapshot *snapshot)
{
	struct events *events = self;
	struct snapshot before = {.at = events->before.at, .n = events->before.n};

	if (!events->enabled)
		return;
	if (events->begun)
		events_compare(&before, snapshot, remember, events);
	events->begun = true;

	/* picked in order, so that snapshot_find() works on the rest as on the whole */
	slice_clear(&events->before);
	for (size_t i = 0; i < snapshot->n; i++)
		if (eventful(snapshot->at[i].metric))
			put(&events->before, snapshot->at[i].metric, snapshot->at[i].key,
				snapshot->at[i].number);
	send_all(events);
}

int events_open(const struct config *config, const struct node *node, struct session *session,
	struct events **ret)
{
	struct events *events = xcalloc(1, sizeof(*events));

	events->enabled = config_flag(config, OPTION_MQTT_EVENTS);
	events->session = session;
	tree_topic(node, "event", events->topic, sizeof(events->topic));
	session_listen(session, (struct session_events){.up = events_up, .self = events});
	*ret = events;
	return 0;
}

struct events *events_close(struct events *events)
{
	if (!events)
		return NULL;
	while (events->unsent_n)
		drop_oldest(events);
	slice_free(&events->before);
	free(events);
	return NULL;
}
