/* The first steps to the broker: its name, then one address after the other. */
#include "doctor_broker_private.h"

#include "clock.h"
#include "mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct lookup {
	char host[256], service[8];
	struct addrinfo *found;
	int result, error;
	double took;
};

bool doctor_wait(int fd, short events, double until)
{
	struct pollfd wait = {.fd = fd, .events = events};
	double left = until - clock_now();

	return left > 0 && poll(&wait, 1, (int)(left * 1000) + 1) > 0;
}

static void look_up(void *argument)
{
	struct lookup *lookup = argument;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	double begun = clock_now();

	lookup->result = getaddrinfo(lookup->host, lookup->service, &hints, &lookup->found);
	lookup->error = errno;
	lookup->took = clock_now() - begun;
}

static void address_text(const struct addrinfo *address, char *ret, size_t size)
{
	if (getnameinfo(address->ai_addr, address->ai_addrlen, ret, (socklen_t)size, NULL, 0,
		    NI_NUMERICHOST) != 0)
		snprintf(ret, size, "?");
}

static void report_found(struct doctor *doctor, const struct lookup *lookup)
{
	char line[512] = "", text[INET6_ADDRSTRLEN + 16];
	size_t length = 0;

	for (const struct addrinfo *at = lookup->found; at && length < sizeof(line) - sizeof(text);
		at = at->ai_next) {
		address_text(at, text, sizeof(text));
		length += (size_t)snprintf(line + length, sizeof(line) - length, " %s", text);
	}
	report(doctor, "name", FINE, "%s is%s, in %.0f ms", lookup->host, line,
		lookup->took * 1000);
}

static void report_unknown(struct doctor *doctor, const struct lookup *lookup)
{
	report(doctor, "name", FAILING, "%s: %s", lookup->host,
		lookup->result == EAI_SYSTEM ? strerror(lookup->error)
					     : gai_strerror(lookup->result));
	report_fix("is mqtt.host spelled right?  getent hosts %s", lookup->host);
}

/* NULL: the report has been made. */
static struct addrinfo *resolve(struct doctor *doctor, const char *host, int port)
{
	struct lookup *lookup = xcalloc(1, sizeof(*lookup));
	struct addrinfo *found;

	snprintf(lookup->host, sizeof(lookup->host), "%s", host);
	snprintf(lookup->service, sizeof(lookup->service), "%d", port);
	if (!doctor_within(doctor, BROKER_PATIENCE, look_up, lookup)) {
		report(doctor, "name", FAILING, "%s: the name server does not answer within %d s",
			host, BROKER_PATIENCE);
		report_fix("resolvectl query %s; cat /etc/resolv.conf", host);
		return NULL;
	}
	found = lookup->result == 0 ? lookup->found : NULL;
	if (found)
		report_found(doctor, lookup);
	else
		report_unknown(doctor, lookup);
	free(lookup);
	return found;
}

/* The socket, or negative errno. */
static int reach(const struct addrinfo *address, double until)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;
	socklen_t size = sizeof(error);

	if (fd < 0)
		return -errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
		error = errno;
	if (error == EINPROGRESS) {
		error = ETIMEDOUT;
		if (doctor_wait(fd, POLLOUT, until))
			(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	}
	if (error == 0)
		return fd;
	close(fd);
	return -error;
}

static const char *hint(int error)
{
	switch (error) {
	case -ECONNREFUSED:
		return "the machine is there, the broker is not: does it run, and does it listen "
		       "on more than localhost?";
	case -ETIMEDOUT:
		return "nothing answers: is the machine on, does a firewall drop the packets?";
	case -EHOSTUNREACH:
	case -ENETUNREACH:
		return "no way there: is this machine's network up, is the address right?";
	}
	return "";
}

int doctor_dial(struct doctor *doctor, const char *host, int port)
{
	struct addrinfo *found = resolve(doctor, host, port);
	double begun = clock_now();
	int fd = -EHOSTUNREACH;
	char text[INET6_ADDRSTRLEN + 16];

	if (!found)
		return -ENOENT;
	for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next) {
		fd = reach(at, begun + BROKER_PATIENCE);
		address_text(at, text, sizeof(text));
		if (fd < 0 && at->ai_next)
			report(doctor, "TCP", REMARK, "%s port %d: %s", text, port, strerror(-fd));
	}
	if (fd >= 0) {
		report(doctor, "TCP", FINE, "%s port %d, in %.0f ms", text, port,
			(clock_now() - begun) * 1000);
	} else {
		report(doctor, "TCP", FAILING, "%s port %d: %s", text, port, strerror(-fd));
		if (*hint(fd))
			report_fix("%s", hint(fd));
	}
	freeaddrinfo(found);
	return fd;
}
