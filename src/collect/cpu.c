/*
 * What the CPUs did, from /proc/stat (proc_stat(5)), and how many there are.
 *
 * Shares are the growth of the kernel's tick counters since the last call.  Those counters are not
 * all monotonic: iowait is a guess that may be taken back, idle starts lower when a CPU comes back
 * online, and rounding moves any of them by a tick.  So every field is clamped before it is summed,
 * CPUs are matched by id and not by place, and a CPU that was not there before, or that went back
 * as a whole, says nothing for one sample.
 */
#include "collector.h"
#include "mem.h"
#include "scan.h"
#include "topology.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define CORES_MAX 1024

/* In the kernel's order.  Then come guest and guest_nice, which are in user and nice already. */
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };
#define FIELDS_EVER 4 /* user to idle are there in every kernel */

struct ticks {
	double of[FIELDS];
};

struct core {
	uint64_t id;
	struct ticks ticks;
};

enum { CONTEXT_SWITCHES, INTERRUPTS, FORKS, RUNNING, BLOCKED, COUNTS };

struct sample {
	struct ticks all;
	double counts[COUNTS];	/* NAN: the kernel does not say */
	size_t online, cores_n; /* lines, and how many of them stand in cores[] */
	struct core cores[CORES_MAX];
};

/* Flat, so that it may be copied, and large: pages beyond the last CPU are never touched. */
struct cpu {
	struct sample samples[2];
	size_t newest;
	bool started;
	double physical; /* NAN: the kernel does not say */
};

static const struct {
	const char *key;
	enum metric_id metric;
} counts[COUNTS] = {
	[CONTEXT_SWITCHES] = {"ctxt", CPU_CONTEXT_SWITCHES},
	[INTERRUPTS] = {"intr", CPU_INTERRUPTS},
	[FORKS] = {"processes", CPU_FORKS},
	/* of processes.c by nature, but one reading of this file is dear enough */
	[RUNNING] = {"procs_running", PROCESSES_RUNNING},
	[BLOCKED] = {"procs_blocked", PROCESSES_BLOCKED},
};

static const enum metric_id shares[FIELDS] = {
	[USER] = CPU_USER,
	[NICE] = CPU_NICE,
	[SYSTEM] = CPU_SYSTEM,
	[IDLE] = CPU_IDLE,
	[IOWAIT] = CPU_IOWAIT,
	[IRQ] = CPU_IRQ,
	[SOFTIRQ] = CPU_SOFTIRQ,
	[STEAL] = CPU_STEAL,
};

static bool ticks_parse(struct scan line, struct ticks *ret)
{
	struct ticks ticks = {0};
	uint64_t number;
	size_t n = 0;

	while (n < FIELDS && scan_u64(&line, &number))
		ticks.of[n++] = (double)number;
	if (n < FIELDS_EVER || (n < FIELDS && scan_word(&line, &(struct scan){0})))
		return false;
	*ret = ticks;
	return true;
}

static void core_parse(struct scan key, struct scan line, struct sample *sample)
{
	struct core *core = &sample->cores[sample->cores_n];

	key.at += strlen("cpu");
	if (sample->cores_n < CORES_MAX) {
		if (!scan_u64(&key, &core->id) || !ticks_parse(line, &core->ticks))
			return;
		sample->cores_n++;
	}
	sample->online++;
}

static void count_parse(struct scan key, struct scan line, struct sample *sample)
{
	uint64_t number;

	for (size_t i = 0; i < COUNTS; i++)
		if (scan_is(key, counts[i].key) && scan_u64(&line, &number))
			sample->counts[i] = (double)number;
}

/*
 * cpu  74608 2520 24433 1117073 6176 4054 0 0 0 0
 * cpu0 37784 1260 12216 558536 3088 2027 0 0 0 0        only CPUs online; ids may have gaps
 * intr 8885917 17 0 0 0 ...                             the sum, then thousands of numbers
 * ctxt 38014093
 * btime 1418183276
 * processes 26442
 * procs_running 2
 * procs_blocked 0
 * softirq 5057579 250191 1481983 ...
 *
 * On failure *ret is half written: it is the caller's spare sample.
 */
static int stat_parse(const char *text, struct sample *ret)
{
	struct scan s = scan_text(text), line, key;
	bool total = false;

	ret->online = ret->cores_n = 0;
	for (size_t i = 0; i < COUNTS; i++)
		ret->counts[i] = NAN;
	while (scan_line(&s, &line)) {
		if (!scan_word(&line, &key))
			continue;
		if (scan_is(key, "cpu"))
			total = ticks_parse(line, &ret->all);
		else if (scan_starts(key, "cpu"))
			core_parse(key, line, ret);
		else
			count_parse(key, line, ret);
	}
	return total ? 0 : -EBADMSG;
}

/* The growth of each field; false if the counters went back as a whole. */
static bool ticks_growth(const struct ticks *before, const struct ticks *now, struct ticks *ret)
{
	struct ticks grown;
	double net = 0;

	for (size_t i = 0; i < FIELDS; i++) {
		net += now->of[i] - before->of[i];
		grown.of[i] = fmax(now->of[i] - before->of[i], 0);
	}
	if (net < 0)
		return false;
	*ret = grown;
	return true;
}

static double ticks_total(const struct ticks *ticks)
{
	double total = 0;

	for (size_t i = 0; i < FIELDS; i++)
		total += ticks->of[i];
	return total;
}

/* Percent; NAN if no time passed, and put() drops that. */
static double ticks_usage(const struct ticks *ticks)
{
	double total = ticks_total(ticks);

	return 100 * (total - ticks->of[IDLE] - ticks->of[IOWAIT]) / total;
}

static bool cores_same(const struct sample *a, const struct sample *b)
{
	if (a->online != b->online || a->cores_n != b->cores_n)
		return false;
	for (size_t i = 0; i < a->cores_n; i++)
		if (a->cores[i].id != b->cores[i].id)
			return false;
	return true;
}

/* Samples are in the order of ids, as the kernel writes them.  *ret_sum: what all matched cores
 * did. */
static void put_cores(struct slice *slice, const struct sample *before, const struct sample *now,
	struct ticks *ret_sum)
{
	size_t old = 0;

	*ret_sum = (struct ticks){0};
	for (size_t i = 0; i < now->cores_n; i++) {
		const struct core *core = &now->cores[i];
		struct ticks grown;
		char key[24];

		while (old < before->cores_n && before->cores[old].id < core->id)
			old++;
		if (old == before->cores_n || before->cores[old].id != core->id)
			continue;
		if (!ticks_growth(&before->cores[old].ticks, &core->ticks, &grown))
			continue;
		for (size_t f = 0; f < FIELDS; f++)
			ret_sum->of[f] += grown.of[f];
		snprintf(key, sizeof(key), "%" PRIu64, core->id);
		put(slice, CORE_USAGE, key, ticks_usage(&grown));
	}
}

/*
 * The first line sums all possible CPUs, and takes idle from another clock for those offline
 * (get_idle_time() in fs/proc/stat.c): it leaps when one comes or goes.  Then the sum of the cores
 * that stayed is the truth.
 */
static void put_shares(struct slice *slice, const struct sample *before, const struct sample *now)
{
	struct ticks grown, of_cores;
	double total;

	put_cores(slice, before, now, &of_cores);
	if (!cores_same(before, now) || !ticks_growth(&before->all, &now->all, &grown))
		grown = of_cores;
	total = ticks_total(&grown);
	put(slice, CPU_USAGE, "", ticks_usage(&grown));
	for (size_t i = 0; i < FIELDS; i++)
		put(slice, shares[i], "", 100 * grown.of[i] / total);
}

/* Every core is counted at the first of its threads.  NAN if the kernel does not tell. */
static double physical_cores(const struct root *root, const struct sample *sample)
{
	double n = 0;

	for (size_t i = 0; i < sample->cores_n; i++) {
		double first = topology_first_thread(root, sample->cores[i].id);

		if (isnan(first))
			return NAN;
		n += first == (double)sample->cores[i].id;
	}
	return n > 0 ? n : NAN;
}

static int cpu_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct cpu *cpu = state;
	const struct sample *before = &cpu->samples[cpu->newest];
	struct sample *now = &cpu->samples[!cpu->newest];
	auto_free char *text = NULL;
	ssize_t n = root_read(root, "/proc/stat", &text);
	int r;

	(void)config;
	if (n == -ENOENT)
		put(ret, CPU_LOGICAL_CORES, "", topology_listed(root));
	if (n < 0)
		return n == -ENOENT && ret->n ? 0 : (int)n;
	r = stat_parse(text, now);
	if (r < 0)
		return r;
	if (!cpu->started || !cores_same(before, now))
		cpu->physical = physical_cores(root, now);
	for (size_t i = 0; i < COUNTS; i++)
		put(ret, counts[i].metric, "", now->counts[i]);
	put(ret, CPU_LOGICAL_CORES, "", now->online ? (double)now->online : NAN);
	put(ret, CPU_PHYSICAL_CORES, "", cpu->physical);
	if (cpu->started)
		put_shares(ret, before, now);
	cpu->newest = !cpu->newest;
	cpu->started = true;
	return 0;
}

const struct collector collect_cpu = {
	.name = "cpu",
	.gives = "cpu_usage cpu.* !cpu.freq_* !cpu.governor per_cpu_usage.* processes.running "
		 "processes.blocked",
	.state = sizeof(struct cpu),
	.collect = cpu_collect,
};
