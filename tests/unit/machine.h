#pragma once
/*
 * A machine made of a few files in a temporary directory, and one collector's calls on it: what it
 * put stays in .slice until the next call.  machine_close() removes everything.  Include after
 * cmocka.h.
 */
#include "collector.h"
#include "mem.h"

#include <errno.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct machine {
	char dir[64];
	struct root *root;
	struct config *config; /* NULL unless the test gives one */
	void *state;
	const struct collector *collector; /* that the state belongs to */
	struct slice slice;
};

static inline void machine_open(struct machine *ret)
{
	*ret = (struct machine){.dir = "/tmp/pistat-test-XXXXXX"};
	assert_non_null(mkdtemp(ret->dir));
	assert_int_equal(root_open(ret->dir, &ret->root), 0);
}

/* Makes the file and the directories above it. */
static inline void machine_put(
	const struct machine *machine, const char *path, const void *bytes, size_t n)
{
	char full[4096];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", machine->dir, path);
	for (char *slash = full + strlen(machine->dir) + 1; (slash = strchr(slash, '/'));
		*slash++ = '/') {
		*slash = '\0';
		assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static inline void machine_write(const struct machine *machine, const char *path, const char *text)
{
	machine_put(machine, path, text, strlen(text));
}

static inline void machine_link(const struct machine *machine, const char *path, const char *target)
{
	char full[4096];

	machine_write(machine, path, "");
	snprintf(full, sizeof(full), "%s%s", machine->dir, path);
	assert_int_equal(unlink(full), 0);
	assert_int_equal(symlink(target, full), 0);
}

static inline int machine_remove_entry(
	const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

static inline void machine_remove(const struct machine *machine, const char *path)
{
	char full[4096];

	snprintf(full, sizeof(full), "%s%s", machine->dir, path);
	assert_int_equal(nftw(full, machine_remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void machine_forget(struct machine *machine)
{
	if (machine->state && machine->collector->forget)
		machine->collector->forget(machine->state);
	free(machine->state);
	machine->state = NULL;
	machine->collector = NULL;
}

/* One call; a collector other than the last one starts with a fresh state. */
static inline int machine_collect(struct machine *machine, const struct collector *collector)
{
	if (machine->collector != collector) {
		machine_forget(machine);
		machine->collector = collector;
		machine->state = xcalloc(1, collector->state + 1);
	}
	slice_clear(&machine->slice);
	return collector->collect(machine->state, machine->root, machine->config, &machine->slice);
}

/* What was put, or NAN. */
static inline double machine_number(
	const struct machine *machine, enum metric_id metric, const char *key)
{
	const struct reading *reading = slice_find(&machine->slice, metric, key);

	return reading ? reading->number : NAN;
}

/* What was put, or "". */
static inline const char *machine_text(
	const struct machine *machine, enum metric_id metric, const char *key)
{
	const struct reading *reading = slice_find(&machine->slice, metric, key);

	return reading ? reading->text : "";
}

static inline void machine_close(struct machine *machine)
{
	machine_forget(machine);
	slice_free(&machine->slice);
	machine->root = root_close(machine->root);
	machine_remove(machine, "");
}

#define assert_near(is, should)                                                                    \
	assert_true(fabs((is) - (should)) <= 1e-12 * fmax(1, fabs((double)(should))))
#define assert_absent(machine, metric) assert_null(slice_find(&(machine)->slice, metric, ""))
