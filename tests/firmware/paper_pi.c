/*
 * A preload that makes a Raspberry Pi of any machine: what a program opens as /dev/vcio_gencmd
 * answers, and /sys/class/hwmon is another.  PAPER_PI names a folder:
 *
 *	firmware/measure_temp	reply to that command, blanks as '_'; a file that is missing:
 *refused closed			if it exists, the device may not be opened wedged
 *while it exists, the firmware does not answer log			written here: "12.345
 *measure_temp" for each request, CLOCK_MONOTONIC hwmon/			in place of
 * /sys/class/hwmon
 *	wake			a FIFO; a byte in it is what sysfs_notify() is for an attribute
 */
/* Here every name means itself; what programs call with 64-bit offsets is below. */
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* POSIX has dlsym() return what ISO C does not let one cast to a function. */
#define REAL(name)                                                                                 \
	static __typeof__(name) *real;                                                             \
	if (!real)                                                                                 \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

static int attribute = -1, bell = -1; /* who waits for POLLPRI, and for what it waits instead */

static void within(char *ret, const char *name)
{
	snprintf(ret, PATH_MAX, "%s/%s", getenv("PAPER_PI"), name);
}

static bool there(const char *name)
{
	char path[PATH_MAX];

	within(path, name);
	return access(path, F_OK) == 0;
}

int open(const char *path, int flags, ...)
{
	static const char hwmon[] = "/sys/class/hwmon";
	char other[PATH_MAX];
	va_list more;
	mode_t mode;

	REAL(open);
	va_start(more, flags);
	mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	if (strcmp(path, "/dev/vcio_gencmd") == 0) {
		if (!there("closed"))
			return real("/dev/null", flags);
		errno = EACCES;
		return -1;
	}
	if (strncmp(path, hwmon, strlen(hwmon)) != 0)
		return real(path, flags, mode);
	within(other, "hwmon");
	strncat(other, path + strlen(hwmon), sizeof(other) - strlen(other) - 1);
	return real(other, flags, mode);
}

/* The same, as it is called with 64-bit offsets and with _FORTIFY_SOURCE. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);

int open64(const char *path, int flags, ...)
{
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	return open(path, flags | O_LARGEFILE, mode);
}

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
	return open(path, flags | O_LARGEFILE);
}

static void note(const char *command)
{
	char path[PATH_MAX], line[200];
	struct timespec now;
	int fd;

	within(path, "log");
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(line, sizeof(line), "%lld.%03ld %.150s\n", (long long)now.tv_sec,
		now.tv_nsec / 1000000, command);
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		abort();
	close(fd);
}

static int answer(uint32_t *message)
{
	char path[PATH_MAX], file[200], *text = (char *)(message + 6);
	ssize_t n = -1;
	int fd;

	if (message[2] != 0x00030080 || message[0] != 4124) {
		note("what may not be sent");
		errno = EPERM;
		return -1;
	}
	note(text);
	while (there("wedged"))
		usleep(20000);
	snprintf(file, sizeof(file), "firmware/%.150s", text);
	for (char *c = file; *c; c++)
		*c = (char)(*c == ' ' ? '_' : *c);
	within(path, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, 4000);
		close(fd);
	}
	if (n < 0)
		n = snprintf(text, 4000, "error=1 error_msg=\"Command not registered\"");
	text[n] = '\0';
	message[1] = 0x80000000u;
	message[4] = 0x80000000u | (uint32_t)n;
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list more;
	void *argument;

	REAL(ioctl);
	va_start(more, request);
	argument = va_arg(more, void *);
	va_end(more);
	return request == _IOWR(100, 0, char *) ? answer(argument) : real(fd, request, argument);
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	struct epoll_event ring;
	char path[PATH_MAX];

	REAL(epoll_ctl);
	if (operation == EPOLL_CTL_ADD && event->events & EPOLLPRI) {
		within(path, "wake");
		bell = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (bell < 0)
			abort();
		attribute = fd;
	}
	if (fd != attribute || fd < 0)
		return real(epoll, operation, fd, event);
	if (event)
		ring = (struct epoll_event){.events = EPOLLIN, .data = event->data};
	return real(epoll, operation, bell, event ? &ring : NULL);
}

static void hush(int fd)
{
	char byte;

	while (fd == attribute && fd >= 0 && read(bell, &byte, 1) == 1)
		;
}

ssize_t pread(int fd, void *buffer, size_t size, off_t at)
{
	REAL(pread);
	hush(fd);
	return real(fd, buffer, size, at);
}

ssize_t pread64(int fd, void *buffer, size_t size, off64_t at)
{
	REAL(pread64);
	hush(fd);
	return real(fd, buffer, size, at);
}
