#include "probe_class.h"

#include "mem.h"
#include "text.h"

#include <stdbool.h>
#include <string.h>

struct sensor_class {
	const char *name, *units, *state_classes;
};

static const struct sensor_class sensors[] = {
#define SENSOR(...) {__VA_ARGS__},
#define BINARY(...)
#include "probe_classes.def"
#undef SENSOR
#undef BINARY
};

static const char *const binaries[] = {
#define SENSOR(...)
#define BINARY(name) name,
#include "probe_classes.def"
#undef SENSOR
#undef BINARY
};

/* Is the word one of those in a list with that separator? */
static bool listed(const char *list, const char *separator, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; at; at = strstr(at, separator)) {
		at += at == list ? 0 : strlen(separator);
		if (strncmp(at, word, n) == 0 &&
			(!at[n] || strncmp(at + n, separator, strlen(separator)) == 0))
			return true;
	}
	return false;
}

static char *unknown(const char *class, const char *of, const char *const *names, size_t n)
{
	const char *nearest = text_nearest(class, names, n);

	return nearest ? xasprintf("\"%s\" is no device class of %s; did you mean \"%s\"?", class,
				 of, nearest)
		       : xasprintf("\"%s\" is no device class of %s: Home Assistant's "
				   "documentation lists them",
				 class, of);
}

char *probe_class_binary(const char *class)
{
	for (size_t i = 0; i < ARRAY_LEN(binaries); i++)
		if (!*class || strcmp(class, binaries[i]) == 0)
			return NULL;
	return unknown(class, "binary sensors", binaries, ARRAY_LEN(binaries));
}

static bool unit_allowed(const struct sensor_class *class, const char *unit)
{
	return strcmp(class->units, "*") == 0 || listed(class->units, "  ", *unit ? unit : "-");
}

static char *unit_refusal(const struct sensor_class *class, const char *unit)
{
	char *complaint;

	if (strcmp(class->units, "-") == 0)
		return xasprintf("class \"%s\" has no unit", class->name);
	complaint = *unit ? xasprintf("unit \"%s\" is not one of class \"%s\": %s", unit,
				    class->name, class->units)
			  : xasprintf("class \"%s\" needs a unit: %s", class->name, class->units);
	for (char *gap; (gap = strstr(complaint, "  "));)
		*gap = ',';
	return complaint;
}

static const struct sensor_class *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(sensors); i++)
		if (strcmp(name, sensors[i].name) == 0)
			return &sensors[i];
	return NULL;
}

static char *unknown_sensor(const char *name)
{
	const char *names[ARRAY_LEN(sensors)];

	for (size_t i = 0; i < ARRAY_LEN(sensors); i++)
		names[i] = sensors[i].name;
	return unknown(name, "sensors", names, ARRAY_LEN(names));
}

/* The word of that list, or of the table's first class: constants, which outlive the settings. */
static const char *first_state_class(const struct sensor_class *class)
{
	static const char *const names[] = {"total_increasing", "total", "measurement"};

	for (size_t i = 0; class && i < ARRAY_LEN(names); i++)
		if (strncmp(class->state_classes, names[i], strlen(names[i])) == 0)
			return names[i];
	return "measurement";
}

char *probe_class_sensor(
	const char *class, const char *unit, const char *state_class, const char **ret_state_class)
{
	const struct sensor_class *row = find(class);

	if (*class && !row)
		return unknown_sensor(class);
	if (row && !unit_allowed(row, unit))
		return unit_refusal(row, unit);
	if (strcmp(state_class, "default") == 0) {
		*ret_state_class = first_state_class(row);
	} else if (strcmp(state_class, "none") == 0) {
		*ret_state_class = "";
	} else if (row && !listed(row->state_classes, " ", state_class)) {
		return xasprintf("state_class \"%s\" is not one of class \"%s\": %s", state_class,
			class, row->state_classes);
	} else {
		*ret_state_class = state_class;
	}
	return NULL;
}
