#include "announcement.h"

#include "mem.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static struct node node_of(const struct announced *announced)
{
	struct node node = {0};

	strcpy(node.id, announced->id);
	strcpy(node.name, announced->node);
	return node;
}

static void device_topic(const struct announced *announced, char ret[TOPIC_SIZE])
{
	const struct node node = node_of(announced);

	tree_device_config(&node, announced->prefix, ret, TOPIC_SIZE);
}

static void entity_topic(const struct announced *announced, const struct announced_entry *entry,
	char *ret, size_t size)
{
	const struct node node = node_of(announced);

	tree_entity_config(&node, announced->prefix, entry->platform, entry->key, ret, size);
}

#define ENTITY_TOPIC_SIZE (TOPIC_SIZE + COMPONENT_KEY_SIZE + KEY_SIZE)

/*
 * {"dev":…,"o":…,"avty_t":…,"cmps":{"cpu_usage":{…},"network_usb0_up":{"p":"binary_sensor"}}}: the
 * second one is being withdrawn.  Leaving it out would only make Home Assistant wait for it.
 *
 * What starts disabled is left out all the same.  Versions before 2026.5 do nothing about it either
 * way; those since then take it out of their registry and then empty the topic it came from, which
 * is this one: the whole device would go.
 */
static char *device_message(const struct announced *announced, const char *context)
{
	const char *comma = "";
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	fprintf(to, "%.*s,\"cmps\":{", (int)strlen(context) - 1, context);
	for (size_t i = 0; i < announced->n; i++) {
		const struct announced_entry *entry = &announced->at[i];

		if (entry->withdrawn ? !entry->enabled : !entry->json)
			continue;
		if (entry->withdrawn)
			fprintf(to, "%s\"%s\":{\"p\":\"%s\"}", comma, entry->key, entry->platform);
		else
			fprintf(to, "%s\"%s\":{\"p\":\"%s\",%s", comma, entry->key, entry->platform,
				entry->json + 1);
		comma = ",";
	}
	fputs("}}", to);
	if (fclose(to) != 0)
		abort();
	return text;
}

/* The component's own keys, then those it would have from the device's message. */
static char *entity_message(const struct announced_entry *entry, const char *context)
{
	return xasprintf("%.*s,%s", (int)strlen(entry->json) - 1, entry->json, context + 1);
}

/* Takes the payload. */
static bool add(
	struct outbox *outbox, const char *topic, char *payload, bool always, uint64_t *sent)
{
	static const uint8_t key[16] = "pistat announce";
	const char *text = payload ? payload : "";
	uint64_t hash = text_hash(key, text, strlen(text));
	bool news = hash != *sent;

	*sent = hash;
	if (news || always)
		outbox_add(outbox, topic, payload);
	else
		free(payload);
	return news;
}

bool announcement_add(
	struct outbox *outbox, struct announced *announced, const char *context, bool all)
{
	char topic[ENTITY_TOPIC_SIZE];
	bool news = false;

	if (announced->style == STYLE_DEVICE) {
		device_topic(announced, topic);
		return add(
			outbox, topic, device_message(announced, context), all, &announced->sent);
	}
	for (size_t i = 0; i < announced->n; i++) {
		struct announced_entry *entry = &announced->at[i];
		char *payload = NULL;

		entity_topic(announced, entry, topic, sizeof(topic));
		if (!entry->withdrawn && !entry->json)
			continue;
		if (!entry->withdrawn)
			payload = entity_message(entry, context);
		if (add(outbox, topic, payload, all, &entry->sent))
			news = true;
	}
	return news;
}

/* payload NULL: empty. */
static void tell_all(struct outbox *outbox, const struct announced *former, const char *payload)
{
	char topic[ENTITY_TOPIC_SIZE];

	if (former->style == STYLE_DEVICE) {
		device_topic(former, topic);
		outbox_add(outbox, topic, payload ? xstrdup(payload) : NULL);
		return;
	}
	for (size_t i = 0; i < former->n; i++) {
		entity_topic(former, &former->at[i], topic, sizeof(topic));
		outbox_add(outbox, topic, payload ? xstrdup(payload) : NULL);
	}
}

void announcement_hand_over(struct outbox *outbox, const struct announced *former)
{
	tell_all(outbox, former, "{\"migrate_discovery\":true}");
}

void announcement_clear(struct outbox *outbox, const struct announced *former)
{
	tell_all(outbox, former, NULL);
}
