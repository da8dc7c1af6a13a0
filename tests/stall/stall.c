/*
 * A preload that makes the machine ill, for the stall tests: calls that take half a minute, a wall
 *clock that is years off, a mount table with a dead server in it.  The environment says how:
 *
 *	STALL		which calls: "statvfs,getaddrinfo,connect,fsync" (fsync means fdatasync too)
 *	STALL_FOR	only for this mount point (statvfs) or host (getaddrinfo); empty: for all
 *	STALL_SECONDS	how long, 30 by default
 *	STALL_CONTROL	a file of three 64-bit numbers: seconds added to the wall clock, whether
 *calls stall, and how many did, which we count; the others may be written at any time.  Without the
 *file calls stall from the start. STALL_MOUNTS	a file that is opened in place of
 * /proc/self/mountinfo
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
	volatile int64_t shift;
	volatile int64_t stalling;
	int64_t stalled;
};

static struct control *control;

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("STALL_CONTROL");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *at;

	if (fd < 0)
		return;
	at = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at != MAP_FAILED)
		control = at;
}

static bool named(const char *call)
{
	const char *list = getenv("STALL"), *at = list ? strstr(list, call) : NULL;
	size_t n = strlen(call);

	return at && (at == list || at[-1] == ',') && (at[n] == ',' || at[n] == '\0');
}

static void stall(const char *call, const char *what)
{
	const char *only = getenv("STALL_FOR"), *seconds = getenv("STALL_SECONDS");
	struct timespec rest = {.tv_sec = seconds ? atol(seconds) : 30};

	if (!named(call) || (control && !control->stalling))
		return;
	if (what && only && *only && strcmp(only, what) != 0)
		return;
	if (control)
		__atomic_add_fetch(&control->stalled, 1, __ATOMIC_RELAXED);
	while (nanosleep(&rest, &rest) < 0 && errno == EINTR)
		;
}

/* POSIX has dlsym() return what ISO C does not let one cast to a function. */
#define REAL(name)                                                                                 \
	static __typeof__(name) *real;                                                             \
	if (!real)                                                                                 \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

int statvfs(const char *restrict path, struct statvfs *restrict ret)
{
	REAL(statvfs);
	stall("statvfs", path);
	return real(path, ret);
}

int statvfs64(const char *restrict path, struct statvfs64 *restrict ret)
{
	REAL(statvfs64);
	stall("statvfs", path);
	return real(path, ret);
}

int getaddrinfo(const char *restrict host, const char *restrict service,
	const struct addrinfo *restrict hints, struct addrinfo **restrict ret)
{
	REAL(getaddrinfo);
	if (!hints || !(hints->ai_flags & AI_NUMERICHOST)) /* else nobody is asked */
		stall("getaddrinfo", host ? host : "");
	return real(host, service, hints, ret);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
	sa_family_t family = address.__sockaddr__->sa_family;

	REAL(connect);
	if (family == AF_INET || family == AF_INET6)
		stall("connect", NULL);
	return real(fd, address, size);
}

int fsync(int fd)
{
	REAL(fsync);
	stall("fsync", NULL);
	return real(fd);
}

int fdatasync(int fd)
{
	REAL(fdatasync);
	stall("fsync", NULL);
	return real(fd);
}

static const char *instead_of(const char *path)
{
	const char *mounts = getenv("STALL_MOUNTS");

	return mounts && strcmp(path, "/proc/self/mountinfo") == 0 ? mounts : path;
}

#define MODE_OF(flags)                                                                             \
	va_list rest;                                                                              \
	mode_t mode;                                                                               \
	va_start(rest, flags);                                                                     \
	mode = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                         \
	va_end(rest)

int open(const char *path, int flags, ...)
{
	REAL(open);
	MODE_OF(flags);
	return real(instead_of(path), flags, mode);
}

int open64(const char *path, int flags, ...)
{
	REAL(open64);
	MODE_OF(flags);
	return real(instead_of(path), flags, mode);
}

/* With _FORTIFY_SOURCE, open() of two arguments is this. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
	return open64(path, flags);
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
	int r;

	REAL(clock_gettime);
	r = real(clock, ret);
	if (r == 0 && control && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		ret->tv_sec += (time_t)control->shift;
	return r;
}

time_t time(time_t *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	ret->tv_sec = now.tv_sec;
	ret->tv_usec = (suseconds_t)(now.tv_nsec / 1000);
	return 0;
}
