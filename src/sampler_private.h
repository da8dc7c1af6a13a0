#pragma once
/*
 * What sampler.c (rounds and ticks) and fresh.c (those who wait for a fresh sample) share.
 */
#include "lane.h"
#include "remote.h"
#include "sampler.h"
#include "slots.h"

#define USEC 1e6

/* The due collectors of one lane, run one after the other. */
struct course {
	struct sampler *sampler;
	struct lane *lane;
	struct slot **due;
	size_t n;
	bool out;
};

struct waiter {
	sampler_then *then;
	void *self;
	bool measuring;
	struct waiter *next;
};

struct sampler {
	sd_event *event;
	sd_event_source *tick, *grace, *second;
	struct slots slots;
	struct remote *remote;
	struct course courses[LANES];
	struct sink sinks[SINKS_MAX];
	size_t sinks_n;
	double interval, next;
	bool round, regular; /* a round is under way; its snapshot goes to the sinks */
	bool everything;     /* the next round asks slow collectors, too, due or not */
	double begun;
	struct snapshot latest;
	struct waiter *waiters;			 /* for the end of this round */
	struct waiter *measured, *next_measured; /* for this second, for the one after it */
	struct slot *cpu;
	struct slot fresh_cpu; /* its own state: nobody shortens its second */
	struct slice second_begun;
	bool measuring; /* a second, or the round after it, whoever still waits for it */
	unsigned ticks;
};

/* Starts a round, or joins the one under way.  regular: its snapshot goes to the sinks. */
void sampler_begin_round(struct sampler *sampler, bool regular);

/* Answers those who waited for the round that has just been sealed. */
void fresh_answer(struct sampler *sampler, struct waiter *waiters);
void fresh_open(struct sampler *sampler);
void fresh_close(struct sampler *sampler);
int fresh_second_over(sd_event_source *source, uint64_t usec, void *argument);
