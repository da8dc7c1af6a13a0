/* The firmware's messages, byte by byte, with a firmware of paper behind open(2) and ioctl(2). */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>

static int paper_open(const char *path, int flags);
static int paper_ioctl(int fd, unsigned long request, uint32_t *message);

#define open paper_open
#define ioctl paper_ioctl
#include "../../src/root/firmware.c"
#include "../../src/root/mailbox.c"
#undef open
#undef ioctl

#include "machine.h"

#define NARROW 1000 /* the two nodes; closing them fails quietly */
#define WIDE 1001

static struct {
	int narrow, wide;	/* errno of opening; 0: it opens */
	const char *text;	/* reply to a command; NULL: gencmd fails with `error` */
	uint32_t code;		/* return code beside the text */
	int error;		/* of gencmd */
	uint32_t value[5];	/* reply to a property tag */
	int tag_error;		/* errno of a property tag */
	uint32_t status;	/* of the whole message; 0: answered */
	bool unknown;		/* leaves the tag's bit clear */
	size_t length;		/* said of a reply; 0: the truth */
	uint32_t sent[1031];	/* the last request */
	size_t texts, tags;	/* requests seen */
	int opened, last_flags; /* opens tried */
} paper;

static struct root *live;

static int paper_open(const char *path, int flags)
{
	bool narrow = strcmp(path, "/dev/vcio_gencmd") == 0;

	assert_true(narrow || strcmp(path, "/dev/vcio") == 0);
	paper.opened++;
	paper.last_flags = flags;
	errno = narrow ? paper.narrow : paper.wide;
	return errno ? -1 : narrow ? NARROW : WIDE;
}

static int paper_gencmd(uint32_t *message)
{
	paper.texts++;
	assert_int_equal(message[0], 4124);
	assert_int_equal(message[3], 4096);
	assert_int_equal(message[5], 0);
	if (paper.error) {
		errno = paper.error;
		return -1;
	}
	message[5] = paper.code;
	if (paper.text)
		memcpy(message + 6, paper.text, strnlen(paper.text, 4095) + 1);
	message[4] = 0x80000000u | (uint32_t)(paper.length ? paper.length : 4096);
	return 0;
}

static int paper_ioctl(int fd, unsigned long request, uint32_t *message)
{
	assert_int_equal(request, sizeof(void *) == 8 ? 0xc0086400u : 0xc0046400u);
	assert_true(fd == NARROW || fd == WIDE);
	assert_true(message[0] >= 12 && message[0] % 4 == 0 && message[0] <= sizeof(paper.sent));
	assert_int_equal(message[1], 0);
	assert_int_equal(message[4], 0);
	assert_int_equal(message[message[0] / 4 - 1], 0);
	assert_true(message[3] <= message[0] - 8 - 12);
	memcpy(paper.sent, message, message[0]);
	if (message[2] == 0x00030080) {
		if (paper_gencmd(message) < 0)
			return -1;
	} else {
		assert_int_equal(fd, WIDE); /* the narrow node would complain in the log */
		paper.tags++;
		if (paper.tag_error) {
			errno = paper.tag_error;
			return -1;
		}
		memcpy(message + 5, paper.value, message[3]);
		message[4] = 0x80000000u | (uint32_t)(paper.length ? paper.length : message[3]);
	}
	message[1] = paper.status ? paper.status : 0x80000000u;
	if (paper.unknown)
		message[4] = 0;
	return 0;
}

/* A firmware that was never asked before. */
static void fresh(void)
{
	memset(&paper, 0, sizeof(paper));
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		refused[i] = false;
	for (size_t i = 0; i < ARRAY_LEN(tags_refused); i++)
		tags_refused[i] = 0;
	gencmd_works = gencmd_refused = false;
}

static char reply[4096];

static ssize_t firmware(const char *command)
{
	strcpy(reply, "untouched");
	return root_firmware(live, command, reply, sizeof(reply));
}

static void request_is_what_vcgencmd_sends(void **state)
{
	uint32_t should[1031] = {4124, 0, 0x00030080, 4096, 0, 0};

	(void)state;
	fresh();
	memcpy(should + 6, "measure_volts core", 18);
	paper.text = "volt=0.8750V\n";
	assert_int_equal(firmware("measure_volts core"), 12);
	assert_string_equal(reply, "volt=0.8750V");
	assert_memory_equal(paper.sent, should, sizeof(should));
	assert_int_equal(paper.opened, 1);
	assert_int_equal(paper.last_flags, O_RDONLY | O_CLOEXEC);
}

/* The wide node where there is no narrow one; both kinds of refusal told apart. */
static void nodes(void **state)
{
	(void)state;
	fresh();
	paper.text = "temp=47.2'C";
	paper.narrow = ENOENT;
	assert_int_equal(firmware("measure_temp"), 11);
	paper.wide = ENOENT;
	assert_int_equal(firmware("measure_temp"), -ENOENT);
	assert_string_equal(reply, "untouched");
	paper.wide = EACCES;
	assert_int_equal(firmware("measure_temp"), -EACCES);
	paper.narrow = EACCES;
	paper.wide = ENOENT;
	assert_int_equal(firmware("measure_temp"), -EACCES);
	paper.narrow = EPERM; /* a control group */
	paper.wide = EPERM;
	assert_int_equal(firmware("measure_temp"), -EACCES);
	paper.wide = 0;
	assert_int_equal(firmware("measure_temp"), 11);
	assert_int_equal(paper.texts, 2);
	assert_int_equal(paper.tags, 0);
}

static void only_what_changes_nothing(void **state)
{
	static const char *const forbidden[] = {"", "get_throttled 0xf", "get_throttled 0",
		"get_throttled\n", "pmicwr 1 2", "display_power 0", "measure_temp ", "MEASURE_TEMP",
		"vcos log", "set_backlight 1", "measure_clock", "execute"};
	char longest[8000];

	(void)state;
	fresh();
	paper.text = "ok";
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
		assert_int_equal(firmware(forbidden[i]), -EINVAL);
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(firmware(longest), -EINVAL);
	assert_int_equal(paper.opened + (int)paper.texts, 0);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		assert_true(strncmp(commands[i].text, "measure_", 8) == 0 ||
			    strncmp(commands[i].text, "get_", 4) == 0 ||
			    strstr(commands[i].text, "version") ||
			    strcmp(commands[i].text, "pmic_read_adc") == 0);
		assert_true((commands[i].tag & 0x8000) == 0); /* the set tags */
		assert_true(strlen(commands[i].text) < 40);
	}
}

/* What was refused in words is never asked again; other commands are. */
static void refusals(void **state)
{
	(void)state;
	fresh();
	paper.wide = ENOENT;
	paper.text = "error=1 error_msg=\"Command not registered\"";
	assert_int_equal(firmware("pmic_read_adc"), -EOPNOTSUPP);
	assert_int_equal(firmware("pmic_read_adc"), -EOPNOTSUPP);
	assert_int_equal(paper.texts, 1);
	paper.text = "";
	paper.code = 2;
	assert_int_equal(firmware("measure_clock sdram"), -EOPNOTSUPP);
	paper.code = 0;
	paper.text = "frequency(0)=1";
	assert_int_equal(firmware("measure_clock sdram"), -EOPNOTSUPP);
	assert_int_equal(firmware("measure_clock arm"), 14);
	assert_int_equal(paper.texts, 3);

	/* the kernel's no to one command, after it let others pass */
	paper.error = EINVAL;
	assert_int_equal(firmware("measure_clock core"), -EOPNOTSUPP);
	paper.error = 0;
	assert_int_equal(firmware("measure_clock core"), -EOPNOTSUPP);
	assert_int_equal(firmware("measure_clock arm"), 14);
}

/* Refused before anything was answered, it is not the command: text is not sent again at all. */
static void firmware_without_text(void **state)
{
	static const int errors[] = {EINVAL, EPERM, ENOTTY};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		fresh();
		paper.error = errors[i];
		paper.wide = ENOENT;
		assert_int_equal(firmware("measure_temp"), -EOPNOTSUPP);
		assert_int_equal(firmware("measure_clock arm"), -EOPNOTSUPP);
		assert_int_equal(paper.texts, 1);
	}
	fresh();
	paper.unknown = true; /* an emulator that ignores the tag */
	paper.text = "";
	paper.narrow = ENOENT;
	assert_int_equal(firmware("measure_temp"), -EOPNOTSUPP);
	assert_int_equal(firmware("bootloader_version"), -EOPNOTSUPP);
	assert_int_equal(paper.texts, 1);
}

/* A moment's trouble is no refusal. */
static void passing_trouble(void **state)
{
	(void)state;
	fresh();
	paper.error = ETIMEDOUT;
	assert_int_equal(firmware("measure_temp"), -ETIMEDOUT);
	paper.error = 0;
	paper.text = "temp=47.2'C";
	paper.status = 0x12345678;
	assert_int_equal(firmware("measure_temp"), -EBADMSG);
	paper.status = 0;
	paper.text = NULL; /* the command still stands there: nobody answered */
	assert_int_equal(firmware("measure_temp"), -EBADMSG);
	paper.text = "temp=47.2'C";
	assert_int_equal(firmware("measure_temp"), 11);
	assert_int_equal(paper.texts, 4);
}

static void lengths(void **state)
{
	static const size_t said[] = {1, 4, 8, 4096, 4097, 0x7fffffff};
	char endless[4200], little[6];

	(void)state;
	fresh();
	paper.text = "throttled=0x50005\n";
	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		paper.length = said[i];
		assert_int_equal(firmware("get_throttled"), 17);
		assert_string_equal(reply, "throttled=0x50005");
	}
	assert_int_equal(root_firmware(live, "get_throttled", little, sizeof(little)), 5);
	assert_string_equal(little, "throt");

	memset(endless, 'x', sizeof(endless)); /* no NUL: cut at the end of the value */
	endless[sizeof(endless) - 1] = '\0';
	paper.text = endless;
	assert_int_equal(firmware("version"), 4092);
	assert_int_equal(strlen(reply), 4092);
	paper.text = " \n ";
	assert_int_equal(firmware("version"), 0);
	assert_string_equal(reply, "");
}

/* Where text is refused, the tags that say the same, in the same words. */
static void property_tags(void **state)
{
	static const struct {
		const char *command, *words;
		uint32_t value[5], request[8];
	} tags[] = {
		{"get_throttled", "throttled=0x50005", {0x50005}, {28, 0, 0x00030046, 4, 0, 0, 0}},
		{"measure_temp", "temp=47.2'C", {0, 47236}, {32, 0, 0x00030006, 8, 0, 0, 0, 0}},
		{"measure_volts core", "volt=0.8750V", {1, 875000},
			{32, 0, 0x00030003, 8, 0, 1, 0, 0}},
		{"measure_clock arm", "frequency(3)=1500398464", {3, 1500398464},
			{32, 0, 0x00030047, 8, 0, 3, 0, 0}},
		{"measure_clock v3d", "frequency(5)=0", {5, 0}, {32, 0, 0x00030047, 8, 0, 5, 0, 0}},
		{"get_mem gpu", "gpu=76M", {0x3b400000, 76 << 20},
			{32, 0, 0x00010006, 8, 0, 0, 0, 0}},
		{"get_mem arm", "arm=948M", {0, 948 << 20}, {32, 0, 0x00010005, 8, 0, 0, 0, 0}},
	};

	(void)state;
	fresh();
	paper.narrow = ENOENT;
	paper.error = EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		memcpy(paper.value, tags[i].value, sizeof(paper.value));
		assert_true(firmware(tags[i].command) > 0);
		assert_string_equal(reply, tags[i].words);
		assert_memory_equal(paper.sent, tags[i].request, tags[i].request[0]);
	}
	assert_int_equal(paper.texts, 1);
	assert_int_equal(paper.tags, ARRAY_LEN(tags));
	assert_int_equal(firmware("pmic_read_adc"), -EOPNOTSUPP);
	paper.value[1] = (uint32_t)-5250;
	assert_true(firmware("measure_temp") > 0);
	assert_string_equal(reply, "temp=-5.2'C");
}

static void version_by_tags(void **state)
{
	(void)state;
	fresh();
	paper.error = EPERM;
	memcpy(paper.value,
		((uint32_t[]){1635504453, 0xa9877e91, 0xca8f26d1, 0xa5ce904b, 0x2ad3cf13}),
		sizeof(paper.value));
	assert_true(firmware("version") > 0);
	assert_string_equal(reply, "Oct 29 2021 10:47:33 \n"
				   "version 617bd145a9877e91ca8f26d1a5ce904b2ad3cf13");
	assert_int_equal(paper.tags, 2);
}

static void property_refusals(void **state)
{
	(void)state;
	fresh();
	paper.narrow = ENOENT;
	paper.error = paper.tag_error = EINVAL;
	assert_int_equal(firmware("measure_clock arm"), -EOPNOTSUPP);
	paper.tag_error = 0;
	assert_int_equal(firmware("measure_clock arm"), -EOPNOTSUPP);
	assert_int_equal(firmware("measure_clock core"), -EOPNOTSUPP); /* the same tag */
	assert_int_equal(paper.tags, 1);
	assert_true(firmware("measure_temp") > 0);

	paper.value[1] = 0x80000000u; /* no such voltage; the tag itself is fine */
	assert_int_equal(firmware("measure_volts sdram_p"), -EOPNOTSUPP);
	paper.value[1] = 1200000;
	assert_true(firmware("measure_volts core") > 0);

	paper.length = 4; /* half a reply */
	assert_int_equal(firmware("measure_temp"), -EBADMSG);
	paper.length = 400;
	assert_true(firmware("measure_temp") > 0);
	paper.status = 0x80000001u;
	assert_int_equal(firmware("get_mem gpu"), -EOPNOTSUPP);
	paper.status = 0;
	assert_int_equal(firmware("get_mem gpu"), -EOPNOTSUPP);
}

static void captured(void **state)
{
	struct machine machine;
	char text[64];

	(void)state;
	fresh();
	machine_open(&machine);
	assert_int_equal(root_firmware(machine.root, "measure_temp", text, 64), -ENOENT);
	machine_write(&machine, "/captured/firmware/measure_clock_arm", "frequency(48)=1\n");
	assert_int_equal(root_firmware(machine.root, "measure_clock arm", text, 64), 15);
	assert_string_equal(text, "frequency(48)=1");
	assert_int_equal(root_firmware(machine.root, "measure_temp", text, 64), -EOPNOTSUPP);
	machine_write(&machine, "/captured/firmware/version", "error=1 error_msg=\"x\"\n");
	assert_int_equal(root_firmware(machine.root, "version", text, 64), -EOPNOTSUPP);
	machine_write(&machine, "/captured/firmware/measure_volts", "volt=1.2000V\n");
	assert_int_equal(root_firmware(machine.root, "measure_volts core", text, 64), 12);
	assert_int_equal(
		root_firmware(machine.root, "measure_volts sdram_c", text, 64), -EOPNOTSUPP);
	assert_int_equal(root_firmware(machine.root, "../../etc", text, 64), -EINVAL);
	machine_write(&machine, "/captured/denied", "/dev/vcio_\n/dev/vcio_gencmd\n");
	assert_int_equal(root_firmware(machine.root, "measure_clock arm", text, 64), -EACCES);
	machine_write(&machine, "/captured/denied", "/etc/shadow\n/dev/vcio");
	assert_int_equal(root_firmware(machine.root, "measure_clock arm", text, 64), -EACCES);
	assert_int_equal(paper.opened, 0);
	machine_close(&machine);
}

static void see(void *self, const char *path, const char *text)
{
	sprintf(self, "%s %s", path, text);
}

/* What a capture keeps is what a replay gives. */
static void capturing(void **state)
{
	struct machine machine;
	struct root *into;
	auto_free char *denied = NULL;
	char seen[256] = "", text[64];

	(void)state;
	fresh();
	machine_open(&machine);
	assert_int_equal(root_open_capturing(machine.dir, &into), 0);
	root_watch(into, see, seen);
	paper.text = "volt=1.20V\n";
	assert_int_equal(root_firmware(into, "measure_volts core", text, 64), 10);
	assert_string_equal(seen, "/dev/vcio_gencmd measure_volts core volt=1.20V");
	assert_int_equal(root_firmware(machine.root, "measure_volts core", text, 64), 10);
	assert_string_equal(text, "volt=1.20V");
	paper.narrow = paper.wide = EACCES;
	assert_int_equal(root_firmware(into, "measure_temp", text, 64), -EACCES);
	assert_int_equal(root_firmware(into, "measure_temp", text, 64), -EACCES);
	assert_int_equal(root_read(machine.root, "/captured/denied", &denied), 27);
	assert_int_equal(root_firmware(machine.root, "measure_temp", text, 64), -EACCES);
	root_close(into);
	machine_close(&machine);
}

static int open_live(void **state)
{
	(void)state;
	return root_open(NULL, &live);
}

static int close_live(void **state)
{
	(void)state;
	live = root_close(live);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_is_what_vcgencmd_sends),
		cmocka_unit_test(nodes),
		cmocka_unit_test(only_what_changes_nothing),
		cmocka_unit_test(refusals),
		cmocka_unit_test(firmware_without_text),
		cmocka_unit_test(passing_trouble),
		cmocka_unit_test(lengths),
		cmocka_unit_test(property_tags),
		cmocka_unit_test(version_by_tags),
		cmocka_unit_test(property_refusals),
		cmocka_unit_test(captured),
		cmocka_unit_test(capturing),
	};

	return cmocka_run_group_tests(tests, open_live, close_live);
}
