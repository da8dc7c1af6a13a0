/* Load averages, from /proc/loadavg (proc_loadavg(5)). */
#include "collector.h"
#include "scan.h"

#include <errno.h>

struct load {
	double minutes1, minutes5, minutes15;
};

/* 4.31 3.01 2.48 1/519 287984 */
static int load_parse(const char *text, struct load *ret)
{
	struct scan s = scan_text(text);
	struct load load;

	if (!scan_double(&s, &load.minutes1) || !scan_double(&s, &load.minutes5) ||
		!scan_double(&s, &load.minutes15))
		return -EBADMSG;
	*ret = load;
	return 0;
}

static int load_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	char text[128];
	struct load load;
	ssize_t n = root_read_attribute(root, "/proc/loadavg", text, sizeof(text));
	int r;

	(void)state, (void)config;
	if (n < 0)
		return (int)n;
	r = load_parse(text, &load);
	if (r < 0)
		return r;
	put(ret, LOAD, "1m", load.minutes1);
	put(ret, LOAD, "5m", load.minutes5);
	put(ret, LOAD, "15m", load.minutes15);
	return 0;
}

const struct collector collect_load = {
	.name = "load",
	.gives = "load_avg.*",
	.interval = 5, /* the kernel computes it that often (kernel/sched/loadavg.c) */
	.collect = load_collect,
};
