#include "component.h"

#include "events.h"
#include "mem.h"
#include "template.h"
#include "text.h"

#include <cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const platforms[] = {"sensor", "binary_sensor", "event"};

const char *component_platform(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(platforms); i++)
		if (strcmp(platforms[i], name) == 0)
			return platforms[i];
	return NULL;
}

static void add_text(cJSON *object, const char *key, const char *text)
{
	/* Home Assistant takes neither null nor "" for a text it validates. */
	if (text && *text)
		cJSON_AddStringToObject(object, key, text);
}

static char *print_and_free(cJSON *object)
{
	char *text = cJSON_PrintUnformatted(object);

	if (!text)
		abort();
	cJSON_Delete(object);
	return text;
}

/* What every platform has.  unique_id is the identity for Home Assistant, the entity id only a
 * wish: asked for in the way of 2025.10 and in the way of the versions before, which ignore what
 * they do not know. */
static cJSON *component_start(const struct config *config, const struct node *node,
	const char *platform, const char *key, const char *name)
{
	cJSON *json = cJSON_CreateObject();
	auto_free char *unique = xasprintf("%s_%s", node->id, key);
	auto_free char *object = NULL;
	auto_free char *entity = NULL;
	char slug[KEY_SIZE];

	text_identifier(slug, sizeof(slug), node->name);
	object = xasprintf("%s_%s", slug, key);
	entity = xasprintf("%s.%s", platform, object);
	add_text(json, "uniq_id", unique);
	add_text(json, "obj_id", object);
	add_text(json, "def_ent_id", entity);
	add_text(json, "name", name);
	if (config_number(config, OPTION_MQTT_QOS) > 0 && strcmp(platform, "event") != 0)
		cJSON_AddNumberToObject(json, "qos", config_number(config, OPTION_MQTT_QOS));
	return json;
}

static void add_measurement(cJSON *json, const struct metric *row)
{
	const struct unit_row *unit = &units[row->unit];

	add_text(json, "dev_cla", row->ha_class ? row->ha_class : unit->ha_class);
	add_text(json, "unit_of_meas", unit->ha_unit ? unit->ha_unit : metric_symbol(row));
	add_text(json, "stat_cla",
		row->state_class       ? row->state_class
		: row->kind == COUNTER ? "total_increasing"
				       : "measurement");
	if (row->precision < ALL_DECIMALS)
		cJSON_AddNumberToObject(json, "sug_dsp_prc",
			unit->ha_scale != 0 ? unit->ha_precision : row->precision);
}

static void add_kind(cJSON *json, const struct metric *row)
{
	switch (row->kind) {
	case GAUGE:
	case COUNTER:
		add_measurement(json, row);
		break;
	case STATE:
		add_text(json, "dev_cla", row->problem ? "problem" : row->ha_class);
		break;
	case MOMENT:
		add_text(json, "dev_cla", "timestamp");
		break;
	case TEXT:
		break;
	}
}

static void add_source(cJSON *json, const struct config *config, const struct node *node,
	const struct snapshot *snapshot, const struct reading *reading)
{
	double period = fmax(config_number(config, OPTION_SAMPLING_REFRESH),
		config_number(config, OPTION_SAMPLING_INTERVAL));
	bool scalars = config_flag(config, OPTION_MQTT_SCALARS);
	auto_free char *template =
		scalars ? template_scalar(reading) : template_state(snapshot, reading);
	char topic[TOPIC_SIZE];

	if (scalars)
		tree_scalar(node, reading, topic, sizeof(topic));
	else
		tree_topic(node, "state", topic, sizeof(topic));
	add_text(json, "stat_t", topic);
	add_text(json, "val_tpl", template);
	cJSON_AddNumberToObject(json, "exp_aft", ceil(3 * period));
}

static bool initially_enabled(const struct snapshot *snapshot, const struct reading *reading)
{
	switch (reading_row(reading)->entity) {
	case ENTITY_ON:
		return true;
	case ENTITY_PRIMARY:
		return reading_primary(snapshot, reading);
	case ENTITY_OFF:
	case NO_ENTITY:
		break;
	}
	return false;
}

static void component_render(const struct config *config, const struct node *node,
	const struct snapshot *snapshot, const struct reading *reading, struct component *component)
{
	const struct metric *row = reading_row(reading);
	char name[TEXT_SIZE * 2];
	cJSON *json;

	component->platform = row->kind == STATE ? "binary_sensor" : "sensor";
	component->enabled = initially_enabled(snapshot, reading);
	component->family = row->family;
	strcpy(component->member, reading->key);
	reading_name(snapshot, reading, name, sizeof(name));
	json = component_start(config, node, component->platform, component->key, name);
	add_kind(json, row);
	add_source(json, config, node, snapshot, reading);
	if (row->diagnostic)
		add_text(json, "ent_cat", "diagnostic");
	if (!component->enabled)
		cJSON_AddFalseToObject(json, "en");
	add_text(json, "ic", row->icon);
	component->json = print_and_free(json);
}

/* Events are always published with QoS 1: Home Assistant shall subscribe with as much. */
static void component_event(
	const struct config *config, const struct node *node, struct component *component)
{
	char topic[TOPIC_SIZE];
	cJSON *json, *types;

	component->platform = "event";
	component->enabled = true;
	strcpy(component->key, "event");
	json = component_start(config, node, "event", component->key, "Event");
	tree_topic(node, "event", topic, sizeof(topic));
	add_text(json, "stat_t", topic);
	types = cJSON_AddArrayToObject(json, "evt_typ");
	for (const char *const *type = event_types; *type; type++)
		cJSON_AddItemToArray(types, cJSON_CreateString(*type));
	cJSON_AddNumberToObject(json, "qos", 1);
	add_text(json, "ic", "mdi:alert-circle-outline");
	component->json = print_and_free(json);
}

/* Identifiers are coarser than topics ("br-lan" and "br_lan"): the later one gets four hex digits.
 */
static void component_name_key(const struct component *before, size_t n,
	const struct reading *reading, char ret[COMPONENT_KEY_SIZE])
{
	static const uint8_t key[16] = "pistat component";
	char path[COMPONENT_KEY_SIZE];
	uint64_t hash;

	reading_identifier(reading, ret, COMPONENT_KEY_SIZE - 5);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(before[i].key, ret) != 0)
			continue;
		reading_path(reading, '/', path, sizeof(path));
		hash = text_hash(key, path, strlen(path));
		snprintf(ret + strlen(ret), 6, "_%04x", (unsigned)(hash & 0xffff));
		return;
	}
}

size_t components_render(const struct config *config, const struct node *node,
	const struct snapshot *snapshot, struct component **ret)
{
	struct component *components = xcalloc(snapshot->n + 1, sizeof(*components));
	bool readable =
		config_flag(config, OPTION_MQTT_SCALARS) || config_flag(config, OPTION_MQTT_STATE);
	size_t n = 0;

	for (size_t i = 0; readable && i < snapshot->n; i++) {
		const struct reading *reading = &snapshot->at[i];

		if (catalogue[reading->metric].entity == NO_ENTITY)
			continue;
		component_name_key(components, n, reading, components[n].key);
		component_render(config, node, snapshot, reading, &components[n++]);
	}
	if (config_flag(config, OPTION_MQTT_EVENTS))
		component_event(config, node, &components[n++]);
	*ret = components;
	return n;
}

void components_free(struct component *components, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(components[i].json);
	free(components);
}
