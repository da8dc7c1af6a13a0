#include "../../src/collect/users.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

/* As systemd 257 writes it. */
#define SESSION(state, class)                                                                      \
	"# This is private data. Do not parse.\nUID=1000\nUSER=pi\nACTIVE=1\nIS_DISPLAY=1\n"       \
	"STATE=" state "\nREMOTE=1\nLEADER_FD_SAVED=1\nTYPE=tty\nORIGINAL_TYPE=tty\nCLASS=" class  \
		"\nSCOPE=session-3.scope\nFIFO=/run/systemd/sessions/3.ref\nTTY=pts/0\n"           \
		"REMOTE_HOST=192.0.2.7\nSERVICE=sshd\nLEADER=1234\nAUDIT=3\nREALTIME="             \
		"1763644740120000\n"

static void states_and_classes(void **state)
{
	static const struct {
		const char *text;
		bool counts;
	} cases[] = {
		{SESSION("active", "user"), true},
		{SESSION("online", "user"), true},
		{SESSION("opening", "user"), false},
		{SESSION("closing", "user"), false},
		{SESSION("active", "user-early"), true}, /* root */
		{SESSION("active", "user-light"), true},
		{SESSION("active", "manager"), false},
		{SESSION("active", "manager-early"), false},
		{SESSION("active", "greeter"), false},
		{SESSION("active", "lock-screen"), false},
		{SESSION("active", "background"), false},
		{SESSION("active", "background-light"), false},
		{SESSION("active", "userland"), false},
		{"STATE=active\n", true},
		{"STATE=active", true},
		{"STATE=active\nCLASS=", false},
		{"CLASS=user\n", false},
		{"", false},
		{"\n\n=\n==\n", false},
		{"STATE=\xff\xfe\nCLASS=user\n", false},
		{"STATE=activ", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(session_parse(cases[i].text), cases[i].counts);
}

static void sessions_of_logind(void **state)
{
	struct machine machine;
	char fifo[256];

	(void)state;
	machine_open(&machine);
	machine_write(&machine, SESSIONS "/1", SESSION("active", "user"));
	machine_write(&machine, SESSIONS "/2", SESSION("active", "manager"));
	machine_write(&machine, SESSIONS "/c3", SESSION("online", "user"));
	machine_write(&machine, SESSIONS "/.#4a8f31", SESSION("active", "user"));
	machine_write(&machine, SESSIONS "/5", ""); /* it went while we looked */
	machine_write(&machine, SESSIONS "/6/x", "");
	snprintf(fifo, sizeof(fifo), "%s" SESSIONS "/1.ref", machine.dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(machine_collect(&machine, &collect_users), 0);
	assert_near(machine_number(&machine, SYSTEM_USERS, ""), 2);
	machine_remove(&machine, SESSIONS);
	machine_write(&machine, SESSIONS "/x", "");
	machine_remove(&machine, SESSIONS "/x");
	machine_write(&machine, "/run/utmp", "nobody looks here where logind is");
	assert_int_equal(machine_collect(&machine, &collect_users), 0);
	assert_near(machine_number(&machine, SYSTEM_USERS, ""), 0);
	machine_close(&machine);
}

static void record_login(char *record, int16_t type, int32_t pid, const char *user)
{
	memcpy(record, &type, sizeof(type));
	memcpy(record + UTMP_PID, &pid, sizeof(pid));
	memcpy(record + UTMP_USER, user, strlen(user));
}

static void records(struct machine *machine, size_t size)
{
	char *bytes = xcalloc(5, size);

	record_login(bytes, 2, 0, "reboot");
	record_login(bytes + size, USER_PROCESS, 700, "pi");
	record_login(bytes + 2 * size, USER_PROCESS, 701, "pi"); /* its process is gone */
	record_login(bytes + 3 * size, DEAD_PROCESS, 700, "pi");
	record_login(bytes + 4 * size, USER_PROCESS, 702, "");
	machine_put(machine, "/run/utmp", bytes, 5 * size);
	free(bytes);
}

static void utmp_without_logind(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_users), -ENOENT);
	machine_write(&machine, "/proc/700/stat", "");
	machine_write(&machine, "/proc/702/stat", "");
	records(&machine, 384);
	assert_int_equal(machine_collect(&machine, &collect_users), 0);
	assert_near(machine_number(&machine, SYSTEM_USERS, ""), 1);
	records(&machine, 400);
	assert_int_equal(machine_collect(&machine, &collect_users), 0);
	assert_near(machine_number(&machine, SYSTEM_USERS, ""), 1);
	machine_put(&machine, "/run/utmp", "\7\0short", 7);
	assert_int_equal(machine_collect(&machine, &collect_users), 0);
	assert_near(machine_number(&machine, SYSTEM_USERS, ""), 0);
	machine_close(&machine);
}

static void the_records_of_this_machine(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct utmp, ut_type), UTMP_TYPE);
	assert_int_equal(offsetof(struct utmp, ut_pid), UTMP_PID);
	assert_int_equal(offsetof(struct utmp, ut_user), UTMP_USER);
	assert_true(sizeof(struct utmp) == UTMP_SHORT || sizeof(struct utmp) == UTMP_LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_and_classes),
		cmocka_unit_test(sessions_of_logind),
		cmocka_unit_test(utmp_without_logind),
		cmocka_unit_test(the_records_of_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
