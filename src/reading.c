/* How a single reading is called and written, wherever it is shown; declared in snapshot.h. */
#include "snapshot.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static size_t append(char *ret, size_t size, size_t at, const char *text, char separator)
{
	for (; *text && at + 1 < size; text++)
		ret[at++] = *text == '.' ? separator : *text;
	ret[at] = '\0';
	return at;
}

void reading_path(const struct reading *reading, char separator, char *ret, size_t size)
{
	const struct metric *row = &catalogue[reading->metric];
	const char point[] = {separator, '\0'};
	size_t at;

	if (row->family == HOST) {
		append(ret, size, 0, row->path, separator);
		return;
	}
	at = append(ret, size, 0, families[row->family].path, separator);
	at = append(ret, size, at, point, separator);
	at = append(ret, size, at, reading->slug, separator);
	if (row->path[0]) {
		at = append(ret, size, at, point, separator);
		append(ret, size, at, row->path, separator);
	}
}

void reading_identifier(const struct reading *reading, char *ret, size_t size)
{
	char path[256];

	reading_path(reading, '_', path, sizeof(path));
	text_identifier(ret, size, path);
}

void reading_scalar(const struct reading *reading, char *ret, size_t size)
{
	const struct metric *row = reading_row(reading);

	switch (row->kind) {
	case GAUGE:
	case COUNTER:
		if (!text_number(ret, size, reading->number, row->precision))
			ret[0] = '\0';
		break;
	case STATE:
		snprintf(ret, size, "%s", reading->number != 0 ? "ON" : "OFF");
		break;
	case TEXT:
		snprintf(ret, size, "%s", reading->text);
		break;
	case MOMENT:
		text_moment(ret, size, reading->number);
		break;
	}
}

/* Two cards of a kind, or the memory modules' sensors: then the key must tell them apart. */
static bool shared(const struct snapshot *snapshot, const struct reading *name)
{
	for (const struct reading *at = snapshot->at; at < snapshot->at + snapshot->n; at++)
		if (at != name && at->metric == name->metric && strcmp(at->text, name->text) == 0)
			return true;
	return false;
}

void reading_name(
	const struct snapshot *snapshot, const struct reading *reading, char *ret, size_t size)
{
	const struct metric *row = reading_row(reading);
	const struct family_row *family = &families[row->family];
	const struct reading *better = NULL;
	const char *member = reading->key, *point;
	size_t at;

	if (row->family == HOST || reading->own) {
		snprintf(ret, size, "%s", row->name);
		return;
	}
	if (family->name_from)
		better = snapshot_find(snapshot, family->name_from, reading->key);
	if (better)
		member = better->text;
	point = strstr(family->name_format, "%s");
	at = append(ret, size, 0, family->name_format, '.');
	ret[at = (size_t)(point - family->name_format)] = '\0';
	at = append(ret, size, at, member, '.');
	if (better && shared(snapshot, better)) {
		at = append(ret, size, at, " (", '.');
		at = append(ret, size, at, reading->key, '.');
		at = append(ret, size, at, ")", '.');
	}
	if (row->name[0]) {
		at = append(ret, size, at, " ", '.');
		append(ret, size, at, row->name, '.');
	}
}

bool reading_primary(const struct snapshot *snapshot, const struct reading *reading)
{
	const struct reading *primary;

	switch (catalogue[reading->metric].family) {
	case INTERFACE:
		primary = snapshot_find(snapshot, NET_PRIMARY, "");
		return primary && strcmp(primary->text, reading->key) == 0;
	case LOAD_WINDOW:
		return strcmp(reading->key, "1m") == 0;
	case HOST:
		return true;
	case CORE:
	case FILESYSTEM:
	case DISK:
	case RAID:
	case TEMPERATURE:
	case FAN:
	case VOLTAGE:
	case CURRENT:
	case POWER:
	case BATTERY:
	case CARD:
	case MODEL:
	case SERVICE:
	case PROBE:
	case COLLECTOR:
	case FAMILIES:
		break;
	}
	return false;
}
