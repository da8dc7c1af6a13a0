/* `pistat run`: one life of the daemon, from its configuration to SIGTERM or SIGHUP. */
#include "commands.h"
#include "discovery.h"
#include "events.h"
#include "forward.h"
#include "history.h"
#include "log.h"
#include "mem.h"
#include "publisher.h"
#include "routes.h"
#include "sampler.h"
#include "session.h"
#include "tree.h"
#include "undervoltage_watch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#define SETTLED_USEC 5000000

struct daemon {
	const struct arguments *arguments;
	const struct config *config;
	const struct root *root;
	struct config *reload;
	sd_event *event;
	struct node node;
	struct sampler *sampler;
	struct session *session;
	struct discovery *discovery;
	struct publisher *publisher;
	struct events *events;
	struct undervoltage_watch *undervoltage;
	struct forward *forward;
	struct history *history;
	struct routes *routes;
	sd_event_source *settled;
	uint64_t watchdog; /* microseconds; 0: none */
	bool ready;
};

static int stop(sd_event_source *source, const struct signalfd_siginfo *signal, void *self)
{
	struct daemon *daemon = self;

	(void)source;
	log_info("stopping on %s", signal->ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
	return sd_event_exit(daemon->event, 0);
}

/* A bad file leaves the running configuration in force. */
static int reload(sd_event_source *source, const struct signalfd_siginfo *signal, void *self)
{
	struct daemon *daemon = self;
	const struct arguments *arguments = daemon->arguments;
	auto_free char *complaint = NULL;

	(void)source;
	(void)signal;
	if (config_load(arguments->config_file, arguments->settings, arguments->settings_n,
		    &daemon->reload, &complaint) < 0) {
		log_error("%s; going on as before", complaint);
		return 0;
	}
	if (names_check(daemon->reload, &complaint) < 0) {
		daemon->reload = config_free(daemon->reload);
		log_error("%s; going on as before", complaint);
		return 0;
	}
	if (config_flag(daemon->reload, OPTION_HTTP_ENABLED) && routes_check(daemon->reload) < 0) {
		daemon->reload = config_free(daemon->reload);
		log_error("going on as before");
		return 0;
	}
	log_set_level((enum log_level)config_choice(daemon->reload, OPTION_LOG_LEVEL));
	log_info("reloading the configuration");
	(void)sd_notify(0, "RELOADING=1");
	return sd_event_exit(daemon->event, 0);
}

/* The watchdog hears of us only while the loop turns and samples come. */
static int pet_watchdog(sd_event_source *source, uint64_t usec, void *self)
{
	struct daemon *daemon = self;

	(void)usec;
	if (sampler_well(daemon->sampler))
		(void)sd_notify(0, "WATCHDOG=1");
	(void)sd_event_source_set_time_relative(source, daemon->watchdog / 3);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void first_sample(void *self, const struct snapshot *snapshot)
{
	struct daemon *daemon = self;

	(void)snapshot;
	if (!daemon->ready)
		(void)sd_notify(0, "READY=1");
	daemon->ready = true;
}

static int give_back(sd_event_source *source, uint64_t usec, void *self)
{
	(void)source;
	(void)usec;
	(void)self;
	mem_give_back();
	return 0;
}

/* Once the dust of starting, or of a handshake, has settled. */
static void give_back_soon(void *self)
{
	struct daemon *daemon = self;

	(void)sd_event_source_set_time_relative(daemon->settled, SETTLED_USEC);
	(void)sd_event_source_set_enabled(daemon->settled, SD_EVENT_ONESHOT);
}

static void refresh(void *self)
{
	struct daemon *daemon = self;

	publisher_refresh(daemon->publisher);
}

static void tell_supply(void *self, bool dipped, bool low)
{
	struct daemon *daemon = self;

	if (daemon->events)
		events_under_voltage(daemon->events, root_wall(daemon->root), dipped, low);
}

static const char *mqtt_state(void *self)
{
	const struct daemon *daemon = self;

	return daemon->session ? session_state(daemon->session) : "disabled";
}

static int open_loop(struct daemon *daemon)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	sigset_t blocked;
	int r = sd_event_new(&daemon->event);

	if (r < 0)
		return r;
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error to be told, not the end */
	for (size_t i = 0; r >= 0 && i < ARRAY_LEN(signals); i++)
		r = sd_event_add_signal(daemon->event, NULL, signals[i],
			signals[i] == SIGHUP ? reload : stop, daemon);
	if (r >= 0)
		r = sd_event_add_time_relative(daemon->event, &daemon->settled, CLOCK_MONOTONIC,
			SETTLED_USEC, 1000000, give_back, NULL);
	if (r >= 0 && sd_watchdog_enabled(0, &daemon->watchdog) > 0)
		r = sd_event_add_time_relative(daemon->event, NULL, CLOCK_MONOTONIC,
			daemon->watchdog / 3, 0, pet_watchdog, daemon);
	return r;
}

/* Discovery before values, so that Home Assistant knows what it is told. */
static int open_mqtt(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	char will[TOPIC_SIZE];
	int r;

	tree_topic(&daemon->node, "status", will, sizeof(will));
	r = session_open(daemon->event, config, daemon->node.id, will, &daemon->session);
	if (r >= 0 && config_flag(config, OPTION_HA_ENABLED))
		r = discovery_open(daemon->event, config, &daemon->node, daemon->session, refresh,
			daemon, &daemon->discovery);
	if (r >= 0)
		r = publisher_open(
			daemon->event, config, &daemon->node, daemon->session, &daemon->publisher);
	if (r >= 0)
		r = events_open(config, &daemon->node, daemon->session, &daemon->events);
	if (r < 0)
		return r;
	if (daemon->discovery)
		sampler_add_sink(
			daemon->sampler, (struct sink){discovery_sample, daemon->discovery});
	sampler_add_sink(daemon->sampler, (struct sink){publisher_sample, daemon->publisher});
	sampler_add_sink(daemon->sampler, (struct sink){events_sample, daemon->events});
	session_listen(
		daemon->session, (struct session_events){.up = give_back_soon, .self = daemon});
	return session_start(daemon->session);
}

/* A replayed machine has no part in the history of this one. */
static bool has_history(const struct daemon *daemon)
{
	return root_live(daemon->root) || *config_text(daemon->config, OPTION_HISTORY_FILE) ||
	       *config_text(daemon->config, OPTION_NODE_STATE_DIRECTORY);
}

static int open_all(struct daemon *daemon, const struct root *root)
{
	const struct config *config = daemon->config;
	int r = open_loop(daemon);

	if (r >= 0)
		r = node_identify(root, config, &daemon->node);
	if (r >= 0)
		r = undervoltage_watch_open(
			daemon->event, root, tell_supply, daemon, &daemon->undervoltage);
	if (r >= 0)
		r = sampler_open(daemon->event, root, config, &daemon->sampler);
	if (r < 0)
		return r;
	log_info("pistat " PISTAT_VERSION " on %s, id %s", daemon->node.name, daemon->node.id);
	sampler_add_sink(daemon->sampler, (struct sink){first_sample, daemon});
	r = forward_open(daemon->event, config, &daemon->forward);
	if (daemon->forward)
		sampler_add_sink(daemon->sampler, (struct sink){forward_sample, daemon->forward});
	if (r >= 0 && config_flag(config, OPTION_MQTT_ENABLED))
		r = open_mqtt(daemon);
	if (r >= 0 && has_history(daemon))
		r = history_open(daemon->event, config, &daemon->history);
	if (r >= 0 && daemon->history)
		sampler_add_sink(daemon->sampler, (struct sink){history_sample, daemon->history});
	if (r >= 0 && config_flag(config, OPTION_HTTP_ENABLED))
		r = routes_open(daemon->event, config, daemon->sampler, mqtt_state, daemon,
			&daemon->routes);
	if (r >= 0 && daemon->routes)
		routes_use_history(daemon->routes, daemon->history);
	return r < 0 ? r : sampler_start(daemon->sampler);
}

int run_command(const struct arguments *arguments, struct config *config, const struct root *root,
	struct config **ret_reload)
{
	struct daemon daemon = {.arguments = arguments, .config = config, .root = root};
	bool stuck;
	int r = open_all(&daemon, root);

	if (r >= 0)
		r = sd_event_loop(daemon.event);
	if (r < 0 && r != -EINVAL) /* a mistake in the configuration was said where it was found */
		log_error("cannot run: %s", strerror(-r));
	if (!daemon.reload)
		(void)sd_notify(0, "STOPPING=1");
	undervoltage_watch_close(daemon.undervoltage);
	routes_close(daemon.routes);
	events_close(daemon.events);
	publisher_close(daemon.publisher);
	discovery_close(daemon.discovery);
	session_close(daemon.session);
	sd_event_source_unref(daemon.settled);
	stuck = !history_close(daemon.history);
	stuck |= !sampler_close(daemon.sampler);
	stuck |= !forward_close(daemon.forward);
	sd_event_unref(daemon.event);
	/* A lane that hangs in the kernel still holds root and config: they are left to it. */
	if (stuck && !daemon.reload)
		_exit(r < 0 ? 1 : 0);
	if (!stuck)
		config_free(config);
	*ret_reload = daemon.reload;
	return r == -EINVAL ? 2 : r < 0 ? 1 : 0;
}
