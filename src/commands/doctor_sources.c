/*
 * The first part of `pistat doctor`: every collector runs once under the eyes of the door, each
 * with a door of its own, so that one that never comes back spoils nothing for the others.
 */
#include "doctor_access.h"
#include "doctor_private.h"

#include "clock.h"
#include "mem.h"
#include "slots.h"
#include "text.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATIENCE 10 /* seconds for one collector */
#define REFUSALS 8
#define SHOWN 61 /* characters of a text that was seen, and its end */

struct examination {
	struct slot *slot;
	const struct config *config;
	struct root *root;
	double took; /* seconds */
	char seen_path[160], seen[SHOWN];
	char missing[160]; /* the first that was not there */
	struct refused {
		char path[160];
		int error;
	} refused[REFUSALS];
	size_t refused_n;
};

static void note_text(void *self, const char *path, const char *text)
{
	struct examination *examination = self;

	text_copy(examination->seen_path, sizeof(examination->seen_path), path);
	text_copy(examination->seen, sizeof(examination->seen), text + strspn(text, " \t\n"));
	for (char *blank = examination->seen; (blank = strpbrk(blank, "\t\n"));)
		*blank = ' ';
}

static void note_failure(void *self, const char *path, int error)
{
	struct examination *examination = self;
	struct refused *refused = examination->refused;

	if (error == ENOENT && !examination->missing[0])
		text_copy(examination->missing, sizeof(examination->missing), path);
	if ((error != EACCES && error != EPERM) || examination->refused_n == REFUSALS)
		return;
	for (size_t i = 0; i < examination->refused_n; i++)
		if (strcmp(refused[i].path, path) == 0)
			return;
	refused += examination->refused_n++;
	text_copy(refused->path, sizeof(refused->path), path);
	refused->error = error;
}

static void run(void *argument)
{
	struct examination *examination = argument;
	double begun = clock_now();

	slot_run(examination->slot, examination->root, examination->config, begun);
	examination->took = clock_now() - begun;
}

static bool in_group(gid_t group)
{
	gid_t groups[256];
	int n = getgroups(ARRAY_LEN(groups), groups);

	for (int i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	return getegid() == group;
}

static void advise(const struct doctor *doctor, const struct refused *refused, struct advice *ret)
{
	struct refusal refusal = {.path = refused->path,
		.error = refused->error,
		.user = doctor->user,
		.service = doctor->service,
		.group = ""};
	const struct group *group = NULL;
	struct stat status;

	if (!doctor->captured && stat(refused->path, &status) == 0) {
		group = getgrgid(status.st_gid);
		refusal.known = true;
		refusal.mode = status.st_mode;
		refusal.group = group ? group->gr_name : "root";
		refusal.member = in_group(status.st_gid);
	} else {
		refusal.hidden = !doctor->captured && errno == EACCES;
	}
	access_advise(&refusal, ret);
}

/* The narrower node gives all that the wider one does: one of them is enough. */
static bool stands_for(const struct examination *examination, const struct refused *refused)
{
	return strcmp(refused->path, "/dev/vcio") == 0 && refused > examination->refused &&
	       strcmp(refused[-1].path, "/dev/vcio_gencmd") == 0;
}

/* Everything that was refused; true if any of it needs a person. */
static bool report_refusals(struct doctor *doctor, const struct examination *examination)
{
	const char *name = examination->slot->collector->name;
	bool needed = false;

	for (size_t i = 0; i < examination->refused_n; i++) {
		const struct refused *refused = &examination->refused[i];
		struct advice advice;

		if (stands_for(examination, refused))
			continue;
		advise(doctor, refused, &advice);
		report(doctor, name, advice.optional ? REMARK : NO_PERMISSION, "%s: %s",
			refused->path, advice.why);
		if (advice.fix[0])
			report_fix("%s", advice.fix);
		needed |= !advice.optional;
	}
	return needed;
}

static void report_failing(struct doctor *doctor, const struct examination *examination)
{
	const char *name = examination->slot->collector->name;
	const char *why = strerror(-examination->slot->result);

	if (examination->seen_path[0])
		report(doctor, name, FAILING, "%s; last seen in %s: \"%s\"", why,
			examination->seen_path, examination->seen);
	else
		report(doctor, name, FAILING, "%s", why);
	if (examination->slot->result == -ELIBACC) /* of curl.h */
		report_fix("apt install libcurl4");
	if (examination->slot->result == -ECONNRESET && doctor->service) /* of bus.c */
		report_fix("the system bus takes no user that stands in no file: sudo systemctl "
			   "stop pistat; sudo systemd-sysusers pistat.conf; sudo systemctl start "
			   "pistat");
}

static void report_absent(struct doctor *doctor, const struct examination *examination)
{
	const char *name = examination->slot->collector->name;

	if (examination->refused_n == 0 && examination->missing[0])
		report(doctor, name, ABSENT, "there is no %s", examination->missing);
	else
		report(doctor, name, ABSENT, "nothing of the kind here");
}

static void report_source(struct doctor *doctor, const struct examination *examination)
{
	const struct slot *slot = examination->slot;
	const char *name = slot->collector->name;
	bool denied = report_refusals(doctor, examination);
	size_t n = slot->working.n;

	if (slot->result >= 0 && n > 0)
		report(doctor, name, FINE, "%zu value%s in %.1f ms", n, n == 1 ? "" : "s",
			examination->took * 1000);
	else if (slot->result >= 0)
		report(doctor, name, FINE, "it answers; values come with the second sample");
	else if (denied)
		return;
	else if (slot->result == -ENOENT || slot->result == -ENODATA)
		report_absent(doctor, examination);
	else
		report_failing(doctor, examination);
}

/* False if it never came back: then everything it touches stays. */
static bool examine(struct doctor *doctor, struct slot *slot)
{
	struct examination *examination = xcalloc(1, sizeof(*examination));
	double patience = PATIENCE + slot->collector->patience;
	bool back = false;

	examination->slot = slot;
	examination->config = doctor->config;
	if (root_open(doctor->captured, &examination->root) < 0) {
		free(examination);
		return true;
	}
	root_watch(examination->root, note_text, examination);
	root_watch_failures(examination->root, note_failure, examination);
	back = doctor_within(doctor, patience, run, examination);
	if (!back) {
		report(doctor, slot->collector->name, FAILING, "no answer within %.0f seconds",
			patience);
		return false;
	}
	report_source(doctor, examination);
	root_close(examination->root);
	free(examination);
	return true;
}

static bool gave(const struct slot *slot, enum metric_id metric)
{
	for (size_t i = 0; i < slot->working.n; i++)
		if (slot->working.at[i].metric == metric)
			return true;
	return false;
}

static bool given(const struct slots *slots, enum metric_id metric)
{
	for (size_t i = 0; i < slots->n; i++)
		if (gave(&slots->at[i], metric))
			return true;
	return false;
}

/* What devices give of the host only in part.  What every kernel tells, and what needs two samples,
 * is not of interest. */
static void report_gaps(struct doctor *doctor, const struct slots *slots)
{
	report_title("Single values that these sources do not give (pistat explain PATH)");
	for (size_t i = 0; i < slots->n; i++) {
		const struct slot *slot = &slots->at[i];
		auto_free char *list = xstrdup("");

		if (slot->collector->lane == INLINE || slot->result < 0 || slot->working.n == 0)
			continue;
		for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
			char *longer;

			if (catalogue[id].family != HOST || catalogue[id].rate_of ||
				!collector_gives(slot->collector, id) || given(slots, id))
				continue;
			longer = xasprintf("%s%s%s", list, *list ? ", " : "", catalogue[id].path);
			free(list);
			list = longer;
		}
		if (*list)
			report(doctor, slot->collector->name, ABSENT, "%s", list);
	}
}

void doctor_sources(struct doctor *doctor)
{
	struct slots *slots = xcalloc(1, sizeof(*slots));
	bool back = true;

	report_title("Sources");
	slots_open(slots, doctor->root, doctor->config);
	for (size_t i = 0; i < slots->n; i++)
		back &= examine(doctor, &slots->at[i]);
	if (!back)
		return;
	report_gaps(doctor, slots);
	slots_close(slots);
	free(slots);
}
