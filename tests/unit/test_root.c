/* The door: captured machines stay inside their directory, and what they lack they do not have. */
#include "unit.h"

#include "../../src/root/root.c"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static char dir[] = "/tmp/pistat-root-XXXXXX";
static struct root *root;

static void add(const char *path, const char *text)
{
	auto_free char *to = xasprintf("%s%s", dir, path);
	FILE *file;

	for (char *slash = to + strlen(dir) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(to, 0755);
		*slash = '/';
	}
	file = fopen(to, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void files(void **state)
{
	auto_free char *text = NULL;
	auto_free char *big = xcalloc(100001, 1);
	char attribute[8];
	double number;

	(void)state;
	memset(big, 'x', 100000);
	add("/proc/big", big);
	assert_int_equal(root_read(root, "/proc/big", &text), 100000);
	assert_string_equal(text, big);
	add("/sys/a", "  42 \n");
	assert_int_equal(root_read_number(root, "/sys/a", &number), -EBADMSG);
	add("/sys/a", "42\n");
	assert_int_equal(root_read_number(root, "/sys/a", &number), 0);
	assert_true(number == 42);
	add("/sys/a", "a long attribute\n");
	assert_int_equal(root_read_attribute(root, "/sys/a", attribute, sizeof(attribute)), 7);
	assert_string_equal(attribute, "a long ");
	assert_int_equal(root_read_number(root, "/sys/none", &number), -ENOENT);
}

static void nothing_leaves_the_root(void **state)
{
	auto_free char *link = xasprintf("%s/escape", dir), *up = xasprintf("%s/up", dir);
	auto_free char *folder = xasprintf("%s/folder", dir), *text = NULL;
	char target[32];

	(void)state;
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(symlink("../../../../../etc/passwd", up), 0);
	assert_int_equal(root_read(root, "/escape", &text), -ENOENT);
	assert_int_equal(root_read(root, "/up", &text), -ENOENT);
	assert_int_equal(root_read(root, "/../../../../etc/passwd", &text), -ENOENT);
	assert_true(root_exists(root, "/escape")); /* the name is there */
	assert_int_equal(symlink("/etc", folder), 0);
	assert_false(root_exists(root, "/folder/passwd"));
	assert_int_equal(root_link_name(root, "/folder/mtab", target, sizeof(target)), -ENOENT);
	assert_int_equal(root_link_name(root, "/escape", target, sizeof(target)), 0);
	assert_string_equal(target, "passwd");
}

/* While a name changes anywhere on the machine, openat2(2) may not follow "..", and says so. */
static void names_that_change_elsewhere(void **state)
{
	auto_free char *a = xasprintf("%s/a", dir), *b = xasprintf("%s/b", dir);
	auto_free char *link = xasprintf("%s/deep/link", dir);
	auto_free char *first = xasprintf("%s/name", a), *second = xasprintf("%s/name", b);
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	pid_t child;

	(void)state;
	assert_int_equal(mkdir(a, 0755) + mkdir(b, 0755) + mkdir(first, 0755), 0);
	add("/deep/file", "");
	assert_int_equal(symlink("../deep/../deep/../deep/file", link), 0);
	child = fork();
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			if (rename(first, second) < 0 || rename(second, first) < 0)
				_exit(1);
	}
	/* Until it surely would have happened to us.  An emulator may not know the call. */
	for (int i = 0, seen = 0; i < 500000 && seen < 50; i++) {
		auto_close int fd = root_open_inside(root, "/deep/link", O_PATH | O_CLOEXEC);
		auto_close int plain =
			(int)syscall(SYS_openat2, root->fd, "deep/link", &how, sizeof(how));

		assert_true(fd >= 0);
		seen += plain < 0 ? errno == EAGAIN ? 1 : 50 : 0;
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_fifo_does_not_block(void **state)
{
	auto_free char *fifo = xasprintf("%s/fifo", dir);
	auto_free char *text = NULL;

	(void)state;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(root_read(root, "/fifo", &text), 0);
}

static void names(void **state)
{
	auto_free char **list = NULL;
	size_t n;

	(void)state;
	add("/sys/class/x10/a", "");
	add("/sys/class/x2/a", "");
	assert_int_equal(root_list(root, "/sys/class", &list, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0], "x2");
	assert_string_equal(list[1], "x10");
	add("/proc/12/stat", "");
	add("/proc/1a/stat", "");
	assert_int_equal(root_count_numeric(root, "/proc", &n), 0);
	assert_int_equal(n, 1);
}

static void facts(void **state)
{
	struct statvfs filesystem;
	struct utsname names;
	double wall, boottime, offset;

	(void)state;
	assert_int_equal(root_statvfs(root, "/", &filesystem), -ENOENT);
	add("/captured/statvfs", "/ 4096 4096 100 50 40 10 5 5 1\n/mnt/my\\040data 512 512 7 6 5 4 "
				 "3 2 1\n/bad 1 2\n");
	assert_int_equal(root_statvfs(root, "/mnt/my data", &filesystem), 0);
	assert_int_equal(filesystem.f_blocks, 7);
	assert_int_equal(root_statvfs(root, "/mnt", &filesystem), -ENOENT);
	assert_int_equal(root_statvfs(root, "/bad", &filesystem), -EBADMSG);
	assert_int_equal(root_clock(root, &wall, &boottime), -ENOENT);
	add("/proc/uptime", "86400.50 1000.00\n");
	add("/proc/stat", "cpu 1 2 3 4\nbtime 1000000\n");
	assert_int_equal(root_clock(root, &wall, &boottime), 0);
	assert_true(boottime == 86400.5 && wall == 1086400.5);
	add("/captured/clock", "5.5 2.25\n");
	assert_int_equal(root_clock(root, &wall, &boottime), 0);
	assert_true(wall == 5.5 && boottime == 2.25);
	assert_int_equal(root_clock_synchronised(root, NULL), -ENOENT);
	add("/captured/timex", "0 0.5\n");
	assert_int_equal(root_clock_synchronised(root, &offset), 0);
	assert_true(isnan(offset));
	add("/captured/timex", "1\n");
	assert_int_equal(root_clock_synchronised(root, &offset), 1);
	assert_true(isnan(offset));
	add("/captured/timex", "1 0.000129\n");
	assert_int_equal(root_clock_synchronised(root, &offset), 1);
	assert_true(offset == 0.000129);
	add("/etc/hostname", "attic\n");
	assert_int_equal(root_uname(root, &names), 0);
	assert_string_equal(names.nodename, "attic");
	add("/captured/uname", "Linux\ncellar\n6.1.0\n#1\naarch64\n");
	assert_int_equal(root_uname(root, &names), 0);
	assert_string_equal(names.machine, "aarch64");
}

static void sockets_of_a_capture(void **state)
{
	size_t n;

	(void)state;
	assert_int_equal(root_connections(root, &n), -ENOENT);
	add("/proc/net/tcp",
		"  sl  local_address rem_address   st tx_queue rx_queue\n"
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000\n"
		"   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000\n"
		"   2: 0100007F:1F91 0100007F:C002 06 00000000:00000000 00:00000000\n"
		"   3: 0100007F:1F92 0100007F:C003 02 00000000:00000000 00:00000000\n");
	add("/proc/net/udp",
		"  sl  local_address rem_address   st\n"
		"   0: 0100007F:0035 00000000:0000 07 0\n   1: 0100007F:0035 0100007F:1234 01 0\n");
	assert_int_equal(root_connections(root, &n), 0);
	assert_int_equal(n, 3);
}

static void this_machine_answers(void **state)
{
	struct root *live;
	auto_free char *addresses = NULL;
	auto_free char *text = NULL;
	size_t n;

	(void)state;
	assert_int_equal(root_open(NULL, &live), 0);
	assert_true(root_live(live));
	assert_true(root_read(live, "/proc/stat", &text) > 0);
	assert_true(root_addresses(live, &addresses) > 0);
	assert_non_null(strstr(addresses, "lo inet 127.0.0.1 host "));
	assert_int_equal(root_connections(live, &n), 0);
	assert_null(root_close(live));
}

/* What is captured can be replayed, and says nothing that identifies the machine. */
static void captures_are_masked(void **state)
{
	auto_free char *into = xasprintf("%s/capture", dir);
	struct root *capturing, *replay;
	auto_free char *first = NULL, *second = NULL, *stat = NULL;
	char id[64];

	(void)state;
	assert_int_equal(root_open_capturing(into, &capturing), 0);
	assert_true(root_read(capturing, "/proc/meminfo", &first) > 0);
	assert_true(root_read(capturing, "/proc/self/stat", &stat) > 0);
	assert_true(
		root_read_attribute(capturing, "/sys/class/net/lo/address", id, sizeof(id)) > 0);
	assert_true(root_exists(capturing, "/etc/passwd"));
	root_close(capturing);
	assert_int_equal(root_open(into, &replay), 0);
	assert_true(root_read(replay, "/proc/meminfo", &second) > 0);
	assert_string_equal(first, second);
	assert_true(root_exists(replay, "/etc/passwd"));
	assert_int_equal(root_read_attribute(replay, "/etc/passwd", id, sizeof(id)),
		0); /* not what is in it */
	assert_true(root_read_attribute(replay, "/sys/class/net/lo/address", id, sizeof(id)) > 0);
	assert_string_equal(id, "00:00:00:00:00:00");
	root_close(replay);
}

struct heard {
	char path[64], text[64];
	int error;
	unsigned n;
};

static void hear_text(void *self, const char *path, const char *text)
{
	struct heard *heard = self;

	snprintf(heard->path, sizeof(heard->path), "%s", path);
	snprintf(heard->text, sizeof(heard->text), "%s", text);
	heard->n++;
}

static void hear_failure(void *self, const char *path, int error)
{
	struct heard *heard = self;

	snprintf(heard->path, sizeof(heard->path), "%s", path);
	heard->error = error;
	heard->n++;
}

static void watchers(void **state)
{
	struct heard read = {.n = 0}, failed = {.n = 0};
	char text[16];

	(void)state;
	add("/sys/watched", "7\n");
	root_watch(root, hear_text, &read);
	root_watch_failures(root, hear_failure, &failed);
	assert_int_equal(root_read_attribute(root, "/sys/watched", text, sizeof(text)), 1);
	assert_string_equal(read.path, "/sys/watched");
	assert_string_equal(read.text, "7\n");
	assert_int_equal(failed.n, 0);
	assert_int_equal(root_read_attribute(root, "/sys/unwatched", text, sizeof(text)), -ENOENT);
	assert_string_equal(failed.path, "/sys/unwatched");
	assert_int_equal(failed.error, ENOENT);
	assert_int_equal(root_read_attribute(root, "/sys", text, sizeof(text)), -EISDIR);
	assert_int_equal(failed.error, EISDIR);
	assert_false(root_exists(root, "/dev/none"));
	assert_string_equal(failed.path, "/dev/none");
	root_seen(root, "measure_temp", "temp=47.2'C");
	assert_string_equal(read.text, "temp=47.2'C");
	root_watch(root, NULL, NULL);
	root_watch_failures(root, NULL, NULL);
	assert_int_equal(root_read_attribute(root, "/sys/watched", text, sizeof(text)), 1);
	assert_false(root_exists(root, "/dev/none"));
	assert_int_equal(read.n, 2);
	assert_int_equal(failed.n, 3);
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(dir) ? root_open(dir, &root) : -1;
}

static int remove_root(void **state)
{
	auto_free char *command = xasprintf("rm -r %s", dir);

	(void)state;
	root_close(root);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(files),
		cmocka_unit_test(nothing_leaves_the_root),
		cmocka_unit_test(names_that_change_elsewhere),
		cmocka_unit_test(a_fifo_does_not_block), cmocka_unit_test(names),
		cmocka_unit_test(facts), cmocka_unit_test(sockets_of_a_capture),
		cmocka_unit_test(this_machine_answers), cmocka_unit_test(captures_are_masked),
		cmocka_unit_test(watchers)};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
