#include <sys/ioctl.h>

/* The kernel's part of the talk; /dev/null stands in for a controller, since it opens. */
static int answer(int fd, unsigned long request, void *argument);
#define ioctl answer
#include "../../src/root/nvme.c"
#undef ioctl

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "machine.h"

static struct {
	int result, error;
	unsigned long request;
	struct nvme_admin_cmd command;
} talk;

static int answer(int fd, unsigned long request, void *argument)
{
	assert_true(fd >= 0);
	talk.request = request;
	memcpy(&talk.command, argument, sizeof(talk.command));
	if (talk.result == 0)
		memset((void *)(uintptr_t)talk.command.addr, 0x5a, talk.command.data_len);
	errno = talk.error;
	return talk.result;
}

static void the_command(void **state)
{
	unsigned char page[SMART_SIZE] = {0};
	struct root *root;

	(void)state;
	talk.result = 0;
	assert_int_equal(root_open(NULL, &root), 0);
	assert_int_equal(root_nvme_smart(root, "null", page), 0);
	assert_int_equal(talk.request, 0xC0484E41);
	assert_int_equal(talk.command.opcode, 2);
	assert_int_equal(talk.command.nsid, 0xffffffff);
	assert_int_equal(talk.command.data_len, 512);
	assert_int_equal(talk.command.cdw10, 0x007f0002);
	assert_int_equal(page[0], 0x5a);
	assert_int_equal(page[511], 0x5a);
	root_close(root);
}

static void refusals(void **state)
{
	unsigned char page[SMART_SIZE] = {7};
	struct root *root;

	(void)state;
	assert_int_equal(root_open(NULL, &root), 0);
	assert_int_equal(root_nvme_smart(root, "there is none", page), -ENOENT);
	talk.result = -1;
	talk.error = EACCES;
	assert_int_equal(root_nvme_smart(root, "null", page), -EACCES);
	talk.result = 0x4002; /* invalid field in command */
	assert_int_equal(root_nvme_smart(root, "null", page), -EOPNOTSUPP);
	assert_int_equal(page[0], 7);
	root_close(root);
}

static void captured_and_replayed(void **state)
{
	unsigned char page[SMART_SIZE] = {0};
	struct machine machine;
	struct root *capturing;

	(void)state;
	machine_open(&machine);
	assert_int_equal(root_nvme_smart(machine.root, "null", page), -ENOENT);
	talk.result = 0;
	assert_int_equal(root_open_capturing(machine.dir, &capturing), 0);
	assert_int_equal(root_nvme_smart(capturing, "null", page), 0);
	root_close(capturing);

	memset(page, 0, sizeof(page));
	assert_int_equal(root_nvme_smart(machine.root, "null", page), 0);
	assert_int_equal(page[0], 0x5a);
	assert_int_equal(page[511], 0x5a);
	machine_put(&machine, "/captured/nvme/null", page, 100);
	assert_int_equal(root_nvme_smart(machine.root, "null", page), -EBADMSG);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command),
		cmocka_unit_test(refusals),
		cmocka_unit_test(captured_and_replayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
