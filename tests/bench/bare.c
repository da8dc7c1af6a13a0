/*
 * What the kernel alone costs for what pistat asks it: reads the same files, lists the same
 * directories, asks the same filesystems, in the same order, and does nothing with any of it.
 *
 *	bare LIST ROUNDS SECONDS
 *
 * LIST holds one question per line: "read PATH" (opened and closed each time), "again PATH" (opened
 * once), "list PATH", "statvfs PATH", "link PATH", "exists PATH", "dump PROTOCOL HEX" (a netlink
 * request).  SECONDS is the pause between rounds, 0 for none.  Prints the CPU time of one round in
 * nanoseconds, of the kernel and of this program together.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS_MAX 100000

struct question {
	void (*ask)(const struct question *question);
	char *path;
	int fd; /* of what is opened once */
	int protocol;
	unsigned char request[256];
	size_t size;
};

static struct question questions[QUESTIONS_MAX];
static char buffer[256 * 1024];

static void ask_read(const struct question *question)
{
	int fd = open(question->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return;
	/* An attribute in /sys comes whole with the first read. */
	while (read(fd, buffer, sizeof(buffer)) > 0 && strncmp(question->path, "/sys/", 5) != 0)
		;
	close(fd);
}

static void ask_again(const struct question *question)
{
	off_t at = 0;
	ssize_t n;

	while ((n = pread(question->fd, buffer, sizeof(buffer), at)) > 0)
		at += n;
}

static void ask_list(const struct question *question)
{
	DIR *dir = opendir(question->path);

	if (!dir)
		return;
	while (readdir(dir))
		;
	closedir(dir);
}

static void ask_statvfs(const struct question *question)
{
	struct statvfs stat;

	(void)!statvfs(question->path, &stat);
}

static void ask_link(const struct question *question)
{
	(void)!readlink(question->path, buffer, sizeof(buffer));
}

static void ask_exists(const struct question *question)
{
	struct stat status;

	(void)!lstat(question->path, &status);
}

static int finished(ssize_t n)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;

	for (; n > 0 && NLMSG_OK(header, (size_t)n); header = NLMSG_NEXT(header, n))
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
			return 1;
	return 0;
}

static void ask_dump(const struct question *question)
{
	struct timeval patience = {.tv_sec = 1};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, question->protocol);
	ssize_t n = 0;

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (send(fd, question->request, question->size, 0) > 0)
		do
			n = recv(fd, buffer, sizeof(buffer), 0);
		while (n > 0 && !finished(n));
	close(fd);
}

static const struct {
	const char *word;
	void (*ask)(const struct question *question);
} kinds[] = {
	{"read", ask_read},
	{"again", ask_again},
	{"list", ask_list},
	{"statvfs", ask_statvfs},
	{"link", ask_link},
	{"exists", ask_exists},
	{"dump", ask_dump},
};

/* "16 2c000000…": the protocol and the request in hexadecimal digits. */
static int request_parse(const char *text, struct question *ret)
{
	char *hex;

	ret->protocol = (int)strtol(text, &hex, 10);
	hex += strspn(hex, " ");
	for (ret->size = 0; ret->size < sizeof(ret->request); ret->size++, hex += 2) {
		unsigned byte;

		if (sscanf(hex, "%2x", &byte) != 1)
			break;
		ret->request[ret->size] = (unsigned char)byte;
	}
	return ret->size >= sizeof(struct nlmsghdr) ? 0 : -1;
}

static int question_parse(const char *line, struct question *ret)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i].word);

		if (strncmp(line, kinds[i].word, n) != 0 || line[n] != ' ')
			continue;
		ret->ask = kinds[i].ask;
		ret->path = strdup(line + n + 1);
		if (!ret->path)
			return -1;
		ret->fd = ret->ask == ask_again ? open(ret->path, O_RDONLY | O_CLOEXEC) : -1;
		return ret->ask == ask_dump ? request_parse(line + n + 1, ret) : 0;
	}
	return -1;
}

static size_t questions_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[8192];
	size_t n = 0;

	if (!file) {
		perror(path);
		exit(1);
	}
	while (n < QUESTIONS_MAX && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (question_parse(line, &questions[n]) == 0)
			n++;
		else
			fprintf(stderr, "bare: not a question: %s\n", line);
	}
	fclose(file);
	return n;
}

static uint64_t cpu_ns(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

int main(int argc, char **argv)
{
	double pause = argc > 3 ? atof(argv[3]) : 0;
	long rounds = argc > 2 ? atol(argv[2]) : 100;
	uint64_t begun, spent = 0;
	size_t n;

	if (argc < 2) {
		fprintf(stderr, "usage: bare LIST [ROUNDS [SECONDS]]\n");
		return 2;
	}
	n = questions_read(argv[1]);
	for (long round = 0; round < rounds; round++) {
		/* The round and its timer, but not the start of the program. */
		begun = cpu_ns();
		for (size_t i = 0; i < n; i++)
			questions[i].ask(&questions[i]);
		if (pause > 0)
			nanosleep(&(struct timespec){(time_t)pause,
					  (long)((pause - (double)(time_t)pause) * 1e9)},
				NULL);
		spent += cpu_ns() - begun;
	}
	printf("%llu\n", (unsigned long long)(spent / (uint64_t)(rounds > 0 ? rounds : 1)));
	return 0;
}
