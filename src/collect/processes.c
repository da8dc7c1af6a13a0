/*
 * How many processes and threads there are.  Those running and blocked stand in /proc/stat, which
 * collect/cpu.c reads. Where /proc is mounted with hidepid, the processes of others are not seen
 * and not counted; threads always are.
 */
#include "collector.h"
#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* 4.31 3.01 2.48 1/519 287984        the fourth: tasks runnable / tasks, threads included */
static int threads_parse(const char *text, double *ret)
{
	struct scan s = scan_text(text), word, runnable;
	uint64_t n;

	if (!scan_skip_words(&s, 3) || !scan_word(&s, &word) || !scan_key(&word, '/', &runnable) ||
		!scan_u64(&word, &n))
		return -EBADMSG;
	*ret = (double)n;
	return 0;
}

static int processes_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	char text[128];
	double threads;
	size_t processes;
	ssize_t n = root_read_attribute(root, "/proc/loadavg", text, sizeof(text));
	int r;

	(void)state, (void)config;
	if (n < 0)
		return (int)n;
	r = threads_parse(text, &threads);
	if (r < 0)
		return r;
	put(ret, PROCESSES_THREADS, "", threads);
	if (root_count_numeric(root, "/proc", &processes) == 0 && processes > 0)
		put(ret, PROCESSES_TOTAL, "", (double)processes);
	return 0;
}

/* 4242 (tmux: server (1)) S 1 4242 ...        the name may hold anything, so the state follows the
 * last ')' */
static bool zombie_parse(const char *text)
{
	const char *end = strrchr(text, ')');

	return end && end[1] == ' ' && end[2] == 'Z';
}

/* One file for each process, so seldom.  A process that ends meanwhile, or is none of our business,
 * is passed by. */
static int zombies_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char **names = NULL;
	size_t n, seen = 0, zombies = 0;
	int r = root_list(root, "/proc", &names, &n);

	(void)state, (void)config;
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		char path[64], text[256];

		if (names[i][strspn(names[i], "0123456789")] != '\0')
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/stat", names[i]);
		if (root_read_attribute(root, path, text, sizeof(text)) <= 0)
			continue;
		seen++;
		zombies += zombie_parse(text);
	}
	if (seen == 0)
		return -ENOENT;
	put(ret, PROCESSES_ZOMBIES, "", (double)zombies);
	return 0;
}

const struct collector collect_processes = {
	.name = "processes",
	.gives = "processes.total processes.threads",
	.interval = 10, /* listing /proc costs the kernel more than all else of a sample together */
	.collect = processes_collect,
};

const struct collector collect_zombies = {
	.name = "zombies",
	.gives = "processes.zombies",
	.interval = 60,
	.lane = LANE_SENSORS,
	.collect = zombies_collect,
};
