/*
 * Stands in for the system manager on a private bus: what org.freedesktop.systemd1(5) documents of
 * NFailedUnits and ListUnitsByNames, with a few invented units.  With the argument "silent" it
 * takes questions and answers none.  Says "ready" when it has its name.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>

struct unit {
	const char *asked, *name, *load, *active, *sub;
};

static const struct unit units[] = {
	{"ssh.service", "ssh.service", "loaded", "active", "running"},
	{"sshd.service", "ssh.service", "loaded", "active", "running"}, /* an alias */
	{"backup.timer", "backup.timer", "loaded", "active", "waiting"},
	{"broken.service", "broken.service", "loaded", "failed", "failed"},
	{"idle.service", "idle.service", "loaded", "inactive", "dead"},
	{"off.service", "off.service", "masked", "inactive", "dead"},
	/* its file was removed while it runs */
	{"orphan.service", "orphan.service", "not-found", "active", "running"},
};

static bool silent;

static int add(sd_bus_message *reply, const char *asked)
{
	struct unit unit = {asked, asked, "not-found", "inactive", "dead"};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].asked, asked) == 0)
			unit = units[i];
	return sd_bus_message_append(reply, "(ssssssouso)", unit.name, "An invented unit",
		unit.load, unit.active, unit.sub, "", "/org/freedesktop/systemd1/unit/x",
		(uint32_t)0, "", "/");
}

static int list_units_by_names(sd_bus_message *question, void *unused, sd_bus_error *error)
{
	sd_bus_message *reply = NULL;
	const char *name;
	int r;

	(void)unused;
	(void)error;
	r = sd_bus_message_enter_container(question, 'a', "s");
	if (r >= 0)
		r = sd_bus_message_new_method_return(question, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(ssssssouso)");
	while (r >= 0 && (r = sd_bus_message_read(question, "s", &name)) > 0) {
		if (strstr(name, "@.")) { /* a template is no unit */
			sd_bus_message_unref(reply);
			return -EINVAL;
		}
		r = add(reply, name);
	}
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return r < 0 ? r : 1;
}

static int failed_units(sd_bus *bus, const char *path, const char *interface, const char *property,
	sd_bus_message *reply, void *unused, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)unused, (void)error;
	return sd_bus_message_append(reply, "u", (uint32_t)3);
}

static int stay_silent(sd_bus_message *question, void *unused, sd_bus_error *error)
{
	(void)unused, (void)error;
	return silent && sd_bus_message_is_method_call(question, NULL, NULL) > 0;
}

static const sd_bus_vtable table[] = {SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("ListUnitsByNames", "as", "a(ssssssouso)", list_units_by_names,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("NFailedUnits", "u", failed_units, 0, 0), SD_BUS_VTABLE_END};

int main(int argc, char **argv)
{
	sd_bus *bus = NULL;
	int r;

	silent = argc > 1 && strcmp(argv[1], "silent") == 0;
	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_add_filter(bus, NULL, stay_silent, NULL);
	if (r >= 0)
		r = sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/systemd1",
			"org.freedesktop.systemd1.Manager", table, NULL);
	if (r >= 0)
		r = sd_bus_request_name(bus, "org.freedesktop.systemd1", 0);
	if (r >= 0)
		(void)(puts("ready") == EOF || fflush(stdout));
	while (r >= 0) {
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	}
	fprintf(stderr, "systemd1: %s\n", strerror(-r));
	sd_bus_unref(bus);
	return 1;
}
