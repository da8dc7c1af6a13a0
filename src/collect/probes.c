/*
 * The user's own sensors: what each said last is kept here, since each has an interval of its own.
 * Files are read one after the other, programs run side by side, so that one that hangs holds up
 * the others for its timeout at most.
 */
#include "collect/probe_output.h"
#include "collector.h"
#include "log.h"
#include "mem.h"
#include "probe.h"
#include "root_devices.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* What is known of one probe. */
struct kept {
	const struct probe *probe;
	double due; /* CLOCK_MONOTONIC */
	double age_from;
	bool known;
	struct probe_output output;
	int result; /* of the last look, negative errno */
	int told;   /* the trouble that the log knows of; 0: none */
};

struct probes {
	struct kept *at;
	size_t n;
	atomic_bool stop;
};

/* Once for each kind of trouble, however its words change. */
static void settle(struct kept *kept, int result, const char *why)
{
	if (*why && result != kept->told)
		log_warning("probe %s: %s", kept->probe->name, why);
	else if (!*why && kept->told)
		log_info("probe %s: well again", kept->probe->name);
	kept->result = result;
	kept->told = *why ? result : 0;
}

/* What was said is taken, or is none and the value goes at once. */
static void take_text(struct kept *kept, const char *text, size_t n, double now)
{
	char why[WHY_SIZE] = "";
	int r = probe_output_parse(kept->probe, text, n, &kept->output, why);

	kept->known = r == 0;
	kept->age_from = now;
	settle(kept, r, why);
}

/* A thing that is not there loses its value at once, one that fails when it is too old. */
static void take_error(struct kept *kept, int error, const char *why)
{
	bool absent = error == -ENOENT || error == -ENODEV || error == -ENXIO;
	char line[256 + WHY_SIZE];

	kept->known &= !absent;
	snprintf(line, sizeof(line), "%.256s: %s",
		kept->probe->file ? kept->probe->file : kept->probe->command[0], why);
	settle(kept, absent ? -ENOENT : error == -ECHILD ? -EIO : error, line);
}

static void read_file(struct kept *kept, const struct root *root, double now)
{
	const struct probe *probe = kept->probe;
	auto_free char *whole = NULL;
	char attribute[CHILD_OUTPUT_MAX / 16];
	ssize_t n;

	/* An attribute wants to be read at once; only JSON gets longer than that. */
	if (*probe->json)
		n = root_read(root, probe->file, &whole);
	else
		n = root_read_attribute(root, probe->file, attribute, sizeof(attribute));
	if (n > (ssize_t)CHILD_OUTPUT_MAX)
		n = -EFBIG;
	if (n < 0)
		take_error(kept, (int)n, strerror((int)-n));
	else
		take_text(kept, whole ? whole : attribute, (size_t)n, now);
}

static void take_child(struct kept *kept, const struct child *child, double now)
{
	char why[64];

	if (child->result == 0) {
		take_text(kept, child->output, child->n, now);
		return;
	}
	if (child->result == -ECANCELED)
		return;
	if (child->result == -ETIMEDOUT)
		snprintf(why, sizeof(why), "killed after %g seconds", child->timeout);
	else if (child->result == -EFBIG)
		snprintf(why, sizeof(why), "killed for writing more than %u bytes",
			CHILD_OUTPUT_MAX);
	else if (child->result == -ECHILD && WIFSIGNALED(child->status))
		snprintf(why, sizeof(why), "ended by signal %d", WTERMSIG(child->status));
	else if (child->result == -ECHILD)
		snprintf(why, sizeof(why), "exit status %d", WEXITSTATUS(child->status));
	else
		snprintf(why, sizeof(why), "%s", strerror(-child->result));
	take_error(kept, child->result, why);
}

static void run_commands(struct probes *probes, struct kept *const *due, size_t n,
	const struct root *root, double now)
{
	auto_free struct child *children = xcalloc(n, sizeof(*children));

	for (size_t i = 0; i < n; i++)
		children[i] = (struct child){.name = due[i]->probe->name,
			.argv = due[i]->probe->command,
			.timeout = due[i]->probe->timeout};
	root_children(root, children, n, &probes->stop);
	for (size_t i = 0; i < n; i++) {
		take_child(due[i], &children[i], now);
		free(children[i].output);
	}
}

/* A timer that is a little early must not cost a whole tick. */
static void ask_those_due(struct probes *probes, const struct root *root, double tick, double now)
{
	auto_free struct kept **due = xcalloc(probes->n, sizeof(*due));
	size_t n = 0;

	for (size_t i = 0; i < probes->n; i++) {
		struct kept *kept = &probes->at[i];

		if (now + tick / 2 < kept->due && !root_watched(root))
			continue;
		kept->due = now + kept->probe->interval;
		if (kept->probe->file)
			read_file(kept, root, now);
		else
			due[n++] = kept;
	}
	if (n)
		run_commands(probes, due, n, root, now);
}

static void put_kept(const struct kept *kept, struct slice *ret)
{
	const struct probe *probe = kept->probe;
	size_t before = ret->n;

	if (probe->row.kind == TEXT)
		put_text(ret, probe->metric, probe->name, kept->output.text);
	else
		put(ret, probe->metric, probe->name, kept->output.number);
	if (ret->n > before)
		ret->at[before].own = &probe->row;
}

static bool young(const struct kept *kept, double tick, double now)
{
	double interval = kept->probe->interval > tick ? kept->probe->interval : tick;

	return kept->known && now - kept->age_from <= 3 * interval + kept->probe->timeout;
}

static void begin(struct probes *probes, const struct probe *configured, size_t n)
{
	probes->at = xcalloc(n, sizeof(*probes->at));
	probes->n = n;
	for (size_t i = 0; i < n; i++)
		probes->at[i].probe = &configured[i];
}

static bool probes_configured(const struct config *config)
{
	size_t n;

	return config_probes(config, &n) != NULL;
}

static int probes_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct probes *probes = state;
	size_t n;
	const struct probe *configured = config_probes(config, &n);
	double tick = n ? config_number(config, OPTION_SAMPLING_INTERVAL) : 0, now = ret->mono;
	int failure = 0;

	if (n == 0)
		return -ENOENT;
	if (!probes->at)
		begin(probes, configured, n);
	ask_those_due(probes, root, tick, now);
	for (size_t i = 0; i < n; i++) {
		if (young(&probes->at[i], tick, now))
			put_kept(&probes->at[i], ret);
		else if (!failure)
			failure = probes->at[i].result;
	}
	/* The log has heard of every one; who observes is told that there is nothing to see. */
	return ret->n || !root_watched(root) ? 0 : failure;
}

/* On the loop, while the lane may be waiting for a program. */
static void probes_interrupt(void *state)
{
	struct probes *probes = state;

	probes->stop = true;
}

static void probes_forget(void *state)
{
	struct probes *probes = state;

	free(probes->at);
}

const struct collector collect_probes = {
	.name = "probes",
	.gives = "probes.*",
	.lane = LANE_PROBES,
	.patience = PROBE_TIMEOUT_MAX,
	.state = sizeof(struct probes),
	.forget = probes_forget,
	.configured = probes_configured,
	.interrupt = probes_interrupt,
	.collect = probes_collect,
};
