/*
 * `pistat explain PATH`: one value from the kernel's text to everywhere it is shown.  Each
 * collector runs twice, the second time under the eyes of root_watch(); the one that puts the value
 * is the one to tell about.
 */
#include "clock.h"
#include "commands.h"
#include "component.h"
#include "explain_seen.h"
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

static void print_outside(const struct config *config, const struct node *node,
	const struct snapshot *snapshot, const struct reading *reading)
{
	char scalar[128], topic[TOPIC_SIZE], key[192], name[192];
	struct snapshot alone = {
		.wall = snapshot->wall, .mono = snapshot->mono, .at = reading, .n = 1};
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

/* The slot that puts the metric, what it read in *seen; NULL if none does. */
static const struct slot *find_source(
	struct slots *slots, struct root *root, enum metric_id metric, struct seen *seen)
{
	enum metric_id wanted = catalogue[metric].rate_of ? catalogue[metric].rate_of : metric;

	for (size_t i = 0; i < slots->n; i++) {
		struct slot *slot = &slots->at[i];
		bool found = false;

		seen_watch(seen, root);
		slot_run(slot, root, slots->config, clock_now());
		seen_unwatch(root);
		for (size_t j = 0; j < slot->working.n; j++)
			found |= slot->working.at[j].metric == wanted;
		slot_settle(slots, slot);
		if (found)
			return slot;
		seen_forget(seen);
	}
	return NULL;
}

/* Nobody puts it here: what those read who would, and what they met. */
static void print_absent(struct slots *slots, struct root *root, enum metric_id metric)
{
	for (size_t i = 0; i < slots->n; i++) {
		struct slot *slot = &slots->at[i];
		struct seen seen = {.key = ""};

		if (!collector_gives(slot->collector, metric))
			continue;
		seen_watch(&seen, root);
		slot_run(slot, root, slots->config, clock_now());
		seen_unwatch(root);
		printf("  collector   %s: %s\n", slot->collector->name,
			slot->result >= 0 ? "gives other values" : strerror(-slot->result));
		seen_print(&seen);
		seen_print_failures(&seen);
		seen_forget(&seen);
		slot_settle(slots, slot);
	}
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

	slots_open(&slots, root, config);
	run_all(&slots);
	pause_if_live(root, 1);
	run_all(&slots);
	(void)node_identify(root, config, &node);
	snapshot = slots_seal(&slots, root_wall(root), clock_now(), NULL, NULL, NULL, 0);
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
	seen_print(&seen);
	if (!source)
		print_absent(&slots, root, row);
	if (reading)
		print_outside(config, &node, &snapshot, reading);
	else
		printf("  absent      this machine does not give it now\n");
	seen_forget(&seen);
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
