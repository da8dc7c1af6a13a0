/* The door to the user's programs: run on this machine, read from a captured one. */
#include "mem.h"
#include "root_devices.h"
#include "root_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void replay(const struct root *root, struct child *child)
{
	auto_free char *path = xasprintf("/captured/probes/%s", child->name);
	ssize_t n = root_read(root, path, &child->output);

	child->result = n < 0 ? (int)n : 0;
	child->n = n < 0 ? 0 : (size_t)n;
}

static void tell(const struct root *root, const struct child *child)
{
	auto_free char *fact = xasprintf("probes/%s", child->name);
	auto_free char *known_as = xasprintf("%s: %s", child->name, child->argv[0]);

	if (child->result < 0) {
		(void)root_failed(root, child->argv[0], child->result);
		return;
	}
	root_seen(root, known_as, child->output);
	capture_fact(root, fact, child->output, true);
}

void root_children(
	const struct root *root, struct child *children, size_t n, const atomic_bool *stop)
{
	if (root_live(root))
		children_run(children, n, !root_watched(root), stop);
	for (size_t i = 0; i < n; i++)
		if (root_live(root))
			tell(root, &children[i]);
		else
			replay(root, &children[i]);
}
