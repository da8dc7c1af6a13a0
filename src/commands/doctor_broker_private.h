#pragma once
/*
 * The steps to the broker that `pistat doctor` takes one after the other: the name, the port and
 * TLS by itself, so that each says what it sees, then MQTT as pistat does it.
 */
#include "doctor_private.h"

#define BROKER_PATIENCE 5 /* seconds for each step */

/* A connected socket, or negative errno when the report has been made. */
int doctor_dial(struct doctor *doctor, const char *host, int port);

/* The broker's certificates over that socket. */
void doctor_tls(struct doctor *doctor, int fd, const char *host);

/* CONNACK, what may be published and read, what is retained. */
void doctor_mqtt(struct doctor *doctor);

/* Seconds of CLOCK_MONOTONIC until which poll(2) waits for the event; false if it did not come. */
bool doctor_wait(int fd, short events, double until);
