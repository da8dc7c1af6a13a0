/*
 * root_units() of root_devices.h: the system manager's properties over the system bus
 * (org.freedesktop.systemd1(5)).  Anybody may read them.  The connection lives for one question, so
 * that nothing is kept open and a bus that was restarted does not matter; nothing is ever started.
 */
#include "mem.h"
#include "root_devices.h"
#include "root_private.h"
#include "scan.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#define SYSTEMD "org.freedesktop.systemd1"
#define PATIENCE 2000000 /* microseconds for the connection, and for each answer */

struct answer {
	char *text;
	size_t n;
};

static void answer_add(struct answer *answer, const char *line)
{
	size_t n = strlen(line);

	answer->text = xrealloc(answer->text, answer->n + n + 1, 1);
	memcpy(answer->text + answer->n, line, n + 1);
	answer->n += n;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* A call does not wait longer than it was told, but the first one would wait for the handshake. */
static int wait_until_ready(sd_bus *bus)
{
	uint64_t end = now() + PATIENCE;
	int r;

	while ((r = sd_bus_is_ready(bus)) == 0) {
		uint64_t at = now();

		r = sd_bus_process(bus, NULL);
		if (r < 0)
			return r;
		if (r > 0)
			continue;
		if (at >= end)
			return -ETIMEDOUT;
		r = sd_bus_wait(bus, end - at);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return r < 0 ? r : 0;
}

/* No bus, or nobody on it of that name: no systemd runs here. */
static int absent(int r)
{
	static const int nobody[] = {
		-ENOENT, -ECONNREFUSED, -EHOSTUNREACH, -ENXIO, -ENOMEDIUM, -ENOTDIR};

	for (size_t i = 0; i < ARRAY_LEN(nobody); i++)
		if (r == nobody[i])
			return -ENOENT;
	return r;
}

static int ask(sd_bus *bus, const char *interface, const char *method, sd_bus_message **ret,
	const char *types, const char *first, const char *second)
{
	sd_bus_message *question = NULL;
	int r = sd_bus_message_new_method_call(
		bus, &question, SYSTEMD, "/org/freedesktop/systemd1", interface, method);

	if (r >= 0) /* dbus-daemon has a file to start it by, and would try */
		r = sd_bus_message_set_auto_start(question, false);
	if (r >= 0 && strcmp(types, "as") == 0)
		r = sd_bus_message_append(question, types, 1, first);
	else if (r >= 0)
		r = sd_bus_message_append(question, types, first, second);
	if (r >= 0)
		r = sd_bus_call(bus, question, PATIENCE, NULL, ret);
	sd_bus_message_unref(question);
	return r;
}

static int ask_failed(sd_bus *bus, struct answer *answer)
{
	sd_bus_message *reply = NULL;
	char line[32];
	uint32_t n;
	int r = ask(bus, "org.freedesktop.DBus.Properties", "Get", &reply, "ss", SYSTEMD ".Manager",
		"NFailedUnits");

	if (r >= 0)
		r = sd_bus_message_read(reply, "v", "u", &n);
	sd_bus_message_unref(reply);
	if (r < 0)
		return r;
	snprintf(line, sizeof(line), "failed %u\n", n);
	answer_add(answer, line);
	return 0;
}

/* What systemd.unit(5) allows in a name; nothing else would be a word of the answer, either. */
static bool unit_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < 256 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    ":-_.\\@") == n;
}

/* One name at a time: an alias is answered under another name.  -EIO: nothing known of this one. */
static int ask_unit(sd_bus *bus, const char *name, struct answer *answer)
{
	const char *load, *active, *sub;
	sd_bus_message *reply = NULL;
	char line[512];
	int r = ask(bus, SYSTEMD ".Manager", "ListUnitsByNames", &reply, "as", name, NULL);

	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'a', "(ssssssouso)");
	if (r > 0)
		r = sd_bus_message_enter_container(reply, 'r', "ssssssouso");
	if (r > 0)
		r = sd_bus_message_read(reply, "sssss", NULL, NULL, &load, &active, &sub);
	if (r > 0) {
		/* "not-found", "masked", "bad-setting": there is no more to say */
		if (strcmp(load, "loaded") != 0 && strcmp(active, "inactive") == 0)
			snprintf(line, sizeof(line), "unit %s %s\n", name, load);
		else
			snprintf(line, sizeof(line), "unit %s %s %s\n", name, active, sub);
		answer_add(answer, line);
	}
	sd_bus_message_unref(reply);
	return r;
}

static int ask_all(const char *const *names, size_t n, struct answer *answer)
{
	sd_bus *bus = NULL;
	int r = sd_bus_open_system(&bus);

	if (r >= 0)
		r = wait_until_ready(bus);
	if (r >= 0)
		r = ask_failed(bus, answer);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		int one = unit_name(names[i]) ? ask_unit(bus, names[i], answer) : 0;

		/* it may be wrong about one; when it does not answer, it will not about the rest */
		if (one == -ETIMEDOUT || one == -ECONNRESET || one == -ENOTCONN)
			r = one;
	}
	sd_bus_close_unref(bus);
	return absent(r);
}

ssize_t root_units(const struct root *root, const char *const *names, size_t n, char **ret_text)
{
	struct answer answer = {0};
	int r;

	if (!root_live(root))
		return root_read(root, "/captured/units", ret_text);
	r = ask_all(names, n, &answer);
	if (r < 0) {
		free(answer.text);
		return root_failed(root, "org.freedesktop.systemd1", r);
	}
	root_seen(root, "org.freedesktop.systemd1", answer.text);
	capture_fact(root, "units", answer.text, true);
	*ret_text = answer.text;
	return (ssize_t)answer.n;
}
