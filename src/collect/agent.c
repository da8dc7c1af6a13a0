/* pistat itself: what it is, and what it costs the machine.  A captured machine runs no pistat. */
#include "collector.h"
#include "scan.h"
#include "tally.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct agent {
	double busy, mono; /* seconds of CPU and of CLOCK_MONOTONIC at the last call */
};

struct self {
	double started; /* ticks after boot */
	double pages;	/* resident */
};

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/*
 * 4242 (pistat) S 1 4242 4242 0 -1 4194560 ...        proc_pid_stat(5): after the name, the 22nd
 * field is the start, in ticks, the 24th the resident pages
 */
static int self_parse(const char *text, struct self *ret)
{
	const char *end = strrchr(text, ')');
	struct scan s = scan_text(end ? end + 1 : "");
	struct self self;

	if (!scan_skip_words(&s, 22 - 3) || !scan_double(&s, &self.started) ||
		!scan_skip_words(&s, 1) || !scan_double(&s, &self.pages))
		return -EBADMSG;
	*ret = self;
	return 0;
}

/* All threads together, so that a busy lane counts: may be above 100. */
static void put_cpu(struct slice *slice, struct agent *agent)
{
	double busy = seconds(CLOCK_PROCESS_CPUTIME_ID), mono = seconds(CLOCK_MONOTONIC);

	if (agent->mono > 0 && mono > agent->mono)
		put(slice, AGENT_CPU, "", 100 * (busy - agent->busy) / (mono - agent->mono));
	*agent = (struct agent){busy, mono};
}

static int agent_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	char text[512];
	struct self self;
	double wall, uptime;
	ssize_t n;
	int r;

	(void)config;
	if (!root_live(root))
		return -ENODATA;
	n = root_read_attribute(root, "/proc/self/stat", text, sizeof(text));
	if (n < 0)
		return (int)n;
	r = self_parse(text, &self);
	if (r < 0)
		return r;
	r = root_clock(root, &wall, &uptime);
	if (r < 0)
		return r;
	put_text(ret, AGENT_VERSION, "", PISTAT_VERSION);
	put(ret, AGENT_RSS, "", self.pages * (double)sysconf(_SC_PAGESIZE));
	put_cpu(ret, state);
	put(ret, AGENT_UPTIME, "", fmax(uptime - self.started / (double)sysconf(_SC_CLK_TCK), 0));
	put(ret, AGENT_SAMPLE_MS, "", tally.sample_ms);
	put(ret, AGENT_PUBLISHED, "", tally.published);
	put(ret, AGENT_RECONNECTS, "", tally.reconnects);
	return 0;
}

const struct collector collect_agent = {
	.name = "agent",
	.gives = "agent.* !agent.collectors.*",
	.interval = 5,
	.state = sizeof(struct agent),
	.collect = agent_collect,
};
