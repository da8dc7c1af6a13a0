/*
 * How busy the 3D unit of a Raspberry Pi 4 or 5 is, from the V3D driver's gpu_stats
 * (drivers/gpu/drm/v3d/v3d_sysfs.c).  The kernel counts in its own memory, so
 * reading does not wake the unit: asleep, the time goes on and the run times stand still.
 */
#include "collector.h"
#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define QUEUES_MAX 8

struct queue {
	char name[16];
	double at, busy; /* nanoseconds */
};

struct v3d {
	char path[64]; /* "" until found */
	struct queue queues[QUEUES_MAX];
	size_t n;
};

/*
 * queue	timestamp	jobs	runtime
 * bin	239043069420	22620	17438164056
 * render	239043069420	22619	20100842370
 * tfu	239043069420	8763	394592566
 * csd	239043069420	3168	10787905530
 * cache_clean	239043069420	6127	237375940
 */
static int queue_parse(struct scan line, struct queue *ret)
{
	struct scan name;
	uint64_t at, jobs, busy;

	if (!scan_word(&line, &name) || (size_t)(name.end - name.at) >= sizeof(ret->name) ||
		!scan_u64(&line, &at) || !scan_u64(&line, &jobs) || !scan_u64(&line, &busy))
		return -EBADMSG;
	*ret = (struct queue){.at = (double)at, .busy = (double)busy};
	scan_copy(name, ret->name, sizeof(ret->name));
	return 0;
}

static size_t queues_parse(const char *text, struct queue ret[static QUEUES_MAX])
{
	struct scan all = scan_text(text), line;
	size_t n = 0;

	while (n < QUEUES_MAX && scan_line(&all, &line))
		n += queue_parse(line, &ret[n]) == 0;
	return n;
}

static const struct queue *named(const struct v3d *v3d, const char *name)
{
	for (size_t i = 0; i < v3d->n; i++)
		if (!strcmp(v3d->queues[i].name, name))
			return &v3d->queues[i];
	return NULL;
}

/* Queues work side by side, so the busiest one counts and not their sum.  NAN: nothing to compare
 * with, or the driver was loaded anew. */
static double busiest(const struct v3d *before, const struct queue *now, size_t n)
{
	double share = NAN;

	for (size_t i = 0; i < n; i++) {
		const struct queue *old = named(before, now[i].name);

		if (old && now[i].at > old->at && now[i].busy >= old->busy)
			share = fmax(share, (now[i].busy - old->busy) / (now[i].at - old->at));
	}
	return share > 1 ? 100 : 100 * share;
}

/* card0 is the 3D unit and card1 the display, or the other way round; "card1-HDMI-A-1" is a plug.
 */
static bool find(struct v3d *v3d, const struct root *root)
{
	auto_free char **names = NULL;
	size_t n;

	v3d->path[0] = '\0';
	if (root_list(root, "/sys/class/drm", &names, &n) < 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strncmp(names[i], "card", 4) || strlen(names[i]) > 8 ||
			strspn(names[i] + 4, "0123456789") != strlen(names[i] + 4))
			continue;
		snprintf(v3d->path, sizeof(v3d->path), "/sys/class/drm/%s/device/gpu_stats",
			names[i]);
		if (root_exists(root, v3d->path))
			return true;
	}
	v3d->path[0] = '\0';
	return false;
}

static int v3d_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct v3d *v3d = state;
	struct queue queues[QUEUES_MAX];
	auto_free char *text = NULL;
	ssize_t r;

	(void)config;
	if (!v3d->path[0] && !find(v3d, root))
		return -ENOENT;
	r = root_read(root, v3d->path, &text);
	if (r < 0) {
		*v3d = (struct v3d){0};
		return (int)r;
	}
	r = (ssize_t)queues_parse(text, queues);
	if (!r)
		return -EBADMSG;
	put(ret, GPU_USAGE, "", busiest(v3d, queues, (size_t)r));
	memcpy(v3d->queues, queues, sizeof(queues));
	v3d->n = (size_t)r;
	return 0;
}

const struct collector collect_v3d = {
	.name = "v3d",
	.gives = "gpu.usage",
	.state = sizeof(struct v3d),
	.collect = v3d_collect,
};
