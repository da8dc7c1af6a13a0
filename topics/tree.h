#pragma once
/*
 * Every topic name there is, from node, base and reading.  Plain functions of their arguments;
 * nothing is owned. MQTT's special bytes (+ # / NUL) never come from outside: slugs hold
 * [A-Za-z0-9_-] only.
 */
#include "config.h"
#include "root.h"
#include "snapshot.h"

#define TOPIC_SIZE 320 /* base, node and path at their longest */

/* Who we are in topics and unique ids; made once at start. */
struct node {
	char name[KEY_SIZE];	 /* slug of the host name or node.name */
	char display[TEXT_SIZE]; /* as Home Assistant shows it */
	char id[KEY_SIZE];	 /* "pistat_" and 12 hex digits, or node.id */
	char base[TOPIC_SIZE];	 /* "pistat/<node>" */
};

/* machine-id(5) says that the raw id is confidential: only a keyed hash of it, mixed with the
 * board's serial, leaves. */
int node_identify(const struct root *root, const struct config *config, struct node *ret);

/* "pistat/<node>/status", for leaf "status", "state", "event", "command/refresh". */
void tree_topic(const struct node *node, const char *leaf, char *ret, size_t size);

/* "pistat/<node>/memory/percent". */
void tree_scalar(const struct node *node, const struct reading *reading, char *ret, size_t size);

/* "homeassistant/device/<id>/config", "homeassistant/sensor/<id>/<component>/config". */
void tree_device_config(const struct node *node, const char *prefix, char *ret, size_t size);
void tree_entity_config(const struct node *node, const char *prefix, const char *platform,
	const char *component, char *ret, size_t size);
