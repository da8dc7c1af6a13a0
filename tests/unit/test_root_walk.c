/* Links that lead everywhere, opened by hand as openat2(2) would open them. */
#include "../../src/root/root_walk.c"
#include "mem.h"
#include "unit.h"

#include <stdlib.h>
#include <sys/stat.h>

static char dir[] = "/tmp/pistat-walk-XXXXXX";
static int root = -1;

static int begin(void **state)
{
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	assert_int_equal(mkdirat(root, "a", 0755), 0);
	assert_int_equal(mkdirat(root, "a/b", 0755), 0);
	fd = openat(root, "a/b/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_int_equal(write(fd, "inside", 6), 6);
	close(fd);
	assert_int_equal(symlinkat("/a/b", root, "absolute"), 0);
	assert_int_equal(symlinkat("../absolute", root, "a/relative"), 0);
	assert_int_equal(symlinkat("../../../../../../a/b/file", root, "a/up"), 0);
	assert_int_equal(symlinkat("/etc/passwd", root, "escape"), 0);
	assert_int_equal(symlinkat("circle", root, "circle"), 0);
	assert_int_equal(symlinkat("/", root, "top"), 0);
	return 0;
}

static int end(void **state)
{
	static const char *const names[] = {
		"top", "circle", "escape", "a/up", "a/relative", "absolute", "a/b/file"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlinkat(root, names[i], 0);
	unlinkat(root, "a/b", AT_REMOVEDIR);
	unlinkat(root, "a", AT_REMOVEDIR);
	close(root);
	return rmdir(dir);
}

static void expect_inside(const char *path)
{
	auto_close int fd = root_walk(root, path, O_RDONLY | O_CLOEXEC);
	char text[16] = "";

	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text) - 1), 6);
	assert_string_equal(text, "inside");
}

static void expect_error(const char *path, int error)
{
	assert_int_equal(root_walk(root, path, O_RDONLY | O_CLOEXEC), -1);
	assert_int_equal(errno, error);
}

static void links(void **state)
{
	(void)state;
	expect_inside("/a/b/file");
	expect_inside("//a/./b//file");
	expect_inside("/absolute/file");
	expect_inside("/a/relative/file");
	expect_inside("/a/up");
	expect_inside("/../../a/b/../b/file");
	expect_inside("/top/top/a/relative/../b/file");
}

/* The last name itself, if that is wanted. */
static void links_themselves(void **state)
{
	auto_close int kept = root_walk(root, "/a/relative", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	auto_close int inner = root_walk(root, "/top/escape/", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char target[32] = "";

	(void)state;
	assert_int_equal(readlinkat(kept, "", target, sizeof(target) - 1), 11);
	assert_string_equal(target, "../absolute");
	assert_int_equal(readlinkat(inner, "", target, sizeof(target) - 1), 11);
	assert_string_equal(target, "/etc/passwd");
}

static void errors(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	expect_error("/escape", ENOENT);
	expect_error("/../etc/passwd", ENOENT);
	expect_error("/a/none/../b/file", ENOENT);
	expect_error("/a/b/file/more", ENOTDIR);
	expect_error("/circle", ELOOP);
	expect_error("/circle/file", ELOOP);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	expect_error(path, ENAMETOOLONG);
	path[PATH_MAX - 10] = '\0';
	expect_error(path, ENAMETOOLONG);
}

static void folders(void **state)
{
	auto_close int top = root_walk(root, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int inner = root_walk(root, "/a/relative/", O_PATH | O_CLOEXEC);
	struct stat a, b;

	(void)state;
	assert_int_equal(fstat(top, &a), 0);
	assert_int_equal(fstat(root, &b), 0);
	assert_true(a.st_ino == b.st_ino);
	assert_int_equal(fstat(inner, &a), 0);
	assert_int_equal(fstatat(root, "a/b", &b, 0), 0);
	assert_true(a.st_ino == b.st_ino);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),
		cmocka_unit_test(links_themselves),
		cmocka_unit_test(errors),
		cmocka_unit_test(folders),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
