#pragma once
/*
 * What answers what: the table of endpoints, from which the usage text, the JSON list and 404s come
 * too.
 */
#include "history.h"
#include "sampler.h"
#include "server.h"

struct routes;

/* What /health asks about the broker; "disabled" if MQTT is off. */
typedef const char *routes_mqtt_state(void *self);

/* Would routes_open() refuse these options?  -EINVAL, and said why. */
int routes_check(const struct config *config);
int routes_open(sd_event *event, const struct config *config, struct sampler *sampler,
	routes_mqtt_state *mqtt, void *mqtt_self, struct routes **ret);
/* Where /api/history and /api/export find it; borrowed, NULL: there is none. */
void routes_use_history(struct routes *routes, struct history *history);
struct routes *routes_close(struct routes *routes);
