#include "session_setup.h"

#include "mem.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* An encrypted key would make OpenSSL ask on the terminal; there is nobody to ask. */
static int no_passphrase(char *buffer, int size, int writing, void *self)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)self;
	return 0;
}

/* The path of a file that can be read, or NULL if none is named. */
static int find_file(
	const struct config *config, enum option_id option, const char **ret, char **ret_complaint)
{
	const char *path = config_text(config, option);

	*ret = *path ? path : NULL;
	if (!*path || access(path, R_OK) == 0)
		return 0;
	*ret_complaint = xasprintf("%s = \"%s\": %s", options[option].path, path, strerror(errno));
	return -EINVAL;
}

static int apply_tls(struct mosquitto *mosq, const struct config *config, char **ret_complaint)
{
	const char *ca, *certificate, *key;
	int result;

	if (find_file(config, OPTION_MQTT_TLS_CA_FILE, &ca, ret_complaint) < 0 ||
		find_file(config, OPTION_MQTT_TLS_CERT_FILE, &certificate, ret_complaint) < 0 ||
		find_file(config, OPTION_MQTT_TLS_KEY_FILE, &key, ret_complaint) < 0)
		return -EINVAL;
	if (!certificate != !key) {
		*ret_complaint =
			xstrdup("mqtt.tls.cert_file and mqtt.tls.key_file belong together");
		return -EINVAL;
	}
	if (!ca)
		mosquitto_int_option(mosq, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
	result = mosquitto_tls_set(
		mosq, ca, ca ? NULL : "/etc/ssl/certs", certificate, key, no_passphrase);
	/* 1 is SSL_VERIFY_PEER; "tlsv1.2" is the least that will be spoken, not the most */
	if (result == MOSQ_ERR_SUCCESS)
		result = mosquitto_tls_opts_set(mosq, 1, "tlsv1.2", NULL);
	if (result == MOSQ_ERR_SUCCESS)
		return 0;
	*ret_complaint = xasprintf("TLS: %s", setup_failure(result, errno));
	return -EINVAL;
}

static int apply_password(struct mosquitto *mosq, const struct config *config, char **ret_complaint)
{
	const char *user = config_text(config, OPTION_MQTT_USERNAME);
	char *password auto_free = NULL;
	int r = config_secret(config, OPTION_MQTT_PASSWORD_FILE, "mqtt-password", &password);

	if (r < 0) {
		*ret_complaint = xasprintf("mqtt.password_file = \"%s\": %s",
			config_text(config, OPTION_MQTT_PASSWORD_FILE), strerror(-r));
		return r;
	}
	if (*user)
		mosquitto_username_pw_set(mosq, user, password);
	if (password)
		explicit_bzero(password, strlen(password));
	if (*user || !password)
		return 0;
	*ret_complaint = xstrdup("there is a password, but mqtt.username is empty");
	return -EINVAL;
}

int setup_apply(struct mosquitto *mosq, const struct config *config, const char *will_topic,
	char **ret_complaint)
{
	bool five = config_choice(config, OPTION_MQTT_VERSION) == 1;
	int r;

	mosquitto_int_option(
		mosq, MOSQ_OPT_PROTOCOL_VERSION, five ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
	if (*will_topic)
		mosquitto_will_set(mosq, will_topic, 7, "offline", 1, true);
	r = apply_password(mosq, config, ret_complaint);
	if (r >= 0 && config_flag(config, OPTION_MQTT_TLS_ENABLED))
		r = apply_tls(mosq, config, ret_complaint);
	return r;
}

int setup_port(const struct config *config)
{
	int port = (int)config_number(config, OPTION_MQTT_PORT);

	if (port)
		return port;
	return config_flag(config, OPTION_MQTT_TLS_ENABLED) ? 8883 : 1883;
}

void setup_broker(const struct config *config, char *ret, size_t size)
{
	const char *host = config_text(config, OPTION_MQTT_HOST);

	snprintf(ret, size, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, setup_port(config));
}

/* MQTT 3.1.1 section 3.2.2.3 (1 to 5), MQTT 5 section 3.2.2.2 (from 0x80) */
const char *setup_refusal(int reason)
{
	switch (reason) {
	case 1:
	case MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION:
		return "it does not speak this version of MQTT (option mqtt.version)";
	case 2:
	case MQTT_RC_CLIENTID_NOT_VALID:
		return "client id not accepted";
	case 3:
	case MQTT_RC_SERVER_UNAVAILABLE:
	case MQTT_RC_SERVER_BUSY:
		return "it says that it is not available";
	case 4:
	case MQTT_RC_BAD_USERNAME_OR_PASSWORD:
		return "user name or password not accepted";
	case 5:
	case MQTT_RC_NOT_AUTHORIZED:
		return "not authorised: user name or password not accepted";
	}
	return mosquitto_reason_string(reason);
}

/* In the middle of a message it is an error without a number. */
bool setup_closed(int result, int error)
{
	return result == MOSQ_ERR_CONN_LOST || result == MOSQ_ERR_NO_CONN ||
	       (result == MOSQ_ERR_ERRNO && (error == 0 || error == ECONNRESET || error == EPIPE));
}

const char *setup_failure(int result, int error)
{
	if (setup_closed(result, error))
		return "it closed the connection";
	switch (result) {
	case MOSQ_ERR_ERRNO:
		return strerror(error);
	case MOSQ_ERR_EAI:
		return error == EAI_SYSTEM ? "the name cannot be resolved" : gai_strerror(error);
	case MOSQ_ERR_PROTOCOL:
	case MOSQ_ERR_MALFORMED_PACKET:
		return "what it says is not MQTT";
	case MOSQ_ERR_KEEPALIVE:
		return "it does not answer pings";
	}
	return mosquitto_strerror(result);
}
