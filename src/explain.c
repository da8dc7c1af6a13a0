/*
 * `pistat explain PATH`: one value from the kernel's text to everywhere it is shown.  Each
 * collector runs twice, the second time under the eyes of root_watch(); the one that puts the value
 * is the one to tell about.
 */
#include "clock.h"
#include "commands.h"
#include "component.h"
#include "log.h"
#include "mem.h"
#include "rate.h"
#include "render.h"
#include "slots.h"
#include "text.h"
#include "tree.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define FILES_SHOWN 6
#define LINES_SHOWN 3

/* What the collector read, apart what names the member. */
struct seen {
	const char *key;
	char *named[FILES_SHOWN], *other[FILES_SHOWN];
	size_t named_n, other_n;
};

/* The first lines, or of a long file those that name the member. */
static char *excerpt(const char *path, const char *text, const char *key)
{
	char *all = xasprintf("  read        %s\n", path);
	bool choosy = *key && strstr(text, key);
	size_t shown = 0;

	for (size_t n; *text && shown < LINES_SHOWN; text += n + (text[n] == '\n')) {
		char raw[160], line[160], *longer;

		n = strcspn(text, "\n");
		snprintf(raw, sizeof(raw), "%.*s", (int)(n < sizeof(raw) ? n : sizeof(raw) - 1),
			text);
		if (choosy && !strstr(raw, key))
			continue;
		text_copy(line, sizeof(line), raw);
		longer = xasprintf(
			"%s              | %s%s\n", all, line, n >= sizeof(line) ? " …" : "");
		free(all);
		all = longer;
		shown++;
	}
	return all;
}

static void note(void *self, const char *path, const char *text)
{
	struct seen *seen = self;

	if (*seen->key && (strstr(path, seen->key) || strstr(text, seen->key))) {
		if (seen->named_n < FILES_SHOWN)
			seen->named[seen->named_n++] = excerpt(path, text, seen->key);
	} else if (seen->other_n < FILES_SHOWN) {
		seen->other[seen->other_n++] = excerpt(path, text, seen->key);
	}
}

static void forget(struct seen *seen)
{
	for (size_t i = 0; i < seen->named_n; i++)
		free(seen->named[i]);
	for (size_t i = 0; i < seen->other_n; i++)
		free(seen->other[i]);
	seen->named_n = seen->other_n = 0;
}

static void print_seen(const struct seen *seen)
{
	for (size_t i = 0; i < seen->named_n; i++)
		fputs(seen->named[i], stdout);
	for (size_t i = 0; i < seen->other_n && seen->named_n == 0; i++)
		fputs(seen->other[i], stdout);
}

static void print_outside(const struct config *config, const struct node *node,
	const struct snapshot *snapshot, const struct reading *reading)
{
	char scalar[128], topic[TOPIC_SIZE], key[192], name[192];
	struct snapshot alone = {snapshot->wall, snapshot->mono, reading, 1};
	auto_free char *prometheus = render_prometheus(
		&alone, config_choice(config, OPTION_HTTP_PROMETHEUS_NAMES), NULL);
	struct component *components;
	size_t n = components_render(config, node, snapshot, &components);

	reading_scalar(reading, scalar, sizeof(scalar));
	reading_name(snapshot, reading, name, sizeof(name));
	reading_identifier(reading, key, sizeof(key));
	tree_scalar(node, reading, topic, sizeof(topic));
	printf("  value       %s %s\n", scalar, metric_symbol(reading_row(reading)));
	printf("  topic       %s\n  payload     %s\n", topic, scalar);
	for (size_t i = 0; i < n; i++)
		if (strcmp(components[i].key, key) == 0)
			printf("  entity      %s \"%s\" %s\n", components[i].platform, name,
				components[i].json);
	components_free(components, n);
	for (char *save, *line = strtok_r(prometheus, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save))
		if (*line != '#')
			printf("  prometheus  %s\n", line);
}

/* Shares and rates need time to pass between two readings. */
static void pause_if_live(const struct root *root, double seconds)
{
	struct timespec pause = {.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};

	if (root_live(root))
		nanosleep(&pause, NULL);
}

/* The slot that puts the metric, its files in *seen; NULL if none does. */
static const struct slot *find_source(
	struct slots *slots, struct root *root, enum metric_id metric, struct seen *seen)
{
	enum metric_id wanted = catalogue[metric].rate_of ? catalogue[metric].rate_of : metric;

	for (size_t i = 0; i < slots->n; i++) {
		struct slot *slot = &slots->at[i];
		bool found = false;

		root_watch(root, note, seen);
		slot_run(slot, root, slots->config, clock_now());
		root_watch(root, NULL, NULL);
		for (size_t j = 0; j < slot->working.n; j++)
			found |= slot->working.at[j].metric == wanted;
		slot_settle(slots, slot);
		if (found)
			return slot;
		forget(seen);
	}
	return NULL;
}

/* "network.eth0.bytes_recv" → that row; the member is not known yet, so any part may be it. */
static enum metric_id find_row(const char *path)
{
	char pattern[128];

	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		catalogue_pattern(id, pattern, sizeof(pattern));
		if (text_glob(pattern, path))
			return id;
	}
	return NO_METRIC;
}

static const struct reading *find_reading(const struct snapshot *snapshot, const char *path)
{
	char own[256];

	for (size_t i = 0; i < snapshot->n; i++) {
		reading_path(&snapshot->at[i], '.', own, sizeof(own));
		if (strcmp(own, path) == 0)
			return &snapshot->at[i];
	}
	return NULL;
}

static void run_all(struct slots *slots)
{
	for (size_t i = 0; i < slots->n; i++) {
		slot_run(&slots->at[i], slots->root, slots->config, clock_now());
		slot_settle(slots, &slots->at[i]);
	}
}

static int tell(
	const char *path, enum metric_id row, const struct config *config, struct root *root)
{
	const struct metric *metric = &catalogue[row];
	struct seen seen = {.key = ""};
	char pattern[128], counter[128];
	const struct reading *reading;
	const struct slot *source;
	struct snapshot snapshot;
	struct slots slots;
	struct node node;
	double wall = 0, boottime;

	slots_open(&slots, root, config);
	run_all(&slots);
	pause_if_live(root, 1);
	run_all(&slots);
	(void)root_clock(root, &wall, &boottime);
	(void)node_identify(root, config, &node);
	snapshot = slots_seal(&slots, wall, clock_now(), NULL, NULL, NULL, 0);
	reading = find_reading(&snapshot, path);
	seen.key = reading ? reading->key : "";
	pause_if_live(root, 0.2);
	source = find_source(&slots, root, row, &seen);

	catalogue_pattern(row, pattern, sizeof(pattern));
	printf("%s\n  is          %s: %s\n", path, kind_name(metric->kind), metric->help);
	if (metric->rate_of) {
		catalogue_pattern(metric->rate_of, counter, sizeof(counter));
		printf("  rate of     %s\n", counter);
	}
	if (source)
		printf("  collector   %s\n", source->collector->name);
	print_seen(&seen);
	if (reading)
		print_outside(config, &node, &snapshot, reading);
	else
		printf("  absent      this machine does not give it now\n");
	forget(&seen);
	snapshot_free(&snapshot);
	slots_close(&slots);
	return reading ? 0 : 1;
}

int explain_command(
	const struct arguments *arguments, const struct config *config, struct root *root)
{
	const char *path = arguments->operand, *nearest;
	static char patterns[METRICS][128];
	const char *names[METRICS];
	enum metric_id row;

	if (!path) {
		log_error("explain: a path is wanted, as in memory.percent");
		return 2;
	}
	row = find_row(path);
	if (row)
		return tell(path, row, config, root);
	for (enum metric_id id = NO_METRIC; id < METRICS; id++) {
		catalogue_pattern(id, patterns[id], sizeof(patterns[id]));
		names[id] = patterns[id];
	}
	nearest = text_nearest(path, names + 1, METRICS - 1);
	log_error("%s: no such metric%s%s", path, nearest ? "; did you mean " : "",
		nearest ? nearest : "");
	return 2;
}
