#include "told.h"

#include "mem.h"

#include <string.h>

static bool same(const struct reading *a, const struct reading *b)
{
	return a->metric == b->metric && strcmp(a->key, b->key) == 0;
}

static bool changed_at_once(const struct reading *before, const struct reading *now)
{
	enum kind kind = catalogue[now->metric].kind;

	return (kind == TEXT && strcmp(before->text, now->text) != 0) ||
	       (kind == STATE && before->number != now->number) ||
	       strcmp(before->slug, now->slug) != 0;
}

/*
 * Both snapshots are in the same order, so a look at the next old reading finds nearly all; a thing
 * that came or went costs a walk through the rest.  Old readings that are passed over are gone.
 */
void told_absorb(struct told_all *all, const struct config *config, const struct snapshot *snapshot,
	void (*gone)(void *self, const struct reading *reading), void *self)
{
	const struct snapshot *old = &all->newest;
	struct told *told = xrealloc(NULL, snapshot->n, sizeof(*told));
	struct snapshot shared;
	size_t next = 0, at;

	for (size_t i = 0; i < snapshot->n; i++) {
		const struct reading *now = &snapshot->at[i];

		for (at = next; at < old->n && !same(&old->at[at], now); at++)
			;
		if (at == old->n) {
			told[i] = (struct told){.due = true, .deadband = deadband_of(config, now)};
			continue;
		}
		for (; next < at; next++)
			gone(self, &old->at[next]);
		told[i] = all->at[at];
		told[i].due |= changed_at_once(&old->at[at], now);
		if (strcmp(old->at[at].slug, now->slug) != 0)
			gone(self, &old->at[at]);
		next = at + 1;
	}
	for (; next < old->n; next++)
		gone(self, &old->at[next]);

	shared = snapshot_share(snapshot);
	told_free(all);
	all->at = told;
	all->newest = shared;
}

bool told_due(const struct told_all *all, size_t i, double stale)
{
	const struct told *told = &all->at[i];

	return told->due || all->newest.mono - told->mono >= stale ||
	       deadband_left(told->deadband, told->number, all->newest.at[i].number);
}

void told_mark(struct told_all *all, size_t i)
{
	all->at[i].due = false;
	all->at[i].number = all->newest.at[i].number;
	all->at[i].mono = all->newest.mono;
}

void told_forget(struct told_all *all)
{
	for (size_t i = 0; i < all->newest.n; i++)
		all->at[i].due = true;
}

void told_free(struct told_all *all)
{
	free(all->at);
	snapshot_free(&all->newest);
	*all = (struct told_all){0};
}
