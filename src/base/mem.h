#pragma once
/*
 * Memory that is there or the process is not: the x… allocators abort, and systemd starts us anew.
 * auto_free, auto_close and auto_dir release what a function owns on every way out of it; take()
 * gives it away.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t n, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t n);
__attribute__((format(printf, 1, 2))) char *xasprintf(const char *format, ...);

/*
 * Gives back to the kernel what was only needed for a while: free heap, and the pages of programs
 * and libraries that were touched once (a TLS handshake walks through three megabytes of OpenSSL).
 * They are clean and come back from the page cache, without I/O, when they are needed again.
 */
void mem_give_back(void);

static inline void mem_free(void *at)
{
	free(*(void **)at);
}

static inline void mem_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void mem_closedir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static inline void *mem_take(void *at)
{
	void *taken = *(void **)at;

	*(void **)at = NULL;
	return taken;
}

#define auto_free __attribute__((cleanup(mem_free)))
#define auto_close __attribute__((cleanup(mem_close)))
#define auto_dir __attribute__((cleanup(mem_closedir)))
#define take(pointer) ((__typeof__(pointer))mem_take(&(pointer)))
