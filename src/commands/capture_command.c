/* `pistat capture DIR`: everything the collectors read, twice, ten seconds apart, as a machine to
 * replay. */
#include "clock.h"
#include "commands.h"
#include "log.h"
#include "mem.h"
#include "sampler.h"
#include "slots.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define APART 10

static int capture(struct sampler *sampler, const char *dir, const char *part)
{
	auto_free char *into = xasprintf("%s/%s", dir, part);
	struct root *root = NULL;
	struct utsname names;
	double wall, boottime;
	auto_free char *addresses = NULL;
	struct snapshot snapshot;
	int r = root_open_capturing(into, &root);

	if (r < 0) {
		log_error("%s: %s", into, strerror(-r));
		return r;
	}
	(void)root_uname(root, &names);
	(void)root_clock(root, &wall, &boottime);
	(void)root_clock_synchronised(root, NULL);
	(void)root_addresses(root, &addresses);
	snapshot = sampler_once(sampler, root, wall, clock_now());
	snapshot_free(&snapshot);
	r = root_lost(root);
	if (r < 0)
		log_error("%s: %s; the copy is not complete", into, strerror(-r));
	root_close(root);
	return r;
}

static int capture_twice(struct sampler *sampler, const char *dir)
{
	struct timespec apart = {.tv_sec = APART};

	if (capture(sampler, dir, "0") < 0)
		return 1;
	fprintf(stderr, "the second part in %d seconds …\n", APART);
	nanosleep(&apart, NULL);
	if (capture(sampler, dir, "1") < 0)
		return 1;
	printf("replay it with: pistat once --root %s/0 --then %s/1 --elapsed %d\n", dir, dir,
		APART);
	return 0;
}

int capture_command(const struct arguments *arguments, const struct config *config)
{
	struct sampler *sampler = NULL;
	struct root *root = NULL;
	sd_event *event = NULL;
	int r;

	if (!arguments->operand) {
		log_error("capture: the directory to make is wanted");
		return 2;
	}
	if (mkdir(arguments->operand, 0755) < 0) {
		log_error("%s: %s", arguments->operand, strerror(errno));
		return 1;
	}
	r = root_open(NULL, &root);
	if (r >= 0)
		r = sd_event_new(&event);
	if (r >= 0)
		r = sampler_open(event, root, config, &sampler);
	if (r < 0)
		log_error("capture: %s", strerror(-r));
	r = r < 0 ? 1 : capture_twice(sampler, arguments->operand);
	sampler_close(sampler);
	sd_event_unref(event);
	root_close(root);
	return r;
}
