/* Files that stay open: opened once, read anew each time, closed with their root. */
#include "unit.h"

#include "../../src/root/held.c"

#include <dirent.h>
#include <errno.h>
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
	int before = descriptors();
	struct root *root = NULL;
	char text[128];

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	assert_int_equal(descriptors(), before);
	for (int i = 0; i < 3; i++) {
		assert_true(root_read_attribute(root, "/proc/loadavg", text, sizeof(text)) > 0);
		assert_int_equal(descriptors(), before + 1);
	}
	/* not one of them */
	assert_true(root_read_attribute(root, "/proc/version", text, sizeof(text)) > 0);
	assert_int_equal(descriptors(), before + 1);
	root_close(root);
	assert_int_equal(descriptors(), before);
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

/* However long a file is, all of it comes each time. */
static void whole(void **state)
{
	struct root *root = NULL;

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	for (int i = 0; i < 3; i++) {
		auto_free char *text = NULL;
		ssize_t n = root_read(root, "/proc/vmstat", &text);

		assert_true(n > 0 && text[n - 1] == '\n');
		assert_int_equal(strncmp(text, "nr_free_pages ", 14), 0);
	}
	root_close(root);
}

/* What a captured machine has under the name is its own. */
static void not_for_a_captured_machine(void **state)
{
	char dir[] = "/tmp/pistat-held-XXXXXX", text[128];
	auto_free char *command = NULL;
	struct root *root = NULL;

	(void)state;
	assert_non_null(mkdtemp(dir));
	command = xasprintf("mkdir %s/proc && echo theirs > %s/proc/loadavg", dir, dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(root_open(dir, &root), 0);
	assert_int_equal(root_read_attribute(root, "/proc/loadavg", text, sizeof(text)), 6);
	assert_string_equal(text, "theirs");
	assert_int_equal(root_read_attribute(root, "/proc/stat", text, sizeof(text)), -ENOENT);
	root_close(root);
	free(command);
	command = xasprintf("rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

/* As below a FUSE that was started anew: what is open fails for ever, the name leads to the new
 * one.
 */
static void broken(void **state)
{
	struct root *root = NULL;
	char text[128];
	int ends[2];

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	assert_int_equal(pipe(ends), 0);
	assert_string_equal(paths[1], "/proc/loadavg");
	root->held->files[1] = ends[0] + 1;
	for (int i = 0; i < 2; i++) {
		auto_free char *whole = NULL;
		int before = descriptors();

		assert_true(root_read_attribute(root, "/proc/loadavg", text, sizeof(text)) > 0);
		assert_true(root_read(root, "/proc/loadavg", &whole) > 0);
		assert_int_equal(descriptors(), before);
	}
	root_close(root);
	close(ends[1]);
}

/* A lane that comes second uses what the first one opened. */
static void two_at_once(void **state)
{
	int before = descriptors(), first, second;
	atomic_int file = 0;

	(void)state;
	first = open_once(&file, "/proc/stat");
	second = open_once(&file, "/proc/stat");
	assert_true(first >= 0);
	assert_int_equal(first, second);
	assert_int_equal(descriptors(), before + 1);
	close(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(opened_once),
		cmocka_unit_test(read_anew), cmocka_unit_test(whole),
		cmocka_unit_test(not_for_a_captured_machine), cmocka_unit_test(broken),
		cmocka_unit_test(two_at_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
