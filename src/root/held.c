/*
 * The files of /proc that nearly every sample reads stay open.  To open one costs the kernel more
 * than to fill it, and who wakes once in a while finds none of that in the caches.  A read from the
 * start writes the text anew (Documentation/filesystems/seq_file.rst, "the iterator").
 *
 * These are there for as long as the kernel runs.  What may go and come back under its name, as an
 * interface's or a sensor's attributes do, is opened each time.
 */
#include "mem.h"
#include "root_private.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

static const char *const paths[] = {"/proc/diskstats", "/proc/loadavg", "/proc/meminfo",
	"/proc/net/dev", "/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory",
	"/proc/self/stat", "/proc/stat", "/proc/vmstat"};

struct held {
	atomic_int files[ARRAY_LEN(paths)]; /* descriptors + 1; 0: not yet open */
};

struct held *held_new(void)
{
	return xcalloc(1, sizeof(struct held));
}

struct held *held_free(struct held *held)
{
	for (size_t i = 0; held && i < ARRAY_LEN(paths); i++)
		if (held->files[i])
			close(held->files[i] - 1);
	free(held);
	return NULL;
}

/* Two lanes may be here at once: the one that comes second uses what the first one opened. */
static int open_once(atomic_int *file, const char *path)
{
	int nothing = 0, fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || atomic_compare_exchange_strong(file, &nothing, fd + 1))
		return fd;
	close(fd);
	return nothing - 1;
}

int held_file(struct held *held, const char *path)
{
	for (size_t i = 0; held && i < ARRAY_LEN(paths); i++)
		if (strcmp(paths[i], path) == 0)
			return held->files[i] ? held->files[i] - 1
					      : open_once(&held->files[i], paths[i]);
	return -1;
}
