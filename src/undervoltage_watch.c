#include "undervoltage_watch.h"

#include "clock.h"
#include "mem.h"
#include "root_private.h"
#include "text.h"
#include "undervoltage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>

#define AGAIN_USEC 60000000

/* The driver's own pace in seconds, with some tolerance for its timer. */
#define KERNEL_INTERVAL 1.5

struct undervoltage_watch {
	const struct root *root;
	sd_event *event;
	sd_event_source *source, *again;
	int fd; /* -1: no chip */
	undervoltage_tell *tell;
	void *self;
	bool low;
	double looked; /* CLOCK_MONOTONIC of the last look */
};

/*
 * What the attribute says after the kernel woke us.  It does so only on a change.  If nothing has
 * changed, there were two, and we came too late for the first: the voltage fell all the same,
 * unless no two looks of the kernel fit in between.
 */
static void follow(struct undervoltage_watch *watch, bool low, double now)
{
	bool changed = low != watch->low;
	bool late = !changed && now - watch->looked >= KERNEL_INTERVAL;
	bool dipped = late || (changed && low);

	watch->low = low;
	watch->looked = now;
	undervoltage.low = low;
	undervoltage.dips += dipped;
	if (dipped)
		undervoltage.occurred = true;
	if (changed || late)
		watch->tell(watch->self, dipped, low);
}

/* "0\n" or "1\n"; the same descriptor, for reading is what asks the kernel to wake us again. */
static int look(const struct undervoltage_watch *watch, bool *ret_low)
{
	char text[16];
	ssize_t n = pread(watch->fd, text, sizeof(text) - 1, 0);
	double low;

	if (n < 0)
		return -errno;
	text[n] = '\0';
	if (!text_to_double(text_trim(text), &low))
		return -EBADMSG;
	*ret_low = low != 0;
	return 0;
}

static void let_go(struct undervoltage_watch *watch)
{
	undervoltage.watched = false;
	watch->source = sd_event_source_disable_unref(watch->source);
	if (watch->fd >= 0)
		close(watch->fd);
	watch->fd = -1;
}

static int woken(sd_event_source *source, int fd, uint32_t events, void *self)
{
	struct undervoltage_watch *watch = self;
	bool low = false;

	(void)source, (void)fd, (void)events;
	if (look(watch, &low) >= 0)
		follow(watch, low, clock_now());
	else
		let_go(watch); /* the driver is gone; it may come back under another number */
	return 0;
}

static int begin(struct undervoltage_watch *watch)
{
	char path[UNDERVOLTAGE_PATH];
	int r = undervoltage_find(watch->root, path);

	if (r < 0)
		return r;
	watch->fd = root_open_file(watch->root, path, O_RDONLY);
	if (watch->fd < 0)
		return watch->fd;
	watch->looked = clock_now();
	r = look(watch, &watch->low);
	if (r >= 0)
		r = sd_event_add_io(
			watch->event, &watch->source, watch->fd, EPOLLPRI, woken, watch);
	if (r < 0)
		return r;
	undervoltage.low = watch->low;
	if (watch->low)
		undervoltage.occurred = true;
	undervoltage.watched = true;
	return 0;
}

static int try_again(sd_event_source *source, uint64_t usec, void *self)
{
	struct undervoltage_watch *watch = self;

	(void)usec;
	if (watch->fd < 0 && begin(watch) < 0)
		let_go(watch);
	(void)sd_event_source_set_time_relative(source, AGAIN_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int undervoltage_watch_open(sd_event *event, const struct root *root, undervoltage_tell *tell,
	void *self, struct undervoltage_watch **ret)
{
	struct undervoltage_watch *watch = xcalloc(1, sizeof(*watch));
	int r = sd_event_add_time_relative(event, &watch->again, CLOCK_MONOTONIC, AGAIN_USEC,
		AGAIN_USEC / 4, try_again, watch);

	if (r < 0) {
		free(watch);
		return r;
	}
	watch->event = event;
	watch->root = root;
	watch->tell = tell;
	watch->self = self;
	watch->fd = -1;
	if (begin(watch) < 0)
		let_go(watch);
	*ret = watch;
	return 0;
}

struct undervoltage_watch *undervoltage_watch_close(struct undervoltage_watch *watch)
{
	if (!watch)
		return NULL;
	let_go(watch);
	sd_event_source_disable_unref(watch->again);
	free(watch);
	return NULL;
}
