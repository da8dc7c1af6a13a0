#include "session_client.h"

#include "log.h"
#include "mem.h"
#include "session_setup.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct client {
	struct mosquitto *mosq;
	struct client_events events;
	char *host;
	int port;
	bool encrypted, publish_refused;
	int max_qos;
	unsigned waiting;
	char tls_text[128]; /* the first thing OpenSSL complained of */
	struct client_report report;
};

/* The first cause is the true one; what follows is its echo. */
static void complain(struct client *client, const char *about, const char *text)
{
	char both[COMPLAINT_SIZE];

	if (client->report.complaint[0])
		return;
	snprintf(both, sizeof(both), "%s%s", about, text);
	text_copy(client->report.complaint, sizeof(client->report.complaint), both);
}

/*
 * "OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed"
 * "Error: host name verification failed."
 * "Error: Unable to load CA certificates, check cafile \"/etc/ca.pem\"."
 */
static void client_logged(struct mosquitto *mosq, void *self, int level, const char *text)
{
	struct client *client = self;
	const char *last = strrchr(text, ':');

	(void)mosq;
	if (level != MOSQ_LOG_ERR || client->tls_text[0])
		return;
	text_copy(client->tls_text, sizeof(client->tls_text),
		last ? last + 1 + (last[1] == ' ') : text);
	log_debug("libmosquitto: %s", text);
}

static void client_connected(struct mosquitto *mosq, void *self, int reason, int flags,
	const mosquitto_property *properties)
{
	struct client *client = self;
	uint16_t keepalive;
	uint8_t qos;

	(void)flags;
	if (reason) {
		complain(client, "", setup_refusal(reason));
		return;
	}
	if (mosquitto_property_read_int16(
		    properties, MQTT_PROP_SERVER_KEEP_ALIVE, &keepalive, false))
		client->report.keepalive = keepalive ? keepalive : INFINITY;
	if (mosquitto_property_read_byte(properties, MQTT_PROP_MAXIMUM_QOS, &qos, false))
		client->max_qos = qos;
	client->report.greeted = true;
	/* wanted for failed handshakes only, written for every message */
	mosquitto_log_callback_set(mosq, NULL);
}

/* Only an MQTT 5 broker says goodbye; its reasons begin at 0x80, libmosquitto's own are small. */
static void client_disconnected(
	struct mosquitto *mosq, void *self, int reason, const mosquitto_property *properties)
{
	struct client *client = self;

	(void)mosq, (void)properties;
	if (reason < 0x80)
		return;
	client->report.farewell = reason == MQTT_RC_SESSION_TAKEN_OVER ? TAKEN_OVER : EXPLAINED;
	complain(client, "it closed the connection: ", mosquitto_reason_string(reason));
}

static void client_published(struct mosquitto *mosq, void *self, int mid, int reason,
	const mosquitto_property *properties)
{
	struct client *client = self;

	(void)mosq, (void)mid, (void)properties;
	client->waiting -= client->waiting > 0;
	if (reason < 0x80 || client->publish_refused)
		return;
	client->publish_refused = true;
	log_warning("broker %s:%d does not take what pistat publishes: %s", client->host,
		client->port, mosquitto_reason_string(reason));
}

static void client_subscribed(
	struct mosquitto *mosq, void *self, int mid, int n, const int *granted)
{
	const struct client *client = self;

	(void)mosq;
	client->events.subscribed(client->events.self, mid, n > 0 && granted[0] >= 0x80);
}

static void client_message(
	struct mosquitto *mosq, void *self, const struct mosquitto_message *message)
{
	const struct client *client = self;

	(void)mosq;
	/* libmosquitto ends every payload with a NUL, but gives none for an empty message */
	client->events.message(client->events.self, message->topic,
		message->payload ? message->payload : "", (size_t)message->payloadlen,
		message->retain);
}

static void set_callbacks(struct mosquitto *mosq)
{
	mosquitto_log_callback_set(mosq, client_logged);
	mosquitto_connect_v5_callback_set(mosq, client_connected);
	mosquitto_disconnect_v5_callback_set(mosq, client_disconnected);
	mosquitto_publish_v5_callback_set(mosq, client_published);
	mosquitto_subscribe_callback_set(mosq, client_subscribed);
	mosquitto_message_callback_set(mosq, client_message);
}

int client_new(const struct config *config, const char *id, const char *will_topic,
	struct client_events events, struct client **ret, char complaint[COMPLAINT_SIZE])
{
	struct client *client = xcalloc(1, sizeof(*client));
	char *why auto_free = NULL;

	mosquitto_lib_init();
	client->events = events;
	client->host = xstrdup(config_text(config, OPTION_MQTT_HOST));
	client->encrypted = config_flag(config, OPTION_MQTT_TLS_ENABLED);
	client->port = setup_port(config);
	client->report.keepalive = config_number(config, OPTION_MQTT_KEEPALIVE);
	client->max_qos = 2;
	client->mosq = mosquitto_new(id, true, client);
	if (!client->mosq)
		why = xasprintf("the client id \"%s\" is not possible", id);
	if (client->mosq && setup_apply(client->mosq, config, will_topic, &why) >= 0) {
		set_callbacks(client->mosq);
		*ret = client;
		return 0;
	}
	text_copy(complaint, COMPLAINT_SIZE, why);
	client_free(client);
	return -EINVAL;
}

struct client *client_free(struct client *client)
{
	if (!client)
		return NULL;
	mosquitto_destroy(client->mosq);
	free(client->host);
	free(client);
	return NULL;
}

void *client_owner(const struct client *client)
{
	return client->events.self;
}

/* `error` is errno right after the call. */
static int failed(struct client *client, int result, int error)
{
	if (client->encrypted && client->tls_text[0])
		complain(client, "TLS: ", client->tls_text);
	complain(client, "", setup_failure(result, error));
	if (client->report.farewell == WORDLESS && !setup_closed(result, error))
		client->report.farewell = EXPLAINED;
	return -ENOTCONN;
}

void client_dial(struct client *client)
{
	int one = 1, fd, result, error;
	unsigned silence = (unsigned)(client->report.keepalive * 1500);

	errno = 0;
	result = mosquitto_connect(
		client->mosq, client->host, client->port, (int)client->report.keepalive);
	error = errno;
	if (result != MOSQ_ERR_SUCCESS) {
		failed(client, result, error);
		return;
	}
	fd = mosquitto_socket(client->mosq);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	/* a peer that takes nothing more is as dead as one that says nothing more: tcp(7) */
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof(silence));
}

int client_fd(const struct client *client)
{
	return mosquitto_socket(client->mosq);
}

/* libmosquitto leaves in errno what its result does not say, also from an earlier call. */
static int step(struct client *client, int (*loop)(struct mosquitto *mosq, int packets))
{
	int result;

	errno = 0;
	result = loop(client->mosq, 1);
	return result == MOSQ_ERR_SUCCESS ? 0 : failed(client, result, errno);
}

static int check(struct mosquitto *mosq, int packets)
{
	(void)packets;
	return mosquitto_loop_misc(mosq);
}

int client_read(struct client *client)
{
	return step(client, mosquitto_loop_read);
}

int client_write(struct client *client)
{
	return step(client, mosquitto_loop_write);
}

int client_check(struct client *client)
{
	return step(client, check);
}

bool client_wants_write(const struct client *client)
{
	return mosquitto_want_write(client->mosq);
}

const struct client_report *client_report(const struct client *client)
{
	return &client->report;
}

int client_publish(struct client *client, const char *topic, const char *payload, size_t size,
	int qos, bool retain)
{
	int result;

	client->waiting++; /* before: a message that leaves at once is counted off from inside */
	result = mosquitto_publish(client->mosq, NULL, topic, (int)size, payload,
		qos < client->max_qos ? qos : client->max_qos, retain);
	if (result == MOSQ_ERR_SUCCESS)
		return 0;
	client->waiting -= client->waiting > 0;
	/* a connection that broke under it is found out by the next read */
	return result == MOSQ_ERR_OVERSIZE_PACKET || result == MOSQ_ERR_PAYLOAD_SIZE ? -EMSGSIZE
										     : -EIO;
}

int client_subscribe(struct client *client, const char *pattern, int qos)
{
	int mid = -1;

	mosquitto_subscribe(client->mosq, &mid, pattern, qos);
	return mid;
}

void client_unsubscribe(struct client *client, const char *pattern)
{
	mosquitto_unsubscribe(client->mosq, NULL, pattern);
}

unsigned client_waiting(const struct client *client)
{
	return client->waiting;
}

void client_cork(struct client *client, bool corked)
{
	int value = corked;

	setsockopt(client_fd(client), IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
}

void client_disconnect(struct client *client)
{
	mosquitto_disconnect(client->mosq);
}
