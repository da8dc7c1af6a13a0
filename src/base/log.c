#include "log.h"

#include "mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static _Atomic enum log_level wanted = LOG_LEVEL_INFO; /* lanes say things, too */

void log_set_level(enum log_level level)
{
	wanted = level;
}

bool log_wants(enum log_level level)
{
	return level <= wanted;
}

/* The journal says in JOURNAL_STREAM which stream it reads, "9:975968"; shells of a desktop inherit
 * that, though their terminal is another (systemd.exec(5)). */
static bool journal_reads(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64] = "";
	struct stat status;

	if (stream && fstat(STDERR_FILENO, &status) == 0)
		snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)status.st_dev,
			(uintmax_t)status.st_ino);
	return stream && strcmp(stream, own) == 0;
}

/* A terminal gets the line without priority. */
static const char *prefix(enum log_level level)
{
	static const char *const priorities[] = {"<3>", "<4>", "<6>", "<7>"};

	return journal_reads() ? priorities[level] : "pistat: ";
}

void log_line(enum log_level level, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	size_t at;
	int n;

	if (!log_wants(level))
		return;
	at = (size_t)snprintf(line, sizeof(line), "%s", prefix(level));
	va_start(arguments, format);
	/* clang-tidy 14 forgets the line above when it has read another file before */
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	n = vsnprintf(line + at, sizeof(line) - at - 1, format, arguments);
	va_end(arguments);
	if (n < 0)
		return;
	at += strlen(line + at);
	/* What came from outside may hold line ends, and what a terminal obeys; one thing is one
	 * line. */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	line[at++] = '\n';
	if (write(STDERR_FILENO, line, at) < 0)
		return;
}
