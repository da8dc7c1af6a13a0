/*
 * The watch on the kernel's alarm.  No file of ours can wake a poll for POLLPRI as an attribute of
 * sysfs does, but urgent data on a socket can: it stands in for the attribute, and what a look at
 * it reads is ours to say.
 */
#include "unit.h"

#include "root_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t paper_pread(int fd, void *buffer, size_t size, off_t at);
static int paper_open_file(int fd);
static double paper_clock(void);

#define pread paper_pread
#define root_open_file(root, path, flags) paper_open_file(root_open_file(root, path, flags))
#define clock_now paper_clock
#include "../../src/undervoltage_watch.c"
#undef clock_now
#undef root_open_file
#undef pread

#include "machine.h"

static struct {
	const char *says; /* NULL: the driver is gone */
	int kernel;	  /* the end of the socket that wakes the other */
	bool plain;	  /* the file itself: no poll */
	int looks;
} attribute;

static double mono;
static unsigned told, dips;
static bool is_low;

static double paper_clock(void)
{
	return mono;
}

static ssize_t paper_pread(int fd, void *buffer, size_t size, off_t at)
{
	char urgent;

	assert_int_equal(at, 0);
	attribute.looks++;
	(void)recv(fd, &urgent, 1, MSG_OOB | MSG_DONTWAIT); /* being read makes it quiet */
	if (!attribute.says) {
		errno = ENODEV;
		return -1;
	}
	assert_true(strlen(attribute.says) <= size);
	memcpy(buffer, attribute.says, strlen(attribute.says));
	return (ssize_t)strlen(attribute.says);
}

/* A connection to ourselves in place of the file: its one end in *ret_kernel. */
static int connection(int *ret_kernel)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int server = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(server, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(server, 1), 0);
	assert_int_equal(getsockname(server, (struct sockaddr *)&address, &size), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, size), 0);
	*ret_kernel = accept(server, NULL, NULL);
	assert_true(*ret_kernel >= 0);
	close(server);
	return fd;
}

static int paper_open_file(int fd)
{
	if (attribute.plain || fd < 0)
		return fd;
	close(fd);
	return connection(&attribute.kernel);
}

static void tell(void *self, bool dipped, bool low)
{
	(void)self;
	told++;
	dips += dipped;
	is_low = low;
}

static struct machine machine;
static sd_event *event;
static struct undervoltage_watch *watch;

static void open_watch(const char *says)
{
	machine_open(&machine);
	machine_write(&machine, "/sys/class/hwmon/hwmon1/name", "rpi_volt\n");
	machine_write(&machine, "/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n");
	attribute.says = says;
	attribute.kernel = -1;
	attribute.looks = 0;
	told = dips = 0;
	is_low = false;
	mono = 1000;
	undervoltage.dips = 0;
	undervoltage.occurred = undervoltage.low = false;
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(undervoltage_watch_open(event, machine.root, tell, NULL, &watch), 0);
}

static void close_watch(void)
{
	watch = undervoltage_watch_close(watch);
	assert_false(undervoltage.watched);
	event = sd_event_unref(event);
	if (attribute.kernel >= 0)
		close(attribute.kernel);
	machine_close(&machine);
}

/* The kernel notices a change, `after` seconds later. */
static void kernel_says(double after, const char *says)
{
	int before = attribute.looks;

	mono += after;
	attribute.says = says;
	assert_int_equal(send(attribute.kernel, "!", 1, MSG_OOB), 1);
	while (attribute.looks == before)
		assert_true(sd_event_run(event, (uint64_t)-1) >= 0);
}

static void edges(void **state)
{
	(void)state;
	open_watch("0\n");
	assert_true(undervoltage.watched);
	assert_false(undervoltage.low || undervoltage.occurred);
	kernel_says(30, "1\n");
	assert_int_equal(told, 1);
	assert_int_equal(dips, 1);
	assert_true(is_low && undervoltage.low && undervoltage.occurred);
	kernel_says(2, "0\n");
	assert_int_equal(told, 2);
	assert_int_equal(dips, 1);
	assert_false(is_low || undervoltage.low);
	assert_true(undervoltage.occurred);
	for (int i = 0; i < 100; i++)
		kernel_says(2, i % 2 ? "0\n" : "1\n");
	assert_int_equal(undervoltage.dips, 51);
	assert_int_equal(dips, 51);
	assert_int_equal(sd_event_run(event, 0), 0); /* and now it is quiet */
	close_watch();
}

/* Too late for the one change, in time for the next: it happened all the same. */
static void a_dip_missed(void **state)
{
	(void)state;
	open_watch("0\n");
	kernel_says(30, "0\n");
	assert_int_equal(undervoltage.dips, 1);
	assert_int_equal(told, 1);
	assert_int_equal(dips, 1);
	assert_false(is_low);
	assert_true(undervoltage.occurred);
	kernel_says(2, "1\n");
	assert_int_equal(undervoltage.dips, 2);
	kernel_says(4, "1\n"); /* was above for two seconds */
	assert_int_equal(undervoltage.dips, 3);
	assert_true(is_low);

	/* we looked between the change and the kernel's word of it: that was one, not three */
	kernel_says(0.1, "1\n");
	assert_int_equal(undervoltage.dips, 3);
	assert_int_equal(told, 3);
	close_watch();
}

static void low_at_first(void **state)
{
	(void)state;
	open_watch("1\n");
	assert_true(undervoltage.watched && undervoltage.low && undervoltage.occurred);
	assert_int_equal(undervoltage.dips, 0);
	assert_int_equal(told, 0);
	kernel_says(2, "0\n");
	assert_int_equal(told, 1);
	assert_int_equal(dips, 0);
	assert_false(is_low);
	close_watch();
}

/* As if the minute were over. */
static void look_again(void)
{
	assert_int_equal(sd_event_source_set_time_accuracy(watch->again, 1), 0);
	assert_int_equal(sd_event_source_set_time_relative(watch->again, 0), 0);
}

/* A driver that goes and comes back. */
static void driver_gone(void **state)
{
	int before;

	(void)state;
	open_watch("0\n");
	kernel_says(2, NULL);
	assert_false(undervoltage.watched);
	assert_int_equal(told, 0);
	close(attribute.kernel);
	attribute.says = "1\n";
	before = attribute.looks;
	look_again();
	while (attribute.looks == before)
		assert_true(sd_event_run(event, (uint64_t)-1) >= 0);
	assert_true(undervoltage.watched && undervoltage.low);
	kernel_says(2, "0\n");
	assert_int_equal(told, 1);
	close_watch();
}

/* Nothing to wait for: files of a captured machine, no chip, or what is no number. */
static void nothing_to_watch(void **state)
{
	(void)state;
	attribute.plain = true;
	open_watch("0\n");
	assert_false(undervoltage.watched);
	close_watch();
	attribute.plain = false;
	open_watch("N/A\n");
	assert_false(undervoltage.watched);
	close_watch();
	open_watch("");
	assert_false(undervoltage.watched);
	machine_remove(&machine, "/sys");
	look_again();
	assert_true(sd_event_run(event, (uint64_t)-1) >= 0);
	assert_false(undervoltage.watched);
	close_watch();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges),
		cmocka_unit_test(a_dip_missed),
		cmocka_unit_test(low_at_first),
		cmocka_unit_test(driver_gone),
		cmocka_unit_test(nothing_to_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
