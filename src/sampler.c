/*
 * A round is one sampling: the inline collectors run at once, the others in their lanes, and the
 * snapshot is sealed when all lanes are back or after GRACE, whichever is first; a lane that is
 * later than that shows in the next one.  At most one round is under way.  Regular ticks and
 * requests for fresh values share rounds; only the snapshots of regular ticks go to the sinks.
 */
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "sampler_private.h"
#include "tally.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define GRACE 0.1
#define AWAIT_SECONDS 2 /* at most, all lanes together */

struct tally tally = {.sample_ms = NAN};

static void seal(struct sampler *sampler)
{
	double mono = clock_now();
	bool regular = sampler->regular;
	struct waiter *waiters = sampler->waiters;
	struct snapshot before = sampler->latest;

	sd_event_source_set_enabled(sampler->grace, SD_EVENT_OFF);
	sampler->round = sampler->regular = false;
	sampler->waiters = NULL;
	tally.sample_ms = (mono - sampler->begun) * 1000;
	sampler->latest = slots_seal(&sampler->slots, root_wall(sampler->slots.root), mono, NULL,
		NULL, remote_slices(sampler->remote), remote_n(sampler->remote));
	for (size_t i = 0; regular && i < sampler->sinks_n; i++)
		sampler->sinks[i].sample(sampler->sinks[i].self, &sampler->latest);
	fresh_answer(sampler, waiters);
	snapshot_free(&before);
}

static bool lanes_back(const struct sampler *sampler)
{
	for (size_t i = 0; i < LANES; i++)
		if (sampler->courses[i].out)
			return false;
	return true;
}

static void course_work(void *argument)
{
	struct course *course = argument;

	for (size_t i = 0; i < course->n; i++)
		slot_run(course->due[i], course->sampler->slots.root, course->sampler->slots.config,
			clock_now());
}

static void course_done(void *argument)
{
	struct course *course = argument;
	struct sampler *sampler = course->sampler;

	course->out = false;
	for (size_t i = 0; i < course->n; i++)
		slot_settle(&sampler->slots, course->due[i]);
	if (sampler->round && lanes_back(sampler))
		seal(sampler);
}

/* Adds a slot to what its lane will do, or runs it. */
static void dispatch(struct sampler *sampler, struct slot *slot, double mono)
{
	struct course *course = &sampler->courses[slot->collector->lane];

	if (slot->collector->lane == INLINE) {
		slot_run(slot, sampler->slots.root, sampler->slots.config, mono);
		slot_settle(&sampler->slots, slot);
		slot->due = mono + slot->interval;
	} else if (!course->out) {
		course->due[course->n++] = slot;
		slot->due = mono + slot->interval;
	}
}

void sampler_begin_round(struct sampler *sampler, bool regular)
{
	double mono = clock_now();

	sampler->regular |= regular;
	if (sampler->round)
		return;
	sampler->round = true;
	sampler->begun = mono;
	for (size_t i = 0; i < LANES; i++)
		if (!sampler->courses[i].out)
			sampler->courses[i].n = 0;
	for (size_t i = 0; i < sampler->slots.n; i++) {
		struct slot *slot = &sampler->slots.at[i];
		bool every_tick = slot->interval <= sampler->interval;

		if (mono < slot->resting ||
			(mono - slot->latest.mono < SLOT_REST && slot->latest.n))
			continue;
		/* half a tick of tolerance: a timer that is a little early must not cost a whole
		 * round */
		if (sampler->everything || every_tick || mono + sampler->interval / 2 >= slot->due)
			dispatch(sampler, slot, mono);
	}
	sampler->everything = false;
	for (size_t i = 0; i < LANES; i++) {
		struct course *course = &sampler->courses[i];

		if (course->n && !course->out)
			course->out =
				lane_submit(course->lane, (struct lane_job){.work = course_work,
								  .done = course_done,
								  .argument = course}) == 0;
	}
	remote_begin(sampler->remote, sampler->slots.config);
	if (lanes_back(sampler)) {
		seal(sampler);
		return;
	}
	sd_event_source_set_time_relative(sampler->grace, (uint64_t)(GRACE * USEC));
	sd_event_source_set_enabled(sampler->grace, SD_EVENT_ONESHOT);
}

static int grace_over(sd_event_source *source, uint64_t usec, void *argument)
{
	struct sampler *sampler = argument;

	(void)source;
	(void)usec;
	if (sampler->round)
		seal(sampler);
	return 0;
}

static int tick(sd_event_source *source, uint64_t usec, void *argument)
{
	struct sampler *sampler = argument;
	double now = clock_now();

	(void)usec;
	sampler->ticks++;
	/* Rates need two samples; nobody should wait ten seconds for the first. */
	sampler->next += sampler->ticks == 1 && sampler->interval > 1 ? 1 : sampler->interval;
	if (sampler->next <= now)
		sampler->next = now + sampler->interval;
	sd_event_source_set_time(source, (uint64_t)(sampler->next * USEC));
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	sampler_begin_round(sampler, true);
	return 0;
}

static int add_timer(
	struct sampler *sampler, sd_event_source **ret, sd_event_time_handler_t handler)
{
	int r = sd_event_add_time(sampler->event, ret, CLOCK_MONOTONIC, 0, 1000, handler, sampler);

	return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

int sampler_open(
	sd_event *event, const struct root *root, const struct config *config, struct sampler **ret)
{
	static const char *const names[LANES] = {[LANE_DISKS] = "disks",
		[LANE_SENSORS] = "sensors",
		[LANE_FIRMWARE] = "firmware",
		[LANE_WIFI] = "wifi",
		[LANE_GPUS] = "gpus",
		[LANE_SYSTEM] = "system",
		[LANE_PACKAGES] = "packages",
		[LANE_OLLAMA] = "ollama",
		[LANE_PROBES] = "probes",
		[LANE_REMOTE] = "remote"};
	struct sampler *sampler = xcalloc(1, sizeof(*sampler));
	int r = 0;

	sampler->event = sd_event_ref(event);
	sampler->interval = config_number(config, OPTION_SAMPLING_INTERVAL);
	slots_open(&sampler->slots, root, config);
	fresh_open(sampler);
	for (size_t i = 0; r >= 0 && i < LANES; i++) {
		struct course *course = &sampler->courses[i];

		course->sampler = sampler;
		course->due = xcalloc(sampler->slots.n, sizeof(struct slot *));
		if (names[i])
			r = lane_open(event, names[i], &course->lane);
	}
	sampler->remote = remote_open(event, root);
	if (r >= 0)
		r = add_timer(sampler, &sampler->tick, tick);
	if (r >= 0)
		r = add_timer(sampler, &sampler->grace, grace_over);
	if (r >= 0)
		r = add_timer(sampler, &sampler->second, fresh_second_over);
	if (r < 0) {
		sampler_close(sampler);
		return r;
	}
	*ret = sampler;
	return 0;
}

/* Who can be interrupted is back within milliseconds, and leaves nothing behind.  One that only has
 * much to do is not stuck, either: what it works on can be freed once it is back. */
static void await_lanes(struct sampler *sampler)
{
	double end = clock_now() + AWAIT_SECONDS;

	for (size_t i = 0; i < sampler->slots.n; i++) {
		const struct slot *slot = &sampler->slots.at[i];

		if (slot->collector->interrupt && sampler->courses[slot->collector->lane].out)
			slot->collector->interrupt(slot->state);
	}
	for (size_t i = 0; i < LANES; i++)
		if (sampler->courses[i].out)
			(void)lane_drain(sampler->courses[i].lane, fmax(0, end - clock_now()));
}

bool sampler_close(struct sampler *sampler)
{
	bool idle = true;

	if (!sampler)
		return true;
	sd_event_source_disable_unref(sampler->tick);
	sd_event_source_disable_unref(sampler->grace);
	sd_event_source_disable_unref(sampler->second);
	await_lanes(sampler);
	for (size_t i = 0; i < LANES; i++)
		idle &= lane_close(sampler->courses[i].lane);
	idle &= remote_close(sampler->remote);
	fresh_close(sampler);
	snapshot_free(&sampler->latest);
	sd_event_unref(sampler->event);
	if (!idle) /* a lane is stuck in the kernel and will write to its slots when it comes back
		    */
		return false;
	for (size_t i = 0; i < LANES; i++)
		free(sampler->courses[i].due);
	slots_close(&sampler->slots);
	free(sampler);
	return true;
}

void sampler_add_sink(struct sampler *sampler, struct sink sink)
{
	if (sampler->sinks_n < SINKS_MAX)
		sampler->sinks[sampler->sinks_n++] = sink;
}

int sampler_start(struct sampler *sampler)
{
	sampler->next = clock_now();
	return tick(sampler->tick, 0, sampler);
}

const struct snapshot *sampler_latest(const struct sampler *sampler)
{
	return sampler->latest.n ? &sampler->latest : NULL;
}

double sampler_age(const struct sampler *sampler)
{
	return sampler->latest.n ? clock_now() - sampler->latest.mono : INFINITY;
}

bool sampler_well(const struct sampler *sampler)
{
	return sampler_age(sampler) <= 3 * sampler->interval + 1;
}

struct snapshot sampler_once(
	struct sampler *sampler, const struct root *root, double wall, double mono)
{
	struct slots *slots = &sampler->slots;

	slots->root = root;
	for (size_t i = 0; i < slots->n; i++) {
		slot_run(&slots->at[i], root, slots->config, mono);
		slot_settle(slots, &slots->at[i]);
	}
	remote_once(sampler->remote, root, slots->config, mono);
	return slots_seal(slots, wall, mono, NULL, NULL, remote_slices(sampler->remote),
		remote_n(sampler->remote));
}
