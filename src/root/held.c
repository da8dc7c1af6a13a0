/*
 * The files of /proc that nearly every sample reads stay open.  To open one costs the kernel more
 * than to fill it, and who wakes once in a while finds none of that in the caches.  A read from the
 * start writes the text anew (Documentation/filesystems/seq_file.rst, "the iterator").
 *
 * How far a text was written belongs to the open file, so two lanes must not read one at a time:
 * who takes it has it alone, and who comes meanwhile opens one of its own.
 *
 * These are there for as long as the kernel runs.  What may go and come back under its name, as an
 * interface's or a sensor's attributes do, is opened each time.
 */
#include "mem.h"
#include "root_private.h"

#include <stdatomic.h>
#include <string.h>

static const char *const paths[] = {"/proc/diskstats", "/proc/loadavg", "/proc/meminfo",
	"/proc/net/dev", "/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory",
	"/proc/self/stat", "/proc/stat", "/proc/vmstat"};

struct held {
	atomic_int files[ARRAY_LEN(paths)]; /* descriptors + 1; 0: not open, or taken */
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

static atomic_int *find(struct held *held, const char *path)
{
	for (size_t i = 0; held && i < ARRAY_LEN(paths); i++)
		if (strcmp(paths[i], path) == 0)
			return &held->files[i];
	return NULL;
}

int held_take(struct held *held, const char *path)
{
	atomic_int *file = find(held, path);

	return file ? atomic_exchange(file, 0) - 1 : -1;
}

void held_give(struct held *held, const char *path, int fd)
{
	atomic_int *file = find(held, path);
	int nothing = 0;

	if (!file || !atomic_compare_exchange_strong(file, &nothing, fd + 1))
		close(fd);
}
