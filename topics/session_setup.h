#pragma once
/*
 * libmosquitto's client as the options want it, and its results in plain words.  Private to
 * session*.c.
 */
#include "config.h"

struct mosquitto;

/* Password, TLS, version, will.  Reads files; on failure says why in *ret_complaint (caller frees).
 */
int setup_apply(struct mosquitto *mosq, const struct config *config, const char *will_topic,
	char **ret_complaint);

int setup_port(const struct config *config);
/* "localhost:1883", for the log. */
void setup_broker(const struct config *config, char *ret, size_t size);

/* Why a CONNACK says no: "user name or password not accepted". */
const char *setup_refusal(int reason);

/* Did the other end close the connection, no more and no less? */
bool setup_closed(int result, int error);

/* error: errno right after the call, since some results only mean "see there". */
const char *setup_failure(int result, int error);
