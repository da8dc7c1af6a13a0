#pragma once
/*
 * The forwarder: sends the newest sample to forward.url, as JSON by POST, in a lane of its own.
 * Nothing is queued: what could not be sent is gone, and the next sample is tried after a pause
 * that grows.
 */
#include "config.h"
#include "lane.h"
#include "snapshot.h"

struct forward;

/* Borrows config.  0 with *ret NULL if there is nowhere to send to. */
int forward_open(sd_event *event, const struct config *config, struct forward **ret);

/* A sink (sampler.h). */
void forward_sample(void *self, const struct snapshot *snapshot);

/* False if its lane hangs, in spite of being told to stop: then config must be left alive.
 * forward_close(NULL) is true. */
bool forward_close(struct forward *forward);
