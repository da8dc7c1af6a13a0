#include "remote.h"

#include "clock.h"
#include "collect/mounts.h"
#include "lane.h"
#include "mem.h"
#include "slots.h"

#include <string.h>

#define MOUNTS_MAX 16
#define INTERVAL 30

/* One mount; its lane's while a job is out. */
struct station {
	struct mount mount;
	const struct root *root;
	struct lane *lane;
	struct slice latest, working;
	int result;
	bool mounted; /* in the last list */
};

struct remote {
	sd_event *event;
	const struct root *root;
	struct station *stations[MOUNTS_MAX];
	size_t n;
	const struct slice *slices[MOUNTS_MAX];
	size_t slices_n;
	double due; /* CLOCK_MONOTONIC */
};

struct remote *remote_open(sd_event *event, const struct root *root)
{
	struct remote *remote = xcalloc(1, sizeof(*remote));

	remote->event = event;
	remote->root = root;
	return remote;
}

static bool station_close(struct station *station)
{
	if (!lane_close(station->lane))
		return false;
	slice_free(&station->latest);
	slice_free(&station->working);
	free(station);
	return true;
}

bool remote_close(struct remote *remote)
{
	bool idle = true;

	if (!remote)
		return true;
	for (size_t i = 0; i < remote->n; i++)
		idle &= station_close(remote->stations[i]);
	free(remote);
	return idle;
}

static void station_work(void *argument)
{
	struct station *station = argument;

	slice_clear(&station->working);
	station->working.mono = clock_now();
	station->result = filesystem_put(station->root, &station->mount, &station->working);
}

static void station_done(void *argument)
{
	struct station *station = argument;
	struct slice before = station->latest;

	station->latest = station->working;
	station->working = before;
}

static struct station *find(const struct remote *remote, const struct mount *mount)
{
	for (size_t i = 0; i < remote->n; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): n of them are there */
		if (strcmp(remote->stations[i]->mount.point, mount->point) == 0)
			return remote->stations[i];
	return NULL;
}

static void appear(struct remote *remote, const struct root *root, const struct mount *mount)
{
	struct station *station = find(remote, mount);

	if (!station && remote->n < MOUNTS_MAX) {
		station = xcalloc(1, sizeof(*station));
		if (lane_open(remote->event, "mount", &station->lane) < 0) {
			free(station);
			return;
		}
		remote->stations[remote->n++] = station;
	}
	if (!station)
		return;
	station->mounted = true;
	if (lane_busy(station->lane))
		return;
	station->mount = *mount;
	station->root = root;
}

/* Brings the stations in line with what is mounted now; a stuck one that was unmounted stays until
 * it returns. */
static void look(struct remote *remote, const struct root *root, const struct config *config)
{
	auto_free struct mount *mounts = NULL;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < remote->n; i++)
		remote->stations[i]->mounted = false;
	if (config_flag(config, OPTION_DISKS_REMOTE) &&
		mounts_list(root, config, true, &mounts, &n) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++)
		appear(remote, root, &mounts[i]);
	for (size_t i = 0; i < remote->n; i++) {
		struct station *station = remote->stations[i];

		if (!station->mounted && !lane_busy(station->lane))
			(void)station_close(station);
		else
			remote->stations[kept++] = station;
	}
	remote->n = kept;
}

static void choose(struct remote *remote, double youngest)
{
	remote->slices_n = 0;
	for (size_t i = 0; i < remote->n; i++) {
		const struct station *station = remote->stations[i];

		if (station->mounted && station->latest.n && station->latest.mono >= youngest)
			remote->slices[remote->slices_n++] = &station->latest;
	}
}

/* As often as the local filesystems are asked; the table of mounts may be long. */
static double interval(const struct config *config)
{
	double base = config_number(config, OPTION_SAMPLING_INTERVAL), wanted = INTERVAL;

	(void)config_named_number(config, OPTION_SAMPLING_INTERVALS, "filesystems", &wanted);
	return wanted > base ? wanted : base;
}

void remote_begin(struct remote *remote, const struct config *config)
{
	double now = clock_now();

	if (now >= remote->due) {
		remote->due = now + interval(config);
		look(remote, remote->root, config);
		for (size_t i = 0; i < remote->n; i++)
			if (remote->stations[i]->mounted)
				(void)lane_submit(remote->stations[i]->lane,
					(struct lane_job){.work = station_work,
						.done = station_done,
						.argument = remote->stations[i]});
	}
	choose(remote, now - 3 * interval(config));
}

void remote_once(
	struct remote *remote, const struct root *root, const struct config *config, double mono)
{
	look(remote, root, config);
	for (size_t i = 0; i < remote->n; i++) {
		station_work(remote->stations[i]);
		station_done(remote->stations[i]);
		remote->stations[i]->latest.mono = mono;
	}
	choose(remote, mono);
}

const struct slice *const *remote_slices(const struct remote *remote)
{
	return remote->slices;
}

size_t remote_n(const struct remote *remote)
{
	return remote->slices_n;
}
