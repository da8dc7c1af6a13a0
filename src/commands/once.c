/* `pistat once`: two samples, a second apart, so that there are rates; in every format there is. */
#include "clock.h"
#include "commands.h"
#include "discovery.h"
#include "log.h"
#include "mem.h"
#include "publisher.h"
#include "render.h"
#include "sampler.h"
#include "slots.h"
#include "tree.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void print_message(void *self, const char *topic, const char *payload)
{
	(void)self;
	printf("%s %s\n", topic, payload);
}

static void print_topics(
	const struct config *config, const struct node *node, const struct snapshot *snapshot)
{
	char topic[TOPIC_SIZE], scalar[128];
	auto_free char *state = render_json(snapshot, NULL);

	tree_topic(node, "status", topic, sizeof(topic));
	print_message(NULL, topic, "online");
	if (config_flag(config, OPTION_MQTT_STATE)) {
		tree_topic(node, "state", topic, sizeof(topic));
		print_message(NULL, topic, state);
	}
	for (size_t i = 0; config_flag(config, OPTION_MQTT_SCALARS) && i < snapshot->n; i++) {
		tree_scalar(node, &snapshot->at[i], topic, sizeof(topic));
		reading_scalar(&snapshot->at[i], scalar, sizeof(scalar));
		print_message(NULL, topic, scalar);
	}
}

static int print_text(char *text, const char *end)
{
	fputs(text, stdout);
	fputs(end, stdout);
	free(text);
	return 0;
}

static int print(const char *format, const struct config *config, const struct node *node,
	const struct snapshot *snapshot)
{
	if (strcmp(format, "table") == 0)
		return print_text(render_table(snapshot), "");
	if (strcmp(format, "json") == 0)
		return print_text(render_json(snapshot, NULL), "\n");
	if (strcmp(format, "csv") == 0)
		return print_text(render_csv(snapshot), "");
	if (strcmp(format, "prometheus") == 0)
		return print_text(
			render_prometheus(snapshot,
				config_choice(config, OPTION_HTTP_PROMETHEUS_NAMES), NULL),
			"");
	if (strcmp(format, "topics") == 0)
		return print_topics(config, node, snapshot), 0;
	if (strcmp(format, "discovery") == 0)
		return discovery_render(config, node, snapshot, print_message, NULL), 0;
	log_error("--format %s: one of table, json, prometheus, topics, discovery, csv is wanted",
		format);
	return 2;
}

/* A captured machine has its own clock, and the user says how far apart two captures are. */
static struct snapshot sample(struct sampler *sampler, const struct root *root, double mono)
{
	return sampler_once(sampler, root, root_wall(root), root_live(root) ? clock_now() : mono);
}

static int take_samples(const struct arguments *arguments, struct sampler *sampler,
	const struct root *root, struct snapshot *ret)
{
	struct timespec second = {.tv_sec = 1};
	struct root *then = NULL;
	int r;

	*ret = sample(sampler, root, 1);
	if (arguments->then) {
		r = root_open(arguments->then, &then);
		if (r < 0) {
			log_error("%s: %s", arguments->then, strerror(-r));
			return 1;
		}
	} else if (!root_live(root)) {
		return 0;
	} else {
		nanosleep(&second, NULL);
	}
	snapshot_free(ret);
	*ret = sample(sampler, then ? then : root, 1 + arguments->elapsed);
	root_close(then);
	return 0;
}

int once_command(
	const struct arguments *arguments, const struct config *config, const struct root *root)
{
	const char *format = arguments->format ? arguments->format : "table";
	struct snapshot snapshot = {0};
	struct sampler *sampler = NULL;
	sd_event *event = NULL;
	struct node node;
	int r;

	if (arguments->then && !arguments->root) {
		log_error("--then %s: only beside --root", arguments->then);
		return 2;
	}
	r = sd_event_new(&event);
	if (r >= 0)
		r = sampler_open(event, root, config, &sampler);
	if (r >= 0)
		r = node_identify(root, config, &node);
	if (r < 0) {
		log_error("cannot sample: %s", strerror(-r));
		r = 1;
	} else {
		r = take_samples(arguments, sampler, root, &snapshot);
		if (r == 0)
			r = print(format, config, &node, &snapshot);
	}
	snapshot_free(&snapshot);
	sampler_close(sampler);
	sd_event_unref(event);
	return r;
}
