/* Programs that behave and programs that do not: all of them end, and nothing of them stays. */
#include "unit.h"

#include "../../src/root/child.c"

#include <dirent.h>
#include <threads.h>
#include <time.h>

#define SHELL(...) ((const char *const[]){"/bin/sh", "-c", __VA_ARGS__, NULL})

#define LEAVE "leave" /* argument of this program */

static const char *const sleeper[] = {"/bin/sh", "-c", "sleep 1000", NULL};
static const char *const greeter[] = {"/bin/sh", "-c", "echo here", NULL};
static atomic_bool stop;

static struct child run_one(const char *const *argv, double timeout)
{
	struct child child = {.name = "test", .argv = argv, .timeout = timeout};

	stop = false;
	children_run(&child, 1, true, &stop);
	return child;
}

static void nobody_is_left(void)
{
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* A process that was orphaned is reaped by somebody else, in their own time. */
static bool gone(pid_t pid)
{
	char path[64], state = 'Z';
	FILE *file;

	for (int i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		file = fopen(path, "re");
		if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			state = 'X';
		if (file)
			fclose(file);
		if (state == 'X' || state == 'Z')
			return true;
		thrd_sleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return false;
}

static void output_and_arguments(void **state)
{
	struct child child = run_one(SHELL("printf '%s|' \"$@\"", "sh", "a b", "$HOME", ""), 60);

	(void)state;
	assert_int_equal(child.result, 0);
	assert_string_equal(child.output, "a b|$HOME||");
	assert_int_equal(child.n, 11);
	free(child.output);
	nobody_is_left();
}

/* A clean environment, no input, no descriptors of ours, signals as everybody expects them (but for
 * two that belong to the C library). */
static void surroundings(void **state)
{
	struct child child;

	(void)state;
	setenv("SECRET", "x", 1);
	signal(SIGPIPE, SIG_IGN);
	child = run_one(
		SHELL("env | grep -v -e ^PWD= -e ^_= -e ^OLDPWD= -e ^SHLVL= | sort; pwd; cat;"
		      "ls /proc/self/fd | wc -l;"
		      "for set in SigBlk SigIgn; do"
		      " read -r mask <<END\n$(sed -n s/^$set:.//p /proc/self/status)\nEND\n"
		      " echo $set $((0x$mask & 0x7fffffff)); done"),
		60);
	assert_int_equal(child.result, 0);
	assert_string_equal(child.output,
		"LC_ALL=C.UTF-8\n"
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
		"/\n4\nSigBlk 0\nSigIgn 0\n");
	free(child.output);
	signal(SIGPIPE, SIG_DFL);
}

static void bad_ends(void **state)
{
	struct child child = run_one(SHELL("echo hello; exit 3"), 60);

	(void)state;
	assert_int_equal(child.result, -ECHILD);
	assert_int_equal(WEXITSTATUS(child.status), 3);
	assert_null(child.output);
	child = run_one(SHELL("kill -TERM $$"), 60);
	assert_int_equal(child.result, -ECHILD);
	assert_int_equal(WTERMSIG(child.status), SIGTERM);
	nobody_is_left();
}

static void no_program(void **state)
{
	struct child child;

	(void)state;
	skip_if_emulated("its vfork() is a fork(), so posix_spawn() does not see exec() fail");
	child = run_one((const char *const[]){"/nonexistent/program", NULL}, 60);
	assert_int_equal(child.result, -ENOENT);
	child = run_one((const char *const[]){"/etc/passwd", NULL}, 60);
	assert_int_equal(child.result, -EACCES);
	nobody_is_left();
}

static void a_flood_is_cut(void **state)
{
	struct child child = run_one(SHELL("yes"), 60);

	(void)state;
	assert_int_equal(child.result, -EFBIG);
	assert_null(child.output);
	child = run_one(SHELL("head -c 65536 /dev/zero"), 60);
	assert_int_equal(child.result, 0);
	assert_int_equal(child.n, 65536);
	free(child.output);
	child = run_one(SHELL("head -c 65537 /dev/zero"), 60);
	assert_int_equal(child.result, -EFBIG);
	nobody_is_left();
}

/* Also one that wants to hear of no signal, and those that it started. */
static void who_hangs_is_killed_with_its_group(void **state)
{
	char name[] = "/tmp/pistat-test-XXXXXX";
	int fd = mkstemp(name), grandchild = 0;
	struct child child;
	FILE *file;

	(void)state;
	assert_true(fd >= 0);
	child = run_one(
		SHELL("trap '' TERM HUP INT; sleep 1000 & echo $! >\"$1\"; wait", "sh", name), 2);
	assert_int_equal(child.result, -ETIMEDOUT);
	file = fdopen(fd, "r");
	assert_int_equal(fscanf(file, "%d", &grandchild), 1);
	assert_true(gone(grandchild));
	fclose(file);
	unlink(name);
	nobody_is_left();
}

static void who_left_its_group_is_killed_by_itself(void **state)
{
	char self[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct child child;

	(void)state;
	skip_if_emulated(
		"the kernel does not know how to start the board's programs, this one again");
	assert_true(n > 0);
	self[n] = '\0';
	child = run_one((const char *const[]){self, LEAVE, NULL}, 1);
	assert_int_equal(child.result, -ETIMEDOUT);
	nobody_is_left();
}

/* A library's, that waits for it itself. */
static void children_of_others_are_left_to_them(void **state)
{
	pid_t other = fork();
	struct child child;

	(void)state;
	if (other == 0)
		_exit(7);
	assert_true(other > 0);
	child = run_one(greeter, 60);
	assert_int_equal(child.result, 0);
	free(child.output);
	if (getpid() != 1)
		assert_int_equal(waitpid(other, NULL, 0), other);
	nobody_is_left();
}

/* It ended well; that it left somebody who keeps its output open is no reason to wait. */
static void what_it_left_behind_is_killed(void **state)
{
	double begun = clock_now();
	struct child child = run_one(SHELL("sleep 1000 & echo $!"), 600);
	int grandchild = 0;

	(void)state;
	assert_int_equal(child.result, 0);
	assert_true(clock_now() - begun < 300);
	assert_int_equal(sscanf(child.output, "%d", &grandchild), 1);
	assert_true(gone(grandchild));
	free(child.output);
	nobody_is_left();
}

static double cpu_used(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void a_closed_output_does_not_spin(void **state)
{
	double before = cpu_used();
	struct child child = run_one(SHELL("exec >&-; sleep 1"), 60);

	(void)state;
	assert_int_equal(child.result, 0);
	assert_int_equal(child.n, 0);
	assert_true(cpu_used() - before < 0.5);
	free(child.output);
}

/* More than run at once; those that hang hold nobody up. */
static void side_by_side(void **state)
{
	struct child children[20];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(children); i++)
		children[i] = (struct child){.name = "test",
			.argv = i % 4 ? greeter : sleeper,
			.timeout = i % 4 ? 600 : 1};
	stop = false;
	children_run(children, ARRAY_LEN(children), true, &stop);
	for (size_t i = 0; i < ARRAY_LEN(children); i++) {
		assert_int_equal(children[i].result, i % 4 ? 0 : -ETIMEDOUT);
		if (i % 4)
			assert_string_equal(children[i].output, "here\n");
		free(children[i].output);
	}
	nobody_is_left();
}

static int stop_soon(void *argument)
{
	(void)argument;
	thrd_sleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
	stop = true;
	return 0;
}

static void stopped_from_outside(void **state)
{
	struct child children[12];
	double begun = clock_now();
	thrd_t thread;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(children); i++)
		children[i] = (struct child){.name = "test", .argv = sleeper, .timeout = 600};
	stop = false;
	assert_int_equal(thrd_create(&thread, stop_soon, NULL), thrd_success);
	children_run(children, ARRAY_LEN(children), true, &stop);
	thrd_join(thread, NULL);
	assert_true(clock_now() - begun < 300);
	for (size_t i = 0; i < ARRAY_LEN(children); i++)
		assert_int_equal(children[i].result, -ECANCELED);
	nobody_is_left();
}

static size_t descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static size_t before;

static int count(void **state)
{
	(void)state;
	before = descriptors();
	return 0;
}

static int count_again(void **state)
{
	(void)state;
	return descriptors() == before ? 0 : -1;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, count, count_again)

/* Goes over into the group of who started it, and stays. */
static int leave(void)
{
	(void)setpgid(0, getpgid(getppid()));
	sleep(1000);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {TEST(output_and_arguments), TEST(surroundings),
		TEST(bad_ends), TEST(no_program), TEST(a_flood_is_cut),
		TEST(who_hangs_is_killed_with_its_group), TEST(what_it_left_behind_is_killed),
		TEST(a_closed_output_does_not_spin), TEST(side_by_side), TEST(stopped_from_outside),
		TEST(who_left_its_group_is_killed_by_itself),
		TEST(children_of_others_are_left_to_them)};

	if (argc == 2 && strcmp(argv[1], LEAVE) == 0)
		return leave();

	return cmocka_run_group_tests(tests, NULL, NULL);
}
