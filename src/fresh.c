/*
 * Those who do not want the last sample but a fresh one.  They share the rounds of the sampler, and
 * the one second over which the CPU is measured anew: who comes while one is measured gets the
 * next.
 */
#include "clock.h"
#include "mem.h"
#include "rate.h"
#include "sampler_private.h"

#include <string.h>

static void wait_for(struct waiter **list, sampler_then *then, void *self, bool measuring)
{
	struct waiter *waiter = xcalloc(1, sizeof(*waiter));

	*waiter =
		(struct waiter){.then = then, .self = self, .measuring = measuring, .next = *list};
	*list = waiter;
}

static void answer(struct waiter **list, const struct snapshot *snapshot)
{
	while (*list) {
		struct waiter waiter = **list;

		free(*list);
		*list = waiter.next;
		waiter.then(waiter.self, snapshot);
	}
}

static void cancel(struct waiter **list, const void *self)
{
	while (*list) {
		struct waiter *waiter = *list;

		if (waiter->self == self) {
			*list = waiter->next;
			free(waiter);
		} else {
			list = &waiter->next;
		}
	}
}

/* The second is over and the round after it too: the same snapshot, with the CPU of that second. */
static void finish_measuring(struct sampler *sampler)
{
	struct waiter *done = sampler->measured;
	struct snapshot measured;

	sampler->measured = NULL;
	sampler->measuring = false;
	measured = slots_seal(&sampler->slots, sampler->latest.wall, sampler->latest.mono,
		sampler->cpu, &sampler->fresh_cpu.working, remote_slices(sampler->remote),
		remote_n(sampler->remote));
	answer(&done, &measured);
	snapshot_free(&measured);
}

static void begin_measuring(struct sampler *sampler)
{
	struct slot *cpu = &sampler->fresh_cpu;

	sampler->measured = sampler->next_measured;
	sampler->next_measured = NULL;
	sampler->measuring = true;
	slot_run(cpu, sampler->slots.root, sampler->slots.config, clock_now());
	slice_free(&sampler->second_begun);
	sampler->second_begun = cpu->working;
	cpu->working = (struct slice){0};
	sd_event_source_set_time_relative(sampler->second, (uint64_t)USEC);
	sd_event_source_set_enabled(sampler->second, SD_EVENT_ONESHOT);
}

void fresh_answer(struct sampler *sampler, struct waiter *waiters)
{
	bool measuring = false;

	for (const struct waiter *w = waiters; w; w = w->next)
		measuring |= w->measuring;
	cancel(&waiters, sampler); /* our own place in the line, see fresh_second_over() */
	answer(&waiters, &sampler->latest);
	if (!measuring)
		return;
	finish_measuring(sampler);
	if (sampler->next_measured)
		begin_measuring(sampler);
}

int fresh_second_over(sd_event_source *source, uint64_t usec, void *argument)
{
	struct sampler *sampler = argument;
	struct slot *cpu = &sampler->fresh_cpu;

	(void)source;
	(void)usec;
	slot_run(cpu, sampler->slots.root, sampler->slots.config, clock_now());
	if (cpu->result >= 0)
		rate_derive(&sampler->second_begun, &cpu->working, sampler->slots.wide);
	wait_for(&sampler->waiters, NULL, sampler, true);
	sampler_begin_round(sampler, false);
	return 0;
}

void sampler_measure(struct sampler *sampler, sampler_then *then, void *self)
{
	wait_for(&sampler->next_measured, then, self, true);
	if (!sampler->measuring)
		begin_measuring(sampler);
}

void sampler_fresh(struct sampler *sampler, double max_age, sampler_then *then, void *self)
{
	if (sampler_age(sampler) <= max_age) {
		then(self, &sampler->latest);
		return;
	}
	wait_for(&sampler->waiters, then, self, false);
	sampler->everything = max_age <= 0 && !sampler->round;
	sampler_begin_round(sampler, false);
}

void sampler_cancel(struct sampler *sampler, const void *self)
{
	cancel(&sampler->waiters, self);
	cancel(&sampler->measured, self);
	cancel(&sampler->next_measured, self);
}

void fresh_open(struct sampler *sampler)
{
	for (size_t i = 0; i < sampler->slots.n; i++)
		if (strcmp(sampler->slots.at[i].collector->name, "cpu") == 0)
			sampler->cpu = &sampler->slots.at[i];
	if (!sampler->cpu)
		return;
	sampler->fresh_cpu.collector = sampler->cpu->collector;
	sampler->fresh_cpu.state = xcalloc(1, sampler->cpu->collector->state);
}

/* Whoever still waits is not answered any more. */
static void forget_all(struct waiter **list)
{
	while (*list)
		cancel(list, (*list)->self);
}

void fresh_close(struct sampler *sampler)
{
	struct slot *cpu = &sampler->fresh_cpu;

	if (sampler->cpu && cpu->collector->forget)
		cpu->collector->forget(cpu->state);
	free(cpu->state);
	slice_free(&cpu->working);
	slice_free(&sampler->second_begun);
	forget_all(&sampler->waiters);
	forget_all(&sampler->measured);
	forget_all(&sampler->next_measured);
}
