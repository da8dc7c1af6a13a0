/* Whether a link runs: the kernel's bit, and the file of a captured machine. */
#include "unit.h"

#include "../../src/root/link.c"

#include "machine.h"
#include "text.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* The socket and the file agree, whatever interfaces this machine has. */
static void as_the_file_says(void **state)
{
	struct root *root = NULL;
	auto_free char **names = NULL;
	size_t n;

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	assert_int_equal(root_list(root, "/sys/class/net", &names, &n), 0);
	for (size_t i = 0; i < n; i++) {
		auto_free char *path = xasprintf("/sys/class/net/%s/operstate", names[i]);
		char word[16];

		if (root_read_attribute(root, path, word, sizeof(word)) < 0)
			continue; /* bonding_masters */
		assert_int_equal(ask(root->socket, names[i]),
			!strcmp(word, "up") || !strcmp(word, "unknown"));
		assert_int_equal(root_link_runs(root, names[i]), ask(root->socket, names[i]));
	}
	assert_int_equal(root_link_runs(root, "lo"), 1);
	assert_int_equal(root_link_runs(root, "none"), -ENOENT);
	assert_int_equal(root_link_runs(root, "a name longer than they are"), -ENOENT);
	root_close(root);
}

static void set_up(const char *name, bool up)
{
	struct ifreq request = {.ifr_flags = (short)(up ? IFF_UP : 0)};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		_exit(2);
	close(fd);
}

/* In a network of its own, where "lo" is down at first.  The exit status tells. */
static int in_a_network(void)
{
	struct root *root = NULL;
	int seen;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return 77;
	if (root_open(NULL, &root) < 0)
		return 1;
	seen = root_link_runs(root, "lo");
	set_up("lo", true);
	seen = 10 * seen + root_link_runs(root, "lo");
	set_up("lo", false);
	seen = 10 * seen + root_link_runs(root, "lo");
	root_close(root);
	return seen == 10 ? 0 : 3;
}

static void seen_at_once(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(in_a_network());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("skipped: no network namespaces here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void of_a_captured_machine(void **state)
{
	static const struct {
		const char *word;
		int runs;
	} words[] = {{"up", 1}, {"unknown", 1}, {"down", 0}, {"dormant", 0}, {"lowerlayerdown", 0}};
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(root_link_runs(machine.root, "lo"), -ENOENT);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		auto_free char *line = xasprintf("%s\n", words[i].word);

		machine_write(&machine, "/sys/class/net/lo/operstate", line);
		assert_int_equal(root_link_runs(machine.root, "lo"), words[i].runs);
	}
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(as_the_file_says),
		cmocka_unit_test(seen_at_once), cmocka_unit_test(of_a_captured_machine)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
