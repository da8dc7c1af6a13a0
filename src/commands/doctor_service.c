/* The third part of `pistat doctor`: is a pistat at work here, does HTTP answer, what does the
 * system manager say. */
#include "doctor_private.h"

#include "mem.h"
#include "root_devices.h"
#include "text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define PATIENCE 5 /* seconds for one answer, or for the system manager's */

/* Where a server that listens on that address answers; "0.0.0.0" and "::" are every address. */
static int address_of(const char *address, unsigned port, struct addrinfo **ret)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM};
	char service[8];

	snprintf(service, sizeof(service), "%u", port);
	return getaddrinfo(address, service, &hints, ret);
}

/* The socket, or negative errno. */
static int reach(const struct addrinfo *to)
{
	struct timeval patience = {.tv_sec = PATIENCE};
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	/* the time limit of connect(2), too: socket(7) */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

/* May we have the address ourselves? */
static int try_bind(const struct addrinfo *address)
{
	auto_close int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (address->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	return bind(fd, address->ai_addr, address->ai_addrlen) < 0 ? -errno : 0;
}

/* What comes back, NUL added. */
static void ask(int fd, const char *question, char *ret, size_t size)
{
	size_t n = 0;
	ssize_t r = 0;

	if (send(fd, question, strlen(question), MSG_NOSIGNAL) >= 0)
		while (n < size - 1 && (r = recv(fd, ret + n, size - 1 - n, 0)) > 0)
			n += (size_t)r;
	ret[n] = '\0';
}

/* "…\"mqtt\":\"connected\",\"sample_age\":1.2}": the value without quotation marks; "" if none. */
static void health_value(const char *answer, const char *name, char *ret, size_t size)
{
	char key[32], value[64];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(answer, key);
	at = at ? at + strlen(key) : "";
	at += *at == '"';
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\",}\r\n"), at);
	text_copy(ret, size, value);
}

/* HTTP/1.1 200 OK\r\n…\r\n{"status":"healthy","uptime":86400.5,"mqtt":"connected","sample_age":1.2}
 */
static void report_answer(struct doctor *doctor, const char *where, const char *answer)
{
	char status[32], mqtt[32], age[32];

	health_value(answer, "status", status, sizeof(status));
	health_value(answer, "mqtt", mqtt, sizeof(mqtt));
	health_value(answer, "sample_age", age, sizeof(age));
	if (!status[0] || !mqtt[0]) {
		report(doctor, "HTTP", FAILING, "%s: somebody else answers there", where);
		report_fix("choose another http.port; who has it: sudo ss -ltnp");
		return;
	}
	doctor->http_ours = true;
	report(doctor, "HTTP", strcmp(status, "healthy") == 0 ? FINE : FAILING,
		"%s: pistat answers: %s, last sample %s s ago, MQTT %s", where, status, age, mqtt);
}

/* The loopback address if the option says every address. */
static const char *near_address(const char *address)
{
	if (strcmp(address, "0.0.0.0") == 0)
		return "127.0.0.1";
	return strcmp(address, "::") == 0 ? "::1" : address;
}

static void examine_address(struct doctor *doctor, const char *address, unsigned port)
{
	struct addrinfo *near_by = NULL, *own = NULL;
	char where[80], answer[2048];
	int fd = -EADDRNOTAVAIL, r = -EADDRNOTAVAIL; /* also where its interface is not there */

	snprintf(where, sizeof(where), strchr(address, ':') ? "[%s]:%u" : "%s:%u", address, port);
	if (address_of(near_address(address), port, &near_by) == 0)
		fd = reach(near_by);
	if (address_of(address, port, &own) == 0)
		r = try_bind(own);
	if (fd >= 0) {
		ask(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
			answer, sizeof(answer));
		close(fd);
		report_answer(doctor, where, answer);
	} else if (r == 0) {
		doctor->http_silent = true;
		report(doctor, "HTTP", FINE, "%s: free: no pistat answers there now", where);
	} else if ((strcmp(address, "::") == 0 || strcmp(address, "::1") == 0) &&
		   (r == -EAFNOSUPPORT || r == -EADDRNOTAVAIL)) {
		report(doctor, "HTTP", ABSENT, "%s: no IPv6 here", where);
	} else {
		report(doctor, "HTTP", FAILING, "%s: %s", where, strerror(-r));
	}
	if (near_by)
		freeaddrinfo(near_by);
	if (own)
		freeaddrinfo(own);
}

struct bus_question {
	const struct root *root;
	char *text;
	ssize_t r;
};

static void ask_bus(void *argument)
{
	struct bus_question *question = argument;
	static const char *const names[] = {"pistat.service"};

	question->r = root_units(question->root, names, 1, &question->text);
}

/* "failed 2\nunit pistat.service active running\n" */
static void report_unit(struct doctor *doctor)
{
	struct bus_question *question = xcalloc(1, sizeof(*question));
	const char *at;

	question->root = doctor->root;
	if (!doctor_within(doctor, PATIENCE, ask_bus, question)) {
		report(doctor, "systemd", FAILING, "the system bus does not answer");
		return;
	}
	at = question->r >= 0 ? strstr(question->text, "unit pistat.service ") : NULL;
	if (question->r == -ENOENT) {
		report(doctor, "systemd", ABSENT, "no system manager here");
	} else if (!at) {
		report(doctor, "systemd", UNKNOWN, "%s",
			question->r < 0 ? strerror((int)-question->r) : "it says nothing of us");
	} else {
		char state[64];

		at += strlen("unit pistat.service ");
		snprintf(state, sizeof(state), "%.*s", (int)strcspn(at, "\n"), at);
		if (strncmp(state, "failed", 6) == 0) {
			report(doctor, "systemd", FAILING, "pistat.service: %s", state);
			report_fix("journalctl -u pistat -b");
		} else {
			report(doctor, "systemd", strncmp(state, "active", 6) == 0 ? FINE : REMARK,
				"pistat.service: %s", state);
		}
	}
	free(question->text);
	free(question);
}

void doctor_service(struct doctor *doctor)
{
	const struct config *config = doctor->config;
	unsigned port = (unsigned)config_number(config, OPTION_HTTP_PORT);
	size_t n;
	const char *const *addresses = config_list(config, OPTION_HTTP_LISTEN, &n);

	report_title("Service");
	report_unit(doctor);
	if (!config_flag(config, OPTION_HTTP_ENABLED))
		report(doctor, "HTTP", REMARK, "switched off (http.enabled)");
	for (size_t i = 0; i < n && config_flag(config, OPTION_HTTP_ENABLED); i++) {
		bool both = strcmp(addresses[i], "localhost") == 0;

		examine_address(doctor, both ? "127.0.0.1" : addresses[i], port);
		if (both)
			examine_address(doctor, "::1", port);
	}
}
