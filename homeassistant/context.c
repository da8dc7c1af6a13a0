/* What all components share, declared in component.h: device, origin, availability; and whose a
 * message is. */
#include "component.h"
#include "mem.h"
#include "text.h"

#include <cJSON.h>
#include <string.h>

static const char *text_of(const struct snapshot *snapshot, enum metric_id metric)
{
	const struct reading *reading = snapshot_find(snapshot, metric, "");

	return reading ? reading->text : "";
}

static void add_text(cJSON *object, const char *key, const char *text)
{
	if (text && *text)
		cJSON_AddStringToObject(object, key, text);
}

static cJSON *device(
	const struct config *config, const struct node *node, const struct snapshot *snapshot)
{
	const char *model = text_of(snapshot, HARDWARE_MODEL);
	const char *os = text_of(snapshot, SYSTEM_OS), *kernel = text_of(snapshot, SYSTEM_KERNEL);
	auto_free char *software = xasprintf(
		"%s%s%s%s", os, *os && *kernel ? ", " : "", *kernel ? "Linux " : "", kernel);
	cJSON *json = cJSON_CreateObject();

	cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "ids"), cJSON_CreateString(node->id));
	add_text(json, "name", node->display[0] ? node->display : node->name);
	if (strncmp(model, "Raspberry Pi", strlen("Raspberry Pi")) == 0)
		add_text(json, "mf", "Raspberry Pi");
	add_text(json, "mdl", model);
	/* Home Assistant knows serial_number since 2024.2; older ones refuse a device that has it.
	 */
	if (config_choice(config, OPTION_HA_STYLE) == 0)
		add_text(json, "sn", text_of(snapshot, HARDWARE_SERIAL));
	add_text(json, "hw", text_of(snapshot, HARDWARE_REVISION));
	add_text(json, "sw", software);
	add_text(json, "cu", config_text(config, OPTION_HA_URL));
	return json;
}

char *component_context(
	const struct config *config, const struct node *node, const struct snapshot *snapshot)
{
	cJSON *json = cJSON_CreateObject(), *origin;
	char topic[TOPIC_SIZE], *text;

	cJSON_AddItemToObject(json, "dev", device(config, node, snapshot));
	origin = cJSON_AddObjectToObject(json, "o");
	add_text(origin, "name", "pistat");
	add_text(origin, "sw", PISTAT_VERSION);
	tree_topic(node, "status", topic, sizeof(topic));
	add_text(json, "avty_t", topic);
	text = cJSON_PrintUnformatted(json);
	if (!text)
		abort();
	cJSON_Delete(json);
	return text;
}

bool component_belongs(const char *payload, const char *status_topic)
{
	cJSON *json = cJSON_Parse(payload);
	const cJSON *origin = cJSON_GetObjectItemCaseSensitive(json, "o");
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(origin, "name"));
	const char *topic = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "avty_t"));
	bool belongs =
		name && topic && strcmp(name, "pistat") == 0 && strcmp(topic, status_topic) == 0;

	cJSON_Delete(json);
	return belongs;
}

/* The texts that appear in names, in the device block or in what is enabled. */
static bool shapes(const struct reading *reading)
{
	enum metric_id id = reading->metric;

	if (catalogue[id].kind != TEXT)
		return false;
	return id == families[catalogue[id].family].name_from || id == NET_PRIMARY ||
	       id == HARDWARE_MODEL || id == HARDWARE_SERIAL || id == HARDWARE_REVISION ||
	       id == SYSTEM_OS || id == SYSTEM_KERNEL;
}

/* FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv): nobody gains by a collision here, and this is
 * done for each sample. */
static uint64_t mixed(uint64_t hash, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
	return hash;
}

uint64_t components_shape(const struct snapshot *snapshot)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < snapshot->n; i++) {
		const struct reading *reading = &snapshot->at[i];

		hash = (hash ^ reading->metric) * 0x100000001b3;
		hash = mixed(hash, reading->key, strlen(reading->key) + 1);
		if (shapes(reading))
			hash = mixed(hash, reading->text, strlen(reading->text) + 1);
	}
	return hash;
}
