#include "events.h"

#include "mem.h"
#include "text.h"
#include "undervoltage.h"

#include <cJSON.h>
#include <math.h>
#include <string.h>

/* What happened while the broker was away is still worth telling, but not without end. */
#define UNSENT_MAX 16

enum event_type {
	OOM_KILL,
	LINK_DOWN,
	LINK_UP,
	FILESYSTEM_READ_ONLY,
	UNDER_VOLTAGE,
	UNDER_VOLTAGE_OVER,
	THROTTLED,
	THROTTLED_OVER,
	FREQ_CAPPED,
	FREQ_CAPPED_OVER,
	SOFT_TEMP_LIMIT,
	SOFT_TEMP_LIMIT_OVER,
	EVENT_TYPES,
};

const char *const event_types[] = {
	[OOM_KILL] = "oom_kill",
	[LINK_DOWN] = "link_down",
	[LINK_UP] = "link_up",
	[FILESYSTEM_READ_ONLY] = "filesystem_read_only",
	[UNDER_VOLTAGE] = "under_voltage",
	[UNDER_VOLTAGE_OVER] = "under_voltage_over",
	[THROTTLED] = "throttled",
	[THROTTLED_OVER] = "throttled_over",
	[FREQ_CAPPED] = "freq_capped",
	[FREQ_CAPPED_OVER] = "freq_capped_over",
	[SOFT_TEMP_LIMIT] = "soft_temp_limit",
	[SOFT_TEMP_LIMIT_OVER] = "soft_temp_limit_over",
	[EVENT_TYPES] = NULL,
};

/* What the firmware of a Raspberry Pi tells of its power: as it is now, and since boot. */
static const struct trouble {
	enum metric_id now, occurred;
	enum event_type begins, ends;
} troubles[] = {
	{PI_UNDER_VOLTAGE, PI_UNDER_VOLTAGE_OCCURRED, UNDER_VOLTAGE, UNDER_VOLTAGE_OVER},
	{PI_THROTTLED, PI_THROTTLED_OCCURRED, THROTTLED, THROTTLED_OVER},
	{PI_FREQ_CAPPED, PI_FREQ_CAPPED_OCCURRED, FREQ_CAPPED, FREQ_CAPPED_OVER},
	{PI_SOFT_TEMP_LIMIT, PI_SOFT_TEMP_LIMIT_OCCURRED, SOFT_TEMP_LIMIT, SOFT_TEMP_LIMIT_OVER},
};

struct events {
	struct session *session;
	char topic[TOPIC_SIZE];
	struct slice before; /* of the last snapshot, only what can make an event */
	bool enabled, begun;
	char *unsent[UNSENT_MAX]; /* oldest first */
	size_t unsent_n;
};

static bool of_supply(enum metric_id metric)
{
	return metric == PI_UNDER_VOLTAGE || metric == PI_UNDER_VOLTAGE_OCCURRED ||
	       metric == PI_UNDER_VOLTAGE_EVENTS;
}

static bool eventful(enum metric_id metric)
{
	if (metric == MEMORY_OOM_KILLS || metric == NET_UP || metric == FS_READ_ONLY ||
		of_supply(metric))
		return true;
	for (const struct trouble *t = troubles; t < troubles + ARRAY_LEN(troubles); t++)
		if (metric == t->now || metric == t->occurred)
			return true;
	return false;
}

/* extra: one more member or NULL, text unless it is NULL, then the number. */
static void tell_event(enum event_type type, double wall, const char *extra, const char *text,
	double number, void (*tell)(void *self, const char *json), void *self)
{
	cJSON *event = cJSON_CreateObject();
	char at[64], clean[TEXT_SIZE], *json;

	text_moment(at, sizeof(at), wall);
	cJSON_AddStringToObject(event, "event_type", event_types[type]);
	cJSON_AddStringToObject(event, "at", at);
	if (text && extra) {
		text_copy(clean, sizeof(clean), text);
		cJSON_AddStringToObject(event, extra, clean);
	} else if (extra) {
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

static double grown(
	const struct snapshot *before, const struct snapshot *now, enum metric_id metric)
{
	const struct reading *was = snapshot_find(before, metric, "");
	const struct reading *is = snapshot_find(now, metric, "");

	return was && is ? is->number - was->number : 0;
}

/* What begins and ends between two samples is seen by what it leaves behind: the mark that it has
 * occurred, or for the supply the counter of its dips. */
static void compare_trouble(const struct trouble *trouble, const struct snapshot *before,
	const struct snapshot *now, void (*tell)(void *self, const char *json), void *self)
{
	const struct reading *is = snapshot_find(now, trouble->now, "");
	double change = grown(before, now, trouble->now);
	bool lasts = is && is->number > 0;
	bool begun =
		change > 0 || (change == 0 && !lasts && grown(before, now, trouble->occurred) > 0);

	if (trouble->now == PI_UNDER_VOLTAGE && snapshot_find(before, PI_UNDER_VOLTAGE_EVENTS, ""))
		begun = grown(before, now, PI_UNDER_VOLTAGE_EVENTS) > 0;
	if (begun)
		tell_event(trouble->begins, now->wall, NULL, NULL, 0, tell, self);
	if (change < 0 || (begun && !lasts))
		tell_event(trouble->ends, now->wall, NULL, NULL, 0, tell, self);
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
	for (size_t i = 0; i < ARRAY_LEN(troubles); i++)
		compare_trouble(&troubles[i], before, now, tell, self);
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

void events_under_voltage(struct events *events, double wall, bool dipped, bool low)
{
	if (!events->enabled)
		return;
	if (dipped)
		tell_event(UNDER_VOLTAGE, wall, NULL, NULL, 0, remember, events);
	if (!low)
		tell_event(UNDER_VOLTAGE_OVER, wall, NULL, NULL, 0, remember, events);
	send_all(events);
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

	/* Picked in order, so that snapshot_find() works on the rest as on the whole.  What is
	 * watched was told when it happened: events_under_voltage(). */
	slice_clear(&events->before);
	for (size_t i = 0; i < snapshot->n; i++)
		if (eventful(snapshot->at[i].metric) &&
			!(undervoltage.watched && of_supply(snapshot->at[i].metric)))
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
