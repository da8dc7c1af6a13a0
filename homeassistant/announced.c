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
	*entry = (struct announced_entry){.platform = platform};
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

/* "network_eth0_up\tbinary_sensor" */
static bool entry_parse(char *line, struct announced *ret)
{
	const char *key = strsep(&line, "\t");
	const char *platform = line ? component_platform(line) : NULL;

	if (!platform || !key_valid(key) || ret->n == ENTRIES_MAX || find(ret, key))
		return false;
	append(ret, key, platform);
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
		fprintf(to, "%s\t%s\n", announced->at[i].key, announced->at[i].platform);
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

/* True if the component is new. */
static bool meet(struct announced *announced, struct component *component)
{
	struct announced_entry *entry = find(announced, component->key);
	bool new = !entry;

	/* One key cannot be two things at once: the former one goes first. */
	if (entry && entry->platform != component->platform) {
		entry->withdrawn = true;
		return false;
	}
	if (new)
		entry = append(announced, component->key, component->platform);
	free(entry->json);
	entry->json = take(component->json);
	entry->present = true;
	entry->withdrawn = entry->told = false;
	return new;
}

bool announced_update(
	struct announced *announced, struct component *components, size_t n, double now)
{
	size_t before = announced->n;
	bool came = false;

	for (size_t i = 0; i < before; i++) {
		struct announced_entry *entry = &announced->at[i];

		if (entry->present) {
			entry->present = false;
			entry->missing_since = now;
			entry->missed = 0;
		}
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
		if (++entry->missed < ANNOUNCED_MISSED || now - entry->missing_since < grace)
			continue;
		entry->withdrawn = withdrawn = true;
	}
	return withdrawn;
}

void announced_recall(struct announced *announced, const struct announced *before, double now)
{
	for (size_t i = 0; i < before->n; i++)
		append(announced, before->at[i].key, before->at[i].platform)->missing_since = now;
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
