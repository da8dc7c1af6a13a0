/*
 * MQTT as pistat does it, but as a visitor with an id of its own: what CONNACK says, whether a
 * message that is published comes back, and what the broker retains for this node.
 */
#include "doctor_broker_private.h"

#include "clock.h"
#include "mem.h"
#include "session.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define TICK 50000 /* microseconds */
#define QUIET 0.3  /* seconds without another retained message: that was all */

enum { OWN, DISCOVERY, PROBES };

struct visit {
	struct doctor *doctor;
	sd_event *event;
	struct session *session;
	double began, heard; /* CLOCK_MONOTONIC: this step; the last message */
	bool greeted;
	char probe[PROBES][TOPIC_SIZE];
	bool back[PROBES];
	char status_topic[TOPIC_SIZE];
	char status[32], homeassistant[32]; /* retained, or came now; "" if neither */
	bool homeassistant_retained;
	size_t values, announced; /* retained topics: of ours, of our discovery */
};

static void came_up(void *self)
{
	struct visit *visit = self;

	visit->greeted = true;
	visit->began = visit->heard = clock_now();
	/* after the subscriptions, so that all that is retained comes before its echo */
	for (size_t i = 0; i < PROBES; i++)
		(void)session_publish(visit->session, visit->probe[i], "?", 1, 1, false);
}

static bool below(const char *topic, const char *above)
{
	size_t n = strlen(above);

	return strncmp(topic, above, n) == 0 && topic[n] == '/';
}

static void message_came(
	void *self, const char *topic, const char *payload, size_t size, bool retained)
{
	struct visit *visit = self;
	const struct config *config = visit->doctor->config;

	visit->heard = clock_now();
	for (size_t i = 0; i < PROBES; i++)
		if (strcmp(topic, visit->probe[i]) == 0) {
			visit->back[i] = true;
			return;
		}
	if (size == 0)
		return;
	if (strcmp(topic, visit->status_topic) == 0)
		text_copy(visit->status, sizeof(visit->status), payload);
	if (strcmp(topic, config_text(config, OPTION_HA_STATUS_TOPIC)) == 0) {
		text_copy(visit->homeassistant, sizeof(visit->homeassistant), payload);
		visit->homeassistant_retained = retained;
	} else if (retained && below(topic, visit->doctor->node.base)) {
		visit->values++;
	} else if (retained && below(topic, config_text(config, OPTION_HA_PREFIX))) {
		visit->announced++;
	}
}

static bool over(const struct visit *visit)
{
	double now = clock_now();

	if (now - visit->began > BROKER_PATIENCE)
		return true;
	if (!visit->greeted)
		return strcmp(session_state(visit->session), "disconnected") == 0;
	return visit->back[OWN] && visit->back[DISCOVERY] && now - visit->heard > QUIET;
}

static int ticked(sd_event_source *source, uint64_t usec, void *self)
{
	struct visit *visit = self;

	(void)usec;
	if (over(visit))
		return sd_event_exit(visit->event, 0);
	sd_event_source_set_time_relative(source, TICK);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void name_topics(struct visit *visit)
{
	const struct doctor *doctor = visit->doctor;
	unsigned random = 0;
	char leaf[32];

	if (getrandom(&random, sizeof(random), 0) < 0)
		random = (unsigned)getpid();
	snprintf(leaf, sizeof(leaf), "doctor-%08x", random);
	tree_topic(&doctor->node, leaf, visit->probe[OWN], TOPIC_SIZE);
	tree_topic(&doctor->node, "status", visit->status_topic, TOPIC_SIZE);
	snprintf(visit->probe[DISCOVERY], TOPIC_SIZE, "%s/device/%s/%s",
		config_text(doctor->config, OPTION_HA_PREFIX), doctor->node.id, leaf);
}

static void subscribe(struct visit *visit)
{
	const struct doctor *doctor = visit->doctor;
	const char *prefix = config_text(doctor->config, OPTION_HA_PREFIX);
	char pattern[2 * TOPIC_SIZE];

	snprintf(pattern, sizeof(pattern), "%s/#", doctor->node.base);
	session_subscribe(visit->session, pattern, 0);
	snprintf(pattern, sizeof(pattern), "%s/+/%s/#", prefix, doctor->node.id);
	session_subscribe(visit->session, pattern, 0);
	session_subscribe(visit->session, config_text(doctor->config, OPTION_HA_STATUS_TOPIC), 0);
}

static int pay_visit(struct visit *visit)
{
	const struct config *config = visit->doctor->config;
	const char *id = config_text(config, OPTION_MQTT_CLIENT_ID);
	char visitor[KEY_SIZE + 16];
	int r;

	snprintf(visitor, sizeof(visitor), "%s-doctor", *id ? id : visit->doctor->node.id);
	r = session_open(visit->event, config, visitor, "", &visit->session);
	if (r < 0)
		return r;
	name_topics(visit);
	session_listen(visit->session,
		(struct session_events){.up = came_up, .message = message_came, .self = visit});
	subscribe(visit);
	visit->began = clock_now();
	r = sd_event_add_time_relative(
		visit->event, NULL, CLOCK_MONOTONIC, TICK, 1000, ticked, visit);
	if (r >= 0)
		r = session_start(visit->session);
	return r < 0 ? r : sd_event_loop(visit->event);
}

#define PASSWORD "/etc/pistat/mqtt-password" /* as in systemd/pistat.service */

/* Who calls doctor by hand does not get what systemd hands to the service. */
static bool password_is_the_services(const struct doctor *doctor)
{
	return !*config_text(doctor->config, OPTION_MQTT_PASSWORD_FILE) &&
	       !getenv("CREDENTIALS_DIRECTORY") && access(PASSWORD, F_OK) == 0;
}

static void report_greeting(struct doctor *doctor, const struct visit *visit)
{
	const char *user = config_text(doctor->config, OPTION_MQTT_USERNAME);
	const char *complaint = session_complaint(visit->session);

	if (visit->greeted) {
		report(doctor, "MQTT", FINE, "%s accepts us%s%s",
			config_choice(doctor->config, OPTION_MQTT_VERSION) == 1 ? "MQTT 5"
										: "MQTT 3.1.1",
			*user ? " as user " : "", user);
		return;
	}
	report(doctor, "MQTT", FAILING, "%s",
		*complaint ? complaint : "the broker accepts the connection, but does not answer");
	if (strstr(complaint, "user name or password") && password_is_the_services(doctor))
		report_fix("only the service gets the password; ask as it does: sudo systemd-run "
			   "--pty -p DynamicUser=yes -p User=pistat -p StateDirectory=pistat "
			   "-p SupplementaryGroups=video -p "
			   "LoadCredential=mqtt-password:" PASSWORD " pistat doctor");
	else if (strstr(complaint, "user name or password"))
		report_fix("mqtt.username is \"%s\"; the password comes from mqtt.password_file "
			   "or the credential mqtt-password",
			user);
}

static void report_rights(struct doctor *doctor, const struct visit *visit)
{
	const char *user = config_text(doctor->config, OPTION_MQTT_USERNAME);
	const char *prefix = config_text(doctor->config, OPTION_HA_PREFIX);
	const char *base = doctor->node.base;

	if (visit->back[OWN])
		report(doctor, "access", FINE, "we may publish and read %s/#", base);
	else {
		report(doctor, "access", FAILING, "what we publish to %s does not come back: %s",
			visit->probe[OWN],
			visit->values ? "publishing there is forbidden"
				      : "publishing or reading there is forbidden");
		report_fix("in the broker's access list: %s%s%stopic readwrite %s/#",
			*user ? "user " : "", user, *user ? ", " : "", base);
	}
	if (!config_flag(doctor->config, OPTION_HA_ENABLED))
		return;
	if (visit->back[DISCOVERY])
		report(doctor, "access", FINE, "we may publish and read %s/#", prefix);
	else if (visit->announced)
		report(doctor, "access", FINE, "we could publish below %s/", prefix);
	else {
		/* pistat only writes there: that we may not read would do no harm */
		report(doctor, "access", visit->back[OWN] ? UNKNOWN : FAILING,
			"what we publish to %s does not come back", visit->probe[DISCOVERY]);
		report_fix("in the broker's access list: %s%s%stopic readwrite %s/#",
			*user ? "user " : "", user, *user ? ", " : "", prefix);
	}
}

/* Who speaks for this node, from what is retained and whether a pistat answers here. */
static void report_node(struct doctor *doctor, const struct visit *visit)
{
	const char *base = doctor->node.base;
	bool online = strcmp(visit->status, "online") == 0;

	if (!visit->status[0])
		report(doctor, "status", REMARK, "%s: nothing is retained there yet",
			visit->status_topic);
	else if (online && doctor->http_silent) {
		report(doctor, "status", FAILING,
			"%s says online, though no pistat answers here: another machine uses this "
			"name, or a pistat here has another configuration",
			visit->status_topic);
		report_fix("give each machine its own node.name; was an SD card cloned?");
	} else if (!online && doctor->http_ours) {
		report(doctor, "status", FAILING,
			"%s says %s, though a pistat answers here: it is not connected, speaks to "
			"another broker or under another name, or loses its id %s to another "
			"client",
			visit->status_topic, visit->status, doctor->node.id);
		report_fix("journalctl -u pistat -b; curl localhost:%.0f/health",
			config_number(doctor->config, OPTION_HTTP_PORT));
	} else {
		report(doctor, "status", online ? FINE : REMARK, "%s says %s", visit->status_topic,
			visit->status);
	}
	report(doctor, "retained", FINE, "%zu topic%s below %s/", visit->values,
		visit->values == 1 ? "" : "s", base);
}

static void report_homeassistant(struct doctor *doctor, const struct visit *visit)
{
	const char *topic = config_text(doctor->config, OPTION_HA_STATUS_TOPIC);

	report_title("Home Assistant");
	if (!config_flag(doctor->config, OPTION_HA_ENABLED)) {
		report(doctor, "discovery", REMARK, "switched off (homeassistant.enabled)");
		return;
	}
	if (visit->announced)
		report(doctor, "discovery", FINE, "%s is announced (%zu retained message%s)",
			doctor->node.id, visit->announced, visit->announced == 1 ? "" : "s");
	else
		report(doctor, "discovery", REMARK, "%s is not announced%s", doctor->node.id,
			doctor->http_ours ? "" : ": pistat does that when it runs");
	if (visit->homeassistant[0])
		report(doctor, "status", FINE, "%s says %s%s", topic, visit->homeassistant,
			visit->homeassistant_retained ? " (retained)" : "");
	else /* by default it is sent at its start and not retained */
		report(doctor, "status", UNKNOWN,
			"%s: nothing retained, as is usual; it is seen when Home Assistant starts",
			topic);
}

void doctor_mqtt(struct doctor *doctor)
{
	struct visit visit = {.doctor = doctor};
	int r = sd_event_new(&visit.event);

	if (r >= 0)
		r = pay_visit(&visit);
	if (r < 0) {
		report(doctor, "MQTT", FAILING, "%s", strerror(-r));
	} else {
		report_greeting(doctor, &visit);
		if (visit.greeted) {
			report_rights(doctor, &visit);
			report_node(doctor, &visit);
			report_homeassistant(doctor, &visit);
		}
	}
	doctor->stuck |= visit.session && !visit.greeted &&
			 strcmp(session_state(visit.session), "connecting") == 0;
	session_close(visit.session);
	sd_event_unref(visit.event);
}
