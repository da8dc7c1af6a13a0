/* Files that stay open: opened once, read anew each time, closed with their root. */
#include "unit.h"

#include "../../src/root/held.c"

#include "machine.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

static int descriptors(void)
{
	auto_dir DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	return n;
}

static void opened_once(void **state)
{
	int closed = descriptors(), before;
	struct root *root = NULL;
	char text[128];

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	before = descriptors();
	assert_int_equal(before, closed + 1); /* the socket for questions */
	for (int i = 0; i < 3; i++) {
		assert_true(root_read_attribute(root, "/proc/loadavg", text, sizeof(text)) > 0);
		assert_int_equal(descriptors(), before + 1);
	}
	/* not one of them */
	assert_true(root_read_attribute(root, "/proc/version", text, sizeof(text)) > 0);
	assert_int_equal(descriptors(), before + 1);
	root_close(root);
	assert_int_equal(descriptors(), closed);
}

/* The last number of /proc/loadavg is the process that came last. */
static void read_anew(void **state)
{
	char first[128], second[128];
	struct root *root = NULL;
	pid_t pid;

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	assert_true(root_read_attribute(root, "/proc/loadavg", first, sizeof(first)) > 0);
	pid = fork();
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(root_read_attribute(root, "/proc/loadavg", second, sizeof(second)) > 0);
	assert_string_not_equal(first, second);
	root_close(root);
}

static atomic_int *loadavg(const struct root *root)
{
	return find(root->held, "/proc/loadavg");
}

/* However long a file is, all of it comes each time. */
static void whole(void **state)
{
	char name[] = "/tmp/pistat-held-XXXXXX";
	int fd = mkstemp(name);
	struct root *root = NULL;
	char line[32];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(
			write(fd, line, (size_t)snprintf(line, sizeof(line), "%09d\n", i)), 10);
	assert_int_equal(root_open(NULL, &root), 0);
	*loadavg(root) = fd + 1;
	for (int round = 0; round < 3; round++) {
		auto_free char *text = NULL;

		assert_int_equal(root_read(root, "/proc/loadavg", &text), 20000);
		for (int i = 0; i < 2000; i++)
			assert_int_equal(atoi(text + 10 * (size_t)i), i);
		assert_int_equal(*loadavg(root), fd + 1);
	}
	root_close(root);
}

/* What a captured machine has under the name is its own. */
static void not_for_a_captured_machine(void **state)
{
	struct machine machine;
	char text[128];

	(void)state;
	machine_open(&machine);
	machine_write(&machine, "/proc/loadavg", "theirs\n");
	assert_int_equal(root_read_attribute(machine.root, "/proc/loadavg", text, sizeof(text)), 6);
	assert_string_equal(text, "theirs");
	assert_int_equal(
		root_read_attribute(machine.root, "/proc/stat", text, sizeof(text)), -ENOENT);
	machine_close(&machine);
}

/* A pipe fails, as all does below a FUSE that was started anew; /dev/null is empty, as what lxcfs
 * has no more room for.  The name leads to something better, which then stays open. */
static void no_longer_good(void **state)
{
	struct root *root = NULL;
	int ends[2];

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	for (int i = 0; i < 4; i++) {
		int before = descriptors();
		char text[128];

		if (i < 2) {
			assert_int_equal(pipe(ends), 0);
			close(ends[1]);
		} else {
			ends[0] = open("/dev/null", O_RDONLY);
		}
		*loadavg(root) = ends[0] + 1;
		if (i % 2) {
			auto_free char *all = NULL;

			assert_true(root_read(root, "/proc/loadavg", &all) > 0);
		}
		assert_true(root_read_attribute(root, "/proc/loadavg", text, sizeof(text)) > 0);
		assert_int_equal(descriptors(), before + 1);
		close(held_take(root->held, "/proc/loadavg"));
	}
	root_close(root);
}

/* Whoever comes while it is taken has one of its own; one of them stays open. */
static void taken_by_one(void **state)
{
	struct root *root = NULL;
	char text[128];
	int before, taken;

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	before = descriptors();
	assert_int_equal(held_take(root->held, "/proc/loadavg"), -1);
	assert_true(root_read_attribute(root, "/proc/loadavg", text, sizeof(text)) > 0);
	taken = held_take(root->held, "/proc/loadavg");
	assert_true(taken >= 0);
	assert_int_equal(held_take(root->held, "/proc/loadavg"), -1);
	assert_true(root_read_attribute(root, "/proc/loadavg", text, sizeof(text)) > 0);
	assert_int_equal(descriptors(), before + 2);
	held_give(root->held, "/proc/loadavg", taken);
	assert_int_equal(descriptors(), before + 1);
	assert_int_not_equal(held_take(root->held, "/proc/loadavg"), taken);
	root_close(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(opened_once),
		cmocka_unit_test(read_anew), cmocka_unit_test(whole),
		cmocka_unit_test(not_for_a_captured_machine), cmocka_unit_test(no_longer_good),
		cmocka_unit_test(taken_by_one)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
