/*
 * Dips of the supply that the kernel noticed.  While undervoltage_watch.c waits for them nothing is
 * read here; before that, and on a captured machine, the attribute is, and only what lasts from one
 * look to the next is seen.
 */
#include "undervoltage.h"
#include "collector.h"

#include <errno.h>

struct supply {
	char path[UNDERVOLTAGE_PATH];
	bool known, low, occurred;
	double dips; /* seen here, not by the watch */
};

static int look(struct supply *supply, const struct root *root)
{
	bool low;
	int r = undervoltage_read(root, supply->path, &low);

	if (r < 0)
		return r;
	supply->dips += supply->known && low && !supply->low;
	supply->known = true;
	supply->low = low;
	supply->occurred |= low;
	return 0;
}

static int undervoltage_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct supply *supply = state;
	int r;

	(void)config;
	if (undervoltage.watched && !root_watched(root)) {
		supply->low = undervoltage.low;
		supply->occurred |= undervoltage.occurred;
		supply->known = true;
	} else {
		r = look(supply, root);
		if (r < 0)
			return r;
	}
	put(ret, PI_UNDER_VOLTAGE, "", supply->low);
	if (supply->occurred) /* what was before pistat, only the firmware knows */
		put(ret, PI_UNDER_VOLTAGE_OCCURRED, "", true);
	put(ret, PI_UNDER_VOLTAGE_EVENTS, "", supply->dips + undervoltage.dips);
	return 0;
}

const struct collector collect_undervoltage = {
	.name = "undervoltage",
	.gives = "power.under_voltage*",
	.state = sizeof(struct supply),
	.collect = undervoltage_collect,
};
