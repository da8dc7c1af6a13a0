/*
 * The clocks that the kernel asks for, from cpufreq (Documentation/admin-guide/pm/cpufreq.rst).
 * Some x86 drivers take more than a millisecond for each core, so this has a lane.
 */
#include "collector.h"
#include "mem.h"
#include "scan.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define CPUS "/sys/devices/system/cpu"
#define POLICIES CPUS "/cpufreq"
#define KHZ_PER_MHZ 1000

struct mean {
	double sum, n;
};

/* kHz in a policy's file ("/cpufreq/policy0"); NAN if it is not there, says "<unknown>", or its
 * CPUs are offline (EBUSY). */
static double policy_khz(const struct root *root, const char *policy, const char *file)
{
	char path[128];
	double khz;

	snprintf(path, sizeof(path), CPUS "%s/%s", policy, file);
	return root_read_number(root, path, &khz) == 0 && khz > 0 ? khz : NAN;
}

/* What the governor may choose, else what the hardware can. */
static double policy_limit(
	const struct root *root, const char *policy, const char *chosen, const char *possible)
{
	double khz = policy_khz(root, policy, chosen);

	return isnan(khz) ? policy_khz(root, policy, possible) : khz;
}

static void put_governor(struct slice *slice, const struct root *root, const char *policy)
{
	char path[128], governor[64];

	snprintf(path, sizeof(path), CPUS "%s/scaling_governor", policy);
	if (root_read_attribute(root, path, governor, sizeof(governor)) > 0)
		put_text(slice, CPU_GOVERNOR, "", governor);
}

/* What all policies say together. */
struct clocks {
	struct mean mean;
	double least, most;
	size_t policies;
};

static void add_policy(struct clocks *clocks, const struct root *root, const char *policy)
{
	double khz = policy_khz(root, policy, "scaling_cur_freq");

	clocks->mean.sum += isnan(khz) ? 0 : khz / KHZ_PER_MHZ;
	clocks->mean.n += !isnan(khz);
	clocks->least = fmin(
		clocks->least, policy_limit(root, policy, "scaling_min_freq", "cpuinfo_min_freq"));
	clocks->most = fmax(
		clocks->most, policy_limit(root, policy, "scaling_max_freq", "cpuinfo_max_freq"));
	clocks->policies++;
}

/* Those of a folder: its names that match, each with what comes behind. */
static void add_policies(struct clocks *clocks, struct slice *slice, const struct root *root,
	const char *folder, const char *glob, const char *behind)
{
	auto_free char **names = NULL;
	char path[96], policy[64];
	size_t n = 0;

	snprintf(path, sizeof(path), CPUS "%s", folder);
	(void)root_list(root, path, &names, &n);
	for (size_t i = 0; i < n; i++) {
		if (!text_glob(glob, names[i]))
			continue;
		snprintf(policy, sizeof(policy), "%s/%.32s%s", folder, names[i], behind);
		if (!clocks->policies)
			put_governor(slice, root, policy);
		add_policy(clocks, root, policy);
	}
}

/* One policy for each group of CPUs that share a clock: "policy0", "policy4"; before Linux 4.3 a
 * folder in each CPU's; none without a driver. */
static struct mean put_policies(struct slice *slice, const struct root *root)
{
	struct clocks clocks = {.least = NAN, .most = NAN};

	add_policies(&clocks, slice, root, "/cpufreq", "policy*", "");
	if (!clocks.policies && root_exists(root, CPUS "/cpu0/cpufreq"))
		add_policies(&clocks, slice, root, "", "cpu[0-9]*", "/cpufreq");
	put(slice, CPU_FREQ_MIN, "", clocks.least / KHZ_PER_MHZ);
	put(slice, CPU_FREQ_MAX, "", clocks.most / KHZ_PER_MHZ);
	return clocks.mean;
}

/*
 * processor	: 0
 * cpu MHz		: 2300.000        x86 only; ARM's BogoMIPS is no clock
 */
static struct mean cpuinfo_parse(const char *text)
{
	struct scan s = scan_text(text), line, key;
	struct mean mean = {0};
	double mhz;

	while (scan_line(&s, &line))
		if (scan_key(&line, ':', &key) && scan_is(key, "cpu MHz") &&
			scan_double(&line, &mhz) && mhz > 0) {
			mean.sum += mhz;
			mean.n++;
		}
	return mean;
}

static int frequency_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct mean mean = put_policies(ret, root);

	(void)state, (void)config;
	put(ret, CPU_FREQ, "", mean.sum / mean.n);
	return ret->n ? 0 : -ENOENT;
}

/* Only where cpufreq has nothing to say, as in most virtual machines. */
static int cpuinfo_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct mean mean;
	auto_free char *text = NULL;

	(void)state, (void)config;
	if (root_exists(root, POLICIES "/policy0/scaling_cur_freq") ||
		root_read(root, "/proc/cpuinfo", &text) < 0)
		return -ENOENT;
	mean = cpuinfo_parse(text);
	put(ret, CPU_FREQ, "", mean.sum / mean.n);
	return ret->n ? 0 : -ENOENT;
}

/* Some x86 machines need a millisecond for each policy. */
const struct collector collect_frequency = {
	.name = "frequency",
	.gives = "cpu_freq cpu.freq_* cpu.governor",
	.lane = LANE_SENSORS,
	.collect = frequency_collect,
};

const struct collector collect_cpuinfo = {
	.name = "cpuinfo",
	.gives = "cpu_freq",
	.interval = 30, /* a kilobyte and more for each CPU, and virtual clocks do not move */
	.collect = cpuinfo_collect,
};
