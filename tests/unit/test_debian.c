#include "unit.h"

#include "../../src/collect/debian.c"

#include <unistd.h>

static void versions(void **state)
{
	/* each is older than the next */
	static const char *const rising[] = {"", "~~", "~~a", "~", "0a", "0.9", "1.0~beta1~svn1245",
		"1.0~beta1", "1.0~rc2-1", "1.0-1~bpo12+1", "1.0-1", "1.0-1+b1", "1.0-1+deb12u1",
		"1.0-1+deb12u10", "1.0-1.1", "1.0-2", "1.0-10", "1.0+dfsg-1", "1.0.0-1", "1.0.1-1",
		"1.2", "1.10", "1.99999999999999999999", "1.100000000000000000000", "2a", "2b",
		"2+", "3", "20250430-1", "1:0", "1:1.20250430-1", "2:0~", "10:0"};
	static const char *const same[][2] = {{"1.0", "1.0-0"}, {"0:1", "1"}, {"1.01", "1.1"},
		{"00:1", "0:01"}, {"", "0"}, {"1-", "1"}, {"1.0-1", "1.00-01"}, {"a", "a"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++)
		for (size_t j = 0; j < sizeof(rising) / sizeof(rising[0]); j++) {
			int r = debian_version_compare(rising[i], rising[j]);

			/* the empty one counts as "0" */
			if (i > 0 && j > 0 && ((r > 0) - (r < 0)) != (i > j) - (i < j))
				fail_msg("%s, %s: %d", rising[i], rising[j], r);
		}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_int_equal(debian_version_compare(same[i][0], same[i][1]), 0);
		assert_int_equal(debian_version_compare(same[i][1], same[i][0]), 0);
	}
}

/* Versions that nobody would think of, against the one who has the last word. */
static void as_dpkg_has_it(void **state)
{
	static const char letters[] = "01290~+.-ab:";
	static const char *const words[] = {"gt", "eq", "lt"};
	unsigned seed = 20251;
	char a[16], b[16], command[256];

	(void)state;
	if (access("/usr/bin/dpkg", X_OK) < 0)
		skip();
	for (int n = 0; n < 300; n++) {
		for (size_t i = 0; i < 2; i++) {
			char *to = i ? b : a;
			size_t length = 2 + (size_t)rand_r(&seed) % 10;

			*to++ = '1';
			for (; length--; to++)
				*to = letters[(size_t)rand_r(&seed) % (n % 4 ? 11 : 12)];
			*to++ = '0';
			*to = '\0';
		}
		if (n % 3 == 0) /* alike for a while, as versions are */
			memcpy(b, a, 3);
		int r = debian_version_compare(a, b);
		const char *word = words[r > 0 ? 0 : r == 0 ? 1 : 2];

		/* an epoch that is no number is refused, whatever we say of it */
		snprintf(command, sizeof(command),
			"dpkg --validate-version '%s' 2>/dev/null && dpkg --validate-version '%s' "
			"2>/dev/null || exit 0; dpkg --compare-versions '%s' %s '%s'",
			a, b, a, word, b);
		if (system(command) != 0)
			fail_msg("%s %s %s, but not for dpkg", a, word, b);
	}
}

static void fields(void **state)
{
	(void)state;
	assert_string_equal(debian_field("Version: 1.2", "Version"), "1.2");
	assert_string_equal(debian_field("version:1.2", "Version"), "1.2");
	assert_string_equal(debian_field("Version:", "Version"), "");
	assert_null(debian_field("Versions: 1", "Version"));
	assert_null(debian_field(" Version: 1", "Version"));
	assert_null(debian_field("", "Version"));
}

static void paragraphs(void **state)
{
	struct debian_package package = {0};
	char longer[300];

	(void)state;
	assert_true(debian_package_note(&package, "Package: libc6"));
	assert_false(debian_package_note(&package, "Priority: optional"));
	assert_false(debian_package_note(&package, " Version: in a description"));
	assert_false(debian_package_note(&package, ""));
	assert_true(debian_package_note(&package, "Version: 2.36-9+deb12u10\r"));
	assert_true(debian_package_note(&package, "Architecture: arm64"));
	assert_true(debian_package_note(&package, "Status: hold ok installed"));
	assert_string_equal(package.name, "libc6");
	assert_string_equal(package.version, "2.36-9+deb12u10");
	assert_string_equal(package.architecture, "arm64");
	assert_true(debian_package_installed(&package));
	assert_true(debian_package_held(&package));
	assert_false(package.broken);
	snprintf(longer, sizeof(longer), "Version: %0200d", 1);
	assert_true(debian_package_note(&package, longer));
	assert_true(package.broken);
}

static void states(void **state)
{
	static const struct {
		const char *status;
		bool installed;
	} cases[] = {
		{"install ok installed", true},
		{"install ok unpacked", true},
		{"install reinstreq half-configured", true},
		{"install ok triggers-pending", true},
		{"deinstall ok config-files", false},
		{"unknown ok not-installed", false},
		{"install reinstreq half-installed", false},
		{"", false},
		{"installed", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct debian_package package = {0};

		snprintf(package.status, sizeof(package.status), "%s", cases[i].status);
		assert_int_equal(debian_package_installed(&package), cases[i].installed);
		assert_false(debian_package_held(&package));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),
		cmocka_unit_test(as_dpkg_has_it),
		cmocka_unit_test(fields),
		cmocka_unit_test(paragraphs),
		cmocka_unit_test(states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
