/* Linux software RAID: /proc/mdstat (Documentation/admin-guide/md.rst). */
#include "collector.h"
#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct array {
	char name[KEY_SIZE];
	char level[16]; /* "" if it has none: it did not start */
	bool active;
	bool container;		/* of firmware's RAID: holds arrays, is none */
	double disks, present;	/* NAN: not said */
	double members, faulty; /* on the first line, without spares */
	double sync;		/* %; NAN: nothing under way */
};

/*
 * "sdb1[1]", "sdc1[2](F)" failed, "(S)" spare; "(W)", "(J)" and "(R)" are other roles.
 */
static void member_parse(struct scan word, struct array *array)
{
	const char *end = memchr(word.at, '[', (size_t)(word.end - word.at));
	struct scan role = {end ? memchr(end, '(', (size_t)(word.end - end)) : NULL, word.end};

	if (!end || (role.at && (scan_starts(role, "(S)") || scan_starts(role, "(J)"))))
		return;
	array->members++;
	array->faulty += role.at && scan_starts(role, "(F)");
}

/* md0 : active (auto-read-only) raid1 sdb1[1] sda1[0](F) */
static bool head_parse(struct scan line, struct array *ret)
{
	struct array array = {.disks = NAN, .present = NAN, .sync = NAN};
	struct scan name, colon, state, word;

	if (!scan_word(&line, &name) || !scan_word(&line, &colon) || !scan_is(colon, ":") ||
		!scan_word(&line, &state) || (size_t)(name.end - name.at) >= sizeof(array.name) ||
		scan_is(name, "Personalities"))
		return false;
	scan_copy(name, array.name, sizeof(array.name));
	array.active = scan_is(state, "active");
	while (scan_word(&line, &word))
		if (memchr(word.at, '[', (size_t)(word.end - word.at)))
			member_parse(word, &array);
		else if (*word.at != '(' && !*array.level)
			scan_copy(word, array.level, sizeof(array.level));
	*ret = array;
	return true;
}

/* "[2/1]": made for two, has one. */
static void count_parse(struct scan word, struct array *array)
{
	struct scan disks = {word.at + 1, NULL}, present = {NULL, word.end - 1};
	uint64_t made_for, has;

	disks.end = memchr(word.at, '/', (size_t)(word.end - word.at));
	if (!disks.end || word.end[-1] != ']')
		return;
	present.at = disks.end + 1;
	if (scan_u64(&disks, &made_for) && scan_done(disks) && scan_u64(&present, &has)) {
		array->disks = (double)made_for;
		array->present = (double)has;
	}
}

/* "8.5%" after "=", or "=100.0%". */
static void sync_parse(struct scan word, struct array *array)
{
	double percent;

	if (word.end[-1] != '%')
		return;
	word.end--;
	word.at += *word.at == '=';
	if (scan_double(&word, &percent) && percent >= 0 && percent <= 100)
		array->sync = percent;
}

/*
 *       195310144 blocks super 1.2 level 6, 64k chunk, algorithm 2 [2/1] [U_]
 *       [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min
 * speed=2597K/sec resync=DELAYED bitmap: 0/30 pages [0KB], 65536KB chunk
 */
static void detail_parse(struct scan line, struct array *array)
{
	struct scan word;

	while (scan_word(&line, &word)) {
		if (scan_starts(word, "external:") && !scan_starts(word, "external:/") &&
			!scan_starts(word, "external:-"))
			array->container = true;
		else if (*word.at == '[')
			count_parse(word, array);
		else
			sync_parse(word, array);
	}
}

/* RAID 0 and linear say nothing of disks: they have all, or they are not there. */
static void array_put(const struct array *array, struct slice *ret)
{
	double disks = isnan(array->disks) ? array->members : array->disks;
	double missing = array->disks - array->present;

	if (!*array->name || array->container)
		return;
	put_text(ret, RAID_LEVEL, array->name, array->level);
	if (!array->active)
		put(ret, RAID_DEGRADED, array->name, true);
	else if (missing >= 0)
		put(ret, RAID_DEGRADED, array->name, missing > 0);
	if (array->active)
		put(ret, RAID_DISKS, array->name, disks);
	if (array->active && missing >= 0)
		put(ret, RAID_MISSING, array->name, missing);
	put(ret, RAID_SYNC, array->name, array->sync);
}

static void mdstat_put(const char *text, struct slice *ret)
{
	struct scan all = scan_text(text), line;
	struct array array = {0}, next;

	while (scan_line(&all, &line)) {
		if (head_parse(line, &next)) {
			array_put(&array, ret);
			array = next;
		} else if (*array.name) {
			detail_parse(line, &array);
		}
	}
	array_put(&array, ret);
}

static int raid_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char *text = NULL;
	ssize_t r = root_read(root, "/proc/mdstat", &text);

	(void)state, (void)config;
	if (r < 0)
		return (int)r;
	mdstat_put(text, ret);
	return ret->n ? 0 : -ENODATA;
}

const struct collector collect_raid = {
	.name = "raid",
	.gives = "raids.*",
	.interval = 30,
	.lane = LANE_DISKS, /* waits for an array that is being changed */
	.collect = raid_collect,
};
