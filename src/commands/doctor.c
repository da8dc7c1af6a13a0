/*
 * `pistat doctor`: every source, the machine, the broker and Home Assistant looked at once, with
 * what to do about what is wrong.  The exit status says whether anything needs a person.
 */
#include "doctor_private.h"

#include "commands.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* systemd gives DynamicUser= ids from this range (systemd.exec(5)), unless there is a user of the
 * unit's name. */
#define DYNAMIC_UID_FIRST 61184
#define DYNAMIC_UID_LAST 65519
#define SERVICE_USER "pistat"
#define SYSTEM_UID_LAST 999

static const char *const verdicts[] = {
	[FINE] = "ok",
	[ABSENT] = "absent",
	[REMARK] = "note",
	[UNKNOWN] = "unknown",
	[NO_PERMISSION] = "no permission",
	[FAILING] = "failing",
};

void report_title(const char *title)
{
	printf("\n%s\n", title);
	fflush(stdout);
}

void report(struct doctor *doctor, const char *what, enum verdict verdict, const char *format, ...)
{
	va_list arguments;

	doctor->problems += verdict >= NO_PERMISSION;
	printf("  %-16s %-14s ", what, verdicts[verdict]);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

void report_fix(const char *format, ...)
{
	va_list arguments;

	printf("  %-31s → ", "");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

static void nothing(void *argument)
{
	(void)argument;
}

bool doctor_within(
	struct doctor *doctor, double seconds, void (*work)(void *argument), void *argument)
{
	struct lane *lane;
	bool back;

	if (lane_open(doctor->event, "pistat-doctor", &lane) < 0)
		return false;
	if (lane_submit(lane,
		    (struct lane_job){.work = work, .done = nothing, .argument = argument}) < 0) {
		(void)lane_close(lane);
		return false;
	}
	(void)lane_drain(lane, seconds);
	back = lane_close(lane);
	doctor->stuck |= !back;
	return back;
}

static void find_user(struct doctor *doctor)
{
	uid_t uid = geteuid();
	const struct passwd *entry = doctor->captured ? NULL : getpwuid(uid);

	doctor->service = !doctor->captured && uid >= DYNAMIC_UID_FIRST && uid <= DYNAMIC_UID_LAST;
	doctor->service |=
		entry && uid <= SYSTEM_UID_LAST && strcmp(entry->pw_name, SERVICE_USER) == 0;
	if (doctor->captured)
		text_copy(doctor->user, sizeof(doctor->user), "$USER");
	else if (entry)
		text_copy(doctor->user, sizeof(doctor->user), entry->pw_name);
	else
		snprintf(doctor->user, sizeof(doctor->user), "%u", (unsigned)uid);
}

static void examine(struct doctor *doctor)
{
	if (doctor->captured)
		printf("pistat " PISTAT_VERSION " looks at %s\n", doctor->captured);
	else
		printf("pistat " PISTAT_VERSION " as %s%s\n", doctor->user,
			doctor->service ? "" : "; the service may have other rights");
	doctor_sources(doctor);
	if (doctor->captured) {
		printf("\nA captured machine: its clock, groups, kernel, broker and Home Assistant "
		       "cannot be asked\n");
	} else {
		doctor_machine(doctor);
		doctor_service(doctor);
		doctor_broker(doctor);
	}
	if (doctor->problems)
		printf("\n%u thing%s a person\n", doctor->problems,
			doctor->problems == 1 ? " needs" : "s need");
	else
		printf("\nNothing needs a person\n");
}

int doctor_command(
	const struct arguments *arguments, const struct config *config, const struct root *root)
{
	struct doctor doctor = {.root = root, .config = config, .captured = arguments->root};
	int r = sd_event_new(&doctor.event);

	if (r >= 0)
		r = node_identify(root, config, &doctor.node);
	if (r < 0) {
		log_error("doctor: %s", strerror(-r));
		sd_event_unref(doctor.event);
		return 1;
	}
	/* what the parts of pistat would say in the log stands in the report */
	log_set_level(LOG_LEVEL_ERROR);
	signal(SIGPIPE, SIG_IGN); /* a broker that hangs up is an answer */
	find_user(&doctor);
	examine(&doctor);
	sd_event_unref(doctor.event);
	/* what never came back works on with what the caller is about to free */
	if (doctor.stuck) {
		fflush(stdout);
		_exit(doctor.problems ? 1 : 0);
	}
	return doctor.problems ? 1 : 0;
}
