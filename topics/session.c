/*
 * DOWN waits for the next try; DIALLING has its client in the lane and touches nothing of it;
 * GREETING owns the socket and waits for CONNACK; UP is up.  A client lives for one attempt.  It is
 * freed only in lose() and session_close(), which are never reached from inside libmosquitto.
 *
 * sd-event watches a duplicate of the socket: libmosquitto may close its own at any moment, and the
 * number may be somebody else's before the loop hears of it.
 */
#include "clock.h"
#include "lane.h"
#include "log.h"
#include "mem.h"
#include "session_private.h"
#include "session_setup.h"
#include "tally.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define GREETING_SECONDS 10 /* TLS and CONNACK; also until a silent dial is worth a word */
#define SELDOM_SECONDS 600  /* at most between two looks at a connection that is up */
#define REPEAT_SECONDS 600  /* the same complaint again at warning level */

static void enter(struct session *session, enum session_life state)
{
	session->state = state;
	session->since = clock_now();
	session->heard = session->spoke = session->since;
}

static void release_socket(struct session *session)
{
	session->socket = sd_event_source_disable_unref(session->socket);
	if (session->fd >= 0)
		close(session->fd);
	session->fd = -1;
}

static void say_down(struct session *session, bool was_up, double delay)
{
	double now = clock_now();
	bool news = strcmp(session->complaint, session->said) != 0 ||
		    now - session->said_at > REPEAT_SECONDS;

	log_line(news ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG, "broker %s: %s%s; next try in %.0f s",
		session->broker, was_up ? "connection lost: " : "", session->complaint,
		fmax(delay, 1));
	if (!news)
		return;
	memcpy(session->said, session->complaint, sizeof(session->said));
	session->said_at = now;
}

static int dial(sd_event_source *source, uint64_t usec, void *self);

static void arm_retry(struct session *session, double delay)
{
	uint64_t usec = (uint64_t)(delay * 1e6);

	session->retry = sd_event_source_disable_unref(session->retry);
	if (sd_event_add_time_relative(session->event, &session->retry, CLOCK_MONOTONIC, usec,
		    50000, dial, session) < 0)
		log_error("broker %s: no timer, no further try", session->broker);
}

/* cause NULL: what the client says. */
static void lose(struct session *session, const char *cause)
{
	bool was_up = session->state == UP;
	enum farewell farewell = cause ? EXPLAINED : WORDLESS;
	double delay;

	if (!cause && session->client) {
		cause = client_report(session->client)->complaint;
		farewell = client_report(session->client)->farewell;
	}
	text_copy(session->complaint, sizeof(session->complaint),
		cause && *cause ? cause : "connection lost");
	backoff_judge(&session->backoff, was_up ? clock_now() - session->since : -1, farewell);
	if (was_up && backoff_fought(&session->backoff))
		backoff_accuse(
			farewell, session->id, session->complaint, sizeof(session->complaint));
	release_socket(session);
	sd_event_source_set_enabled(session->tick, SD_EVENT_OFF);
	session->client = client_free(session->client);
	enter(session, DOWN);
	delay = backoff_next(&session->backoff);
	say_down(session, was_up, delay);
	arm_retry(session, delay);
	if (!was_up)
		return;
	tally.reconnects++;
	for (size_t i = 0; i < session->listeners_n; i++)
		if (session->listeners[i].down)
			session->listeners[i].down(session->listeners[i].self);
}

static void rise(struct session *session)
{
	bool fought = backoff_fought(&session->backoff);

	enter(session, UP);
	session->waiting = 0;
	session->corks = 0;
	session->complaint[0] = '\0';
	if (!fought)
		session->said[0] = '\0';
	log_line(fought ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "broker %s: connected (MQTT %s%s)",
		session->broker,
		config_choice(session->config, OPTION_MQTT_VERSION) == 1 ? "5" : "3.1.1",
		config_flag(session->config, OPTION_MQTT_TLS_ENABLED) ? ", TLS" : "");
	session_cork(session);
	session_subscribe_all(session);
	for (size_t i = 0; i < session->listeners_n; i++)
		if (session->listeners[i].up)
			session->listeners[i].up(session->listeners[i].self);
	session_uncork(session);
}

/* After everything that may have changed the client: is it lost, is it greeted, what does it wait
 * for? */
static void settle(struct session *session, int r)
{
	if (r >= 0 && session->state == GREETING && client_report(session->client)->greeted)
		rise(session);
	if (r < 0 || client_fd(session->client) < 0)
		lose(session, NULL);
	else
		session_watch_writes(session);
}

static int socket_ready(sd_event_source *source, int fd, uint32_t events, void *self)
{
	struct session *session = self;
	int r = 0;

	(void)source;
	(void)fd;
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		session->heard = clock_now();
		r = client_read(session->client);
	}
	if (r >= 0 && events & EPOLLOUT)
		r = client_write(session->client);
	settle(session, r);
	return 0;
}

static void check_silence(struct session *session)
{
	bool up = session->state == UP;
	double now = clock_now();

	if (up && now > session_silence_due(session))
		lose(session, "it has fallen silent");
	else if (!up && now - session->since > GREETING_SECONDS)
		lose(session, "it accepts the connection, but does not answer");
	else
		settle(session, up ? client_check(session->client) : 0);
}

/* Behind check_silence().  Every second until the connection is up; after that when a ping is due,
 * or its answer overdue: each wake-up costs more than what it does. */
static void arm_tick(struct session *session)
{
	double wait = 1, now = clock_now();

	if (session->state == UP)
		wait = fmin(fmax(session_next_look(session, now) - now, 0.1), SELDOM_SECONDS);
	sd_event_source_set_time_accuracy(session->tick, session->state == UP ? 250000 : 100000);
	sd_event_source_set_time_relative(session->tick, (uint64_t)(wait * 1e6));
}

static int ticked(sd_event_source *source, uint64_t usec, void *self)
{
	struct session *session = self;

	(void)source;
	(void)usec;
	if (session->state == GREETING || session->state == UP) {
		check_silence(session);
	} else if (session->state == DIALLING && !session->slow &&
		   clock_now() - session->since > GREETING_SECONDS) {
		session->slow = true;
		snprintf(session->complaint, sizeof(session->complaint), "no answer yet");
		log_warning("broker %s: no answer yet; still trying", session->broker);
	}
	arm_tick(session);
	return 0;
}

/* In the lane: touches the client and nothing else. */
static void dial_work(void *client)
{
	client_dial(client);
}

static void dialled(void *client)
{
	struct session *session = client_owner(client);

	if (client_fd(client) < 0) {
		lose(session, NULL);
		return;
	}
	session->fd = fcntl(client_fd(client), F_DUPFD_CLOEXEC, 3);
	enter(session, GREETING);
	if (session->fd < 0 || sd_event_add_io(session->event, &session->socket, session->fd,
				       EPOLLIN, socket_ready, session) < 0) {
		lose(session, "out of file descriptors");
		return;
	}
	/* after a stall of ours: first read what came meanwhile, then judge the silence */
	sd_event_source_set_priority(session->socket, SD_EVENT_PRIORITY_IMPORTANT);
	settle(session, 0);
}

static int dial(sd_event_source *source, uint64_t usec, void *self)
{
	struct session *session = self;
	char complaint[COMPLAINT_SIZE] = "";
	int r;

	(void)source;
	(void)usec;
	session->complaint[0] = '\0';
	enter(session, DIALLING);
	session->slow = false;
	arm_tick(session);
	sd_event_source_set_enabled(session->tick, SD_EVENT_ON);
	r = client_new(session->config, session->id, session->will_topic,
		session_client_events(session), &session->client, complaint);
	if (r >= 0)
		r = lane_submit(session->lane,
			(struct lane_job){
				.work = dial_work, .done = dialled, .argument = session->client});
	if (r < 0)
		lose(session, complaint[0] ? complaint : strerror(-r));
	return 0;
}

int session_open(sd_event *event, const struct config *config, const char *id,
	const char *will_topic, struct session **ret)
{
	struct session *session = xcalloc(1, sizeof(*session));
	const char *own_id = config_text(config, OPTION_MQTT_CLIENT_ID);
	int r = lane_open(event, "pistat-dial", &session->lane);

	if (r >= 0)
		r = sd_event_add_time_relative(
			event, &session->tick, CLOCK_MONOTONIC, 1000000, 100000, ticked, session);
	if (r < 0) {
		lane_close(session->lane);
		free(session);
		return r;
	}
	sd_event_source_set_enabled(session->tick, SD_EVENT_OFF);
	session->event = sd_event_ref(event);
	session->config = config;
	session->fd = -1;
	session->backoff = backoff_new(config_number(config, OPTION_MQTT_RECONNECT_MAX));
	text_copy(session->id, sizeof(session->id), *own_id && *will_topic ? own_id : id);
	text_copy(session->will_topic, sizeof(session->will_topic), will_topic);
	setup_broker(config, session->broker, sizeof(session->broker));
	*ret = session;
	return 0;
}

int session_start(struct session *session)
{
	return dial(NULL, 0, session);
}

struct session *session_close(struct session *session)
{
	if (!session)
		return NULL;
	if (session->state == UP)
		session_say_goodbye(session);
	release_socket(session);
	sd_event_source_disable_unref(session->tick);
	sd_event_source_disable_unref(session->retry);
	/* A dial that hangs in the resolver keeps its lane and its client; the process is about to
	 * end, nobody waits. */
	if (lane_close(session->lane))
		client_free(session->client);
	sd_event_unref(session->event);
	free(session);
	return NULL;
}
