#pragma once
/*
 * One reading as one Home Assistant component: the platform, the key it has in the device's message
 * and in unique ids, and its configuration as JSON.  Everything follows from the row, its unit and
 * its family; only the names of the keys are Home Assistant's
 * (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery).
 */
#include "config.h"
#include "snapshot.h"
#include "tree.h"

#include <stdint.h>

#define COMPONENT_KEY_SIZE 192

/* Owns json: an object without platform, which only the device style says, and without device,
 * origin and availability, which all components share.  family and member: whose value it is. */
struct component {
	char key[COMPONENT_KEY_SIZE];
	const char *platform;
	char *json;
	bool enabled; /* when Home Assistant meets it first */
	enum family family;
	char member[KEY_SIZE];
};

/* All that the snapshot calls for, each key once; the caller frees with components_free(). */
size_t components_render(const struct config *config, const struct node *node,
	const struct snapshot *snapshot, struct component **ret);
void components_free(struct component *components, size_t n);

/* What all components share: device, origin and availability, as an object.  For the device style
 * with everything we know; for the entities style without keys that made old versions refuse it.
 * Caller frees. */
char *component_context(
	const struct config *config, const struct node *node, const struct snapshot *snapshot);

/* The constant of that name, "sensor"; NULL if we never announce such a thing. */
const char *component_platform(const char *name);

/* Does this discovery message (of either style) belong to the node whose status topic that is? */
bool component_belongs(const char *payload, const char *status_topic);

/* Changes whenever a snapshot would be announced differently; far cheaper than rendering it. */
uint64_t components_shape(const struct snapshot *snapshot);
