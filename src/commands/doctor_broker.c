/* The last part of `pistat doctor`: every step to the broker, until one fails. */
#include "doctor_broker_private.h"

#include "session_setup.h"

void doctor_broker(struct doctor *doctor)
{
	const struct config *config = doctor->config;
	const char *host = config_text(config, OPTION_MQTT_HOST);
	int fd;

	report_title("Broker");
	if (!config_flag(config, OPTION_MQTT_ENABLED)) {
		report(doctor, "MQTT", REMARK, "switched off (mqtt.enabled)");
		return;
	}
	fd = doctor_dial(doctor, host, setup_port(config));
	if (fd < 0)
		return;
	if (config_flag(config, OPTION_MQTT_TLS_ENABLED))
		doctor_tls(doctor, fd, host);
	else
		report(doctor, "TLS", REMARK, "not used (mqtt.tls.enabled)");
	close(fd);
	doctor_mqtt(doctor);
}
