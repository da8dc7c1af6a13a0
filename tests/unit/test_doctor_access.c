/* What doctor says about a node that may not be opened: the command must be the right one. */
#include "unit.h"

#include "../../src/commands/doctor_access.c"

static struct advice advise(const char *path, mode_t mode, const char *group, bool member)
{
	struct refusal refusal = {.path = path,
		.error = EACCES,
		.known = true,
		.mode = mode,
		.group = group,
		.user = "ada",
		.member = member};
	struct advice advice;

	access_advise(&refusal, &advice);
	return advice;
}

static void group_that_may(void **state)
{
	struct advice advice = advise("/dev/vcio_gencmd", 0660, "video", false);

	(void)state;
	assert_false(advice.optional);
	assert_string_equal(advice.why, "group video may read it, ada is not in it");
	assert_string_equal(advice.fix, "sudo usermod -aG video ada, then log in again");
}

static void a_service_gets_its_groups_from_the_unit(void **state)
{
	struct refusal refusal = {.path = "/dev/vcio_gencmd",
		.error = EACCES,
		.known = true,
		.mode = 0660,
		.group = "video",
		.user = "pistat",
		.service = true};
	struct advice advice;

	(void)state;
	access_advise(&refusal, &advice);
	assert_non_null(strstr(advice.fix, "SupplementaryGroups=video"));
	refusal.member = true;
	refusal.error = EPERM;
	access_advise(&refusal, &advice);
	assert_non_null(strstr(advice.fix, "DeviceAllow=/dev/vcio_gencmd r"));
}

static void only_root(void **state)
{
	struct advice advice = advise("/dev/vcio", 0600, "root", false);

	(void)state;
	assert_false(advice.optional);
	assert_non_null(strstr(advice.fix, "GROUP=\"video\""));
	assert_non_null(strstr(advice.fix, "udevadm trigger"));
	/* a group of root that may read is no group to join */
	assert_non_null(strstr(advise("/dev/vcio", 0640, "root", false).fix, "udev"));
	advice = advise("/sys/fs/secret", 0400, "root", false);
	assert_true(advice.optional);
	assert_string_equal(advice.fix, "");
}

static void what_pistat_does_without(void **state)
{
	(void)state;
	assert_true(advise("/dev/nvme0", 0600, "root", false).optional);
	assert_non_null(strstr(advise("/dev/nvme0", 0600, "root", false).why, "CAP_SYS_ADMIN"));
	assert_true(advise("/sys/class/dmi/id/product_serial", 0400, "root", false).optional);
	assert_true(
		advise("/sys/devices/virtual/dmi/id/board_serial", 0400, "root", false).optional);
	assert_true(advise("/proc/1/stat", 0444, "root", false).optional);
	assert_false(advise("/dev/nvidia0", 0660, "video", false).optional);
}

static void a_mode_that_would_allow_it(void **state)
{
	struct advice advice = advise("/dev/vcio_gencmd", 0660, "video", true);

	(void)state;
	assert_false(advice.optional);
	assert_non_null(strstr(advice.why, "sandbox"));
	assert_non_null(strstr(advice.fix, "--device /dev/vcio_gencmd"));
	assert_non_null(strstr(advise("/etc/os-release", 0644, "root", false).why, "sandbox"));
}

static void behind_a_closed_folder(void **state)
{
	struct refusal refusal = {.path = "/home/ada/remote",
		.error = EACCES,
		.hidden = true,
		.group = "",
		.user = "pi"};
	struct advice advice;

	(void)state;
	access_advise(&refusal, &advice);
	assert_true(advice.optional);
	assert_string_equal(advice.fix, "");
}

static void a_captured_machine(void **state)
{
	struct refusal refusal = {
		.path = "/dev/vcio_gencmd", .error = EACCES, .group = "", .user = "$USER"};
	struct advice advice;

	(void)state;
	access_advise(&refusal, &advice);
	assert_string_equal(advice.fix, "sudo usermod -aG video $USER, then log in again");
	refusal.path = "/etc/something";
	access_advise(&refusal, &advice);
	assert_string_equal(advice.why, "Permission denied");
	assert_string_equal(advice.fix, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(group_that_may),
		cmocka_unit_test(a_service_gets_its_groups_from_the_unit),
		cmocka_unit_test(only_root), cmocka_unit_test(what_pistat_does_without),
		cmocka_unit_test(a_mode_that_would_allow_it),
		cmocka_unit_test(behind_a_closed_folder), cmocka_unit_test(a_captured_machine)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
