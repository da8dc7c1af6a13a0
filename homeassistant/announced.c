#include "announced.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "pistat announced 1"
#define ENTRIES_MAX 8192

static const char *const styles[] = {"device", "entities"};

static struct announced_entry *append(
	struct announced *announced, const char *key, const char *platform)
{
	struct announced_entry *entry;

	announced->at = xrealloc(announced->at, announced->n + 1, sizeof(*announced->at));
	entry = &announced->at[announced->n++];
	*entry = (struct announced_entry){.platform = platform, .enabled = true};
	snprintf(entry->key, sizeof(entry->key), "%s", key);
	return entry;
}

static struct announced_entry *find(const struct announced *announced, const char *key)
{
	for (size_t i = 0; i < announced->n; i++)
		if (strcmp(announced->at[i].key, key) == 0)
			return &announced->at[i];
	return NULL;
}

/* Keys become topics again: nothing but what an identifier may hold. */
static bool key_valid(const char *key)
{
	size_t n = strlen(key);

	return n > 0 && n < COMPONENT_KEY_SIZE &&
	       strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

static bool field_copy(char *ret, size_t size, const char *field)
{
	if (!field || !*field || strlen(field) >= size)
		return false;
	strcpy(ret, field);
	return true;
}

/* "pistat announced 1\tdevice\thomeassistant\tpistat_0123456789ab\tattic" */
static bool header_parse(char *line, struct announced *ret)
{
	const char *magic = strsep(&line, "\t"), *style = strsep(&line, "\t");

	if (!style || strcmp(magic, MAGIC) != 0)
		return false;
	for (ret->style = 0; strcmp(styles[ret->style], style) != 0;)
		if (++ret->style == (int)ARRAY_LEN(styles))
			return false;
	return field_copy(ret->prefix, sizeof(ret->prefix), strsep(&line, "\t")) &&
	       field_copy(ret->id, sizeof(ret->id), strsep(&line, "\t")) &&
	       field_copy(ret->node, sizeof(ret->node), strsep(&line, "\t")) && !line &&
	       !strpbrk(ret->prefix, "+#") && !strpbrk(ret->id, "+#/");
}

/* "network_eth0_up\tbinary_sensor\ton" */
static bool entry_parse(char *line, struct announced *ret)
{
	const char *key = strsep(&line, "\t"), *name = strsep(&line, "\t");
	const char *platform = name ? component_platform(name) : NULL;
	bool on = line && strcmp(line, "on") == 0, off = line && strcmp(line, "off") == 0;

	if (!platform || !key_valid(key) || ret->n == ENTRIES_MAX || find(ret, key) || on == off)
		return false;
	append(ret, key, platform)->enabled = on;
	return true;
}

int announced_parse(const char *text, struct announced *ret)
{
	auto_free char *copy = xstrdup(text);
	struct announced parsed = {0};
	char *rest = copy, *line = strsep(&rest, "\n");
	bool good = header_parse(line, &parsed);

	while (good && (line = strsep(&rest, "\n")) && rest)
		good = entry_parse(line, &parsed);
	/* The last line ends with a line end too, or the file was cut. */
	if (!good || !line || *line) {
		announced_free(&parsed);
		return -EBADMSG;
	}
	*ret = parsed;
	return 0;
}

char *announced_format(const struct announced *announced)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	fprintf(to, "%s\t%s\t%s\t%s\t%s\n", MAGIC, styles[announced->style], announced->prefix,
		announced->id, announced->node);
	for (size_t i = 0; i < announced->n; i++)
		fprintf(to, "%s\t%s\t%s\n", announced->at[i].key, announced->at[i].platform,
			announced->at[i].enabled ? "on" : "off");
	if (fclose(to) != 0)
		abort();
	return text;
}

void announced_free(struct announced *announced)
{
	for (size_t i = 0; i < announced->n; i++)
		free(announced->at[i].json);
	free(announced->at);
	*announced = (struct announced){0};
}

/* True if there is something to remember. */
static bool meet(struct announced *announced, struct component *component)
{
	struct announced_entry *entry = find(announced, component->key);
	bool new = !entry, enabled;

	/* One key cannot be two things at once: the former one goes first. */
	if (entry && entry->platform != component->platform) {
		entry->withdrawn = true;
		return false;
	}
	if (new)
		entry = append(announced, component->key, component->platform);
	free(entry->json);
	entry->json = take(component->json);
	entry->family = component->family;
	strcpy(entry->member, component->member);
	entry->present = true;
	entry->withdrawn = entry->told = false;
	enabled = entry->enabled;
	entry->enabled = enabled && component->enabled;
	return new || entry->enabled != enabled;
}

/* A thing that is there may lack a value for a while (Wi-Fi without a network, a graphics card that
 * sleeps).  The host is always there, and so is what the configuration names. */
static bool lacks_only_a_value(const struct announced_entry *entry, const struct snapshot *snapshot)
{
	if (!entry->json || entry->withdrawn)
		return false;
	if (entry->family == HOST || entry->family == SERVICE || entry->family == PROBE)
		return true;
	for (size_t i = 0; i < snapshot->n; i++)
		if (catalogue[snapshot->at[i].metric].family == entry->family &&
			strcmp(snapshot->at[i].key, entry->member) == 0)
			return true;
	return false;
}

bool announced_update(struct announced *announced, const struct snapshot *snapshot,
	struct component *components, size_t n, double now)
{
	size_t before = announced->n;
	bool came = false;

	for (size_t i = 0; i < before; i++) {
		struct announced_entry *entry = &announced->at[i];
		bool there = lacks_only_a_value(entry, snapshot);

		if (entry->present && !there) {
			entry->missing_since = now;
			entry->missed = 0;
		}
		entry->present = there;
	}
	for (size_t i = 0; i < n; i++)
		if (meet(announced, &components[i]))
			came = true;
	return came;
}

bool announced_age(struct announced *announced, double now, double grace)
{
	bool withdrawn = false;

	for (size_t i = 0; i < announced->n; i++) {
		struct announced_entry *entry = &announced->at[i];

		if (entry->present || entry->withdrawn)
			continue;
		if (++entry->missed < ANNOUNCED_MISSED ||
			now - entry->missing_since <
				(entry->json ? grace : ANNOUNCED_PATIENCE * grace))
			continue;
		entry->withdrawn = withdrawn = true;
	}
	return withdrawn;
}

void announced_recall(struct announced *announced, const struct announced *before, double now)
{
	for (size_t i = 0; i < before->n; i++) {
		struct announced_entry *entry =
			append(announced, before->at[i].key, before->at[i].platform);

		entry->enabled = before->at[i].enabled;
		entry->missing_since = now;
	}
}

void announced_doubt(struct announced *announced)
{
	for (size_t i = 0; i < announced->n; i++)
		announced->at[i].told = false;
}

void announced_tell(struct announced *announced, double now)
{
	for (size_t i = 0; i < announced->n; i++) {
		struct announced_entry *entry = &announced->at[i];

		if (!entry->withdrawn || entry->told)
			continue;
		entry->told = true;
		entry->told_at = now;
	}
}

bool announced_drop(struct announced *announced, double now, double keep)
{
	size_t kept = 0, before = announced->n;

	for (size_t i = 0; i < before; i++) {
		struct announced_entry *entry = &announced->at[i];

		if (entry->withdrawn && entry->told && now - entry->told_at >= keep)
			free(entry->json);
		else
			announced->at[kept++] = *entry;
	}
	announced->n = kept;
	return kept < before;
}

double announced_next_drop(const struct announced *announced, double keep)
{
	double next = INFINITY;

	for (size_t i = 0; i < announced->n; i++)
		if (announced->at[i].withdrawn && announced->at[i].told)
			next = fmin(next, announced->at[i].told_at + keep);
	return next;
}
