#include "../../src/collect/packages.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

#define LIST(name) APT_LISTS "/archive.example.org_debian_dists_" name

static const char status[] =
	"Package: dpkg\nStatus: install ok installed\nArchitecture: arm64\nVersion: 1.22.21\n"
	"Description: package management\n Version: 9 is not the version.\n\n"
	"Package: bash\nEssential: yes\nStatus: install ok installed\nArchitecture: arm64\n"
	"Multi-Arch: foreign\nVersion: 5.2.37-2\nConffiles:\n /etc/bash.bashrc 00\n\n"
	"Package: libc6\nStatus: install ok installed\nArchitecture: arm64\nMulti-Arch: same\n"
	"Version: 2.41-12\n\n"
	"Package: libc6\nStatus: install ok installed\nArchitecture: armhf\nMulti-Arch: same\n"
	"Version: 2.41-12+deb13u1\n\n"
	"Package: old\nStatus: deinstall ok config-files\nArchitecture: arm64\nVersion: 1\n\n"
	"Package: kept\nStatus: hold ok installed\nArchitecture: arm64\nVersion: 1\n\n"
	"Package: tzdata\nStatus: install ok installed\nArchitecture: all\nVersion: 2025a-1";

static void machine_with_status(struct machine *machine)
{
	machine_open(machine);
	machine_write(machine, STATUS, status);
}

static int counted(struct machine *machine)
{
	assert_int_equal(machine_collect(machine, &collect_packages), 0);
	return (int)machine_number(machine, SYSTEM_PACKAGES_UPGRADABLE, "");
}

static void what_apt_would_upgrade(void **state)
{
	struct machine machine;

	(void)state;
	machine_with_status(&machine);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"),
		"Package: bash\nVersion: 5.2.37-2\nArchitecture: arm64\n\n"
		"Package: libc6\nSource: glibc\nVersion: 2.41-12+deb13u1\nArchitecture: arm64\n\n"
		"Package: old\nVersion: 2\nArchitecture: arm64\n\n"
		"Package: kept\nVersion: 2\nArchitecture: arm64\n\n"
		"Package: never-installed\nVersion: 9\nArchitecture: arm64\n\n"
		"Package: tzdata\nVersion: 2025b-1\nArchitecture: arm64"); /* no longer for all */
	assert_int_equal(counted(&machine), 2);				   /* libc6, tzdata */
	/* the newest of several lists is what counts, each package once */
	machine_write(&machine, LIST("trixie-updates_main_binary-arm64_Packages"),
		"Package: libc6\nVersion: 2.41-12+deb13u2\nArchitecture: arm64\n\n"
		"Package: bash\nVersion: 5.1\nArchitecture: arm64\n\n");
	assert_int_equal(counted(&machine), 2);
	machine_write(&machine, LIST("trixie-updates_main_binary-armhf_Packages"),
		"Package: libc6\nVersion: 2.41-12+deb13u2\nArchitecture: armhf\n\n"
		"Package: bash\nVersion: 9\nArchitecture: armhf\n\n");
	assert_int_equal(counted(&machine), 3); /* libc6 of both; no bash for armhf is here */
	machine_close(&machine);
}

static void suites_that_wait_to_be_asked(void **state)
{
	static const char newer[] = "Package: bash\nVersion: 9\nArchitecture: arm64\n\n";
	struct machine machine;

	(void)state;
	machine_with_status(&machine);
	machine_write(&machine, LIST("trixie-backports_main_binary-arm64_Packages"), newer);
	machine_write(&machine, LIST("trixie_InRelease"), "Suite: stable\n");
	assert_int_equal(counted(&machine), 1);
	machine_write(&machine, LIST("trixie-backports_InRelease"),
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\n"
		"NotAutomatic: yes\nSHA256:\n 00 1 main/x\n");
	assert_int_equal(counted(&machine), 0);
	/* a suite within a suite has a release of its own */
	machine_write(&machine, LIST("trixie-backports_sloppy_Release"), "NotAutomatic: no\n");
	machine_write(&machine, LIST("trixie-backports_sloppy_main_binary-arm64_Packages"), newer);
	assert_int_equal(counted(&machine), 1);
	machine_remove(&machine, LIST("trixie-backports_sloppy_Release"));
	assert_int_equal(counted(&machine), 0);
	/* what stands behind the checksums says nothing */
	machine_write(&machine, LIST("trixie-backports_InRelease"),
		"SHA256:\n 00 1 main/x\nNotAutomatic: yes\n");
	assert_int_equal(counted(&machine), 1);
	machine_close(&machine);
}

/* They upgrade what came from there, which is what no usual suite has. */
static void backports(void **state)
{
	struct machine machine;

	(void)state;
	machine_with_status(&machine);
	machine_write(&machine, LIST("trixie-backports_main_binary-arm64_Packages"),
		"Package: bash\nVersion: 9\nArchitecture: arm64\n\n"
		"Package: libc6\nVersion: 2.41-12\nArchitecture: arm64\n\n");
	machine_write(&machine, LIST("trixie-backports_InRelease"),
		"NotAutomatic: yes\nButAutomaticUpgrades: yes\nSHA256:\n");
	assert_int_equal(counted(&machine), 1);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"),
		"Package: bash\nVersion: 5.2.36-1\nArchitecture: arm64\n\n");
	assert_int_equal(counted(&machine), 1);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"),
		"Package: bash\nVersion: 5.2.37-2\nArchitecture: arm64\n\n");
	assert_int_equal(counted(&machine), 0);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages.diff_Index"), "");
	assert_int_equal(counted(&machine), 0);
	machine_close(&machine);
}

/* What `apt list --upgradable` says of the same. */
static void pins(void **state)
{
	static const struct {
		const char *preferences;
		int upgradable;
	} rows[] = {
		{"", 2}, /* bash of stable and libc6 of testing */
		{"Package: *\nPin: release a=testing\nPin-Priority: 50\n", 1},
		{"Explanation: x\n\n# x\nPackage: *\nPin: release n=forky,o=Debian\n"
		 "Pin-Priority: -1",
			1},
		{"Package: *\nPin: release n=forky, o=Ubuntu\nPin-Priority: -1\n", 2},
		{"Package: *\nPin: release a=testing\nPin-Priority: 100\n", 2}, /* as installed */
		{"Package: *\nPin: release stable\nPin-Priority: 900\n", 2},
		{"Package: libc6\nPin: release a=testing\nPin-Priority: 1\n", 1},
		{"Package: x lib*\nPin: release c=main,v=14*\nPin-Priority: 1\n", 1},
		{"Package: ba*\nPin: version 5.2.37*\nPin-Priority: 1001\n", 1}, /* the installed */
		{"Package: *\nPin: version 9*\nPin-Priority: -1\n", 2},		 /* not for all */
		{"Package: *\nPin: origin archive.example.org\nPin-Priority: 99\n", 0},
		{"Package: *\nPin: origin \"archive.example.net\"\nPin-Priority: 99\n", 2},
		/* the first of its kind, and a name before all */
		{"Package: *\nPin: release a=testing\nPin-Priority: -1\n\n"
		 "Package: *\nPin: release a=testing\nPin-Priority: 900\n\n"
		 "Package: bash\nPin: release a=stable\nPin-Priority: never\n",
			0},
		/* a downgrade is no upgrade */
		{"Package: bash\nPin: version 5.1\nPin-Priority: 1001\n", 1},
		{"Package: bash\nPin: release\nPin-Priority: x\n\nPin: origin\n", 2},
	};
	struct machine machine;

	(void)state;
	machine_with_status(&machine);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"),
		"Package: bash\nVersion: 9\nArchitecture: arm64\n\n"
		"Package: bash\nVersion: 5.1\nArchitecture: arm64\n\n");
	machine_write(&machine, LIST("trixie_InRelease"),
		"Origin: Debian\nSuite: stable\nVersion: 13.1\nCodename: trixie\nSHA256:\n 0\n");
	machine_write(&machine, LIST("forky_main_binary-arm64_Packages"),
		"Package: libc6\nVersion: 2.42-1\nArchitecture: arm64\n\n");
	machine_write(&machine, LIST("forky_InRelease"),
		"Origin: Debian\nSuite: testing\nVersion: 14\nCodename: forky\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		/* of the file, or of the folder */
		machine_write(&machine, "/etc/apt/preferences", i % 2 ? rows[i].preferences : "");
		machine_write(&machine, "/etc/apt/preferences.d/10-mine",
			i % 2 ? "" : rows[i].preferences);
		machine_write(&machine, "/etc/apt/preferences.d/mine.bak", rows[1].preferences);
		machine_forget(&machine);
		assert_int_equal(counted(&machine), rows[i].upgradable);
	}
	machine_close(&machine);
}

static void nothing_to_say(void **state)
{
	struct machine machine;

	(void)state;
	machine_open(&machine);
	assert_int_equal(machine_collect(&machine, &collect_packages), -ENOENT); /* no dpkg */
	machine_write(&machine, STATUS, "");
	assert_int_equal(machine_collect(&machine, &collect_packages), -ENOENT);
	machine_write(&machine, STATUS, status);
	assert_int_equal(machine_collect(&machine, &collect_packages), -ENOENT); /* no lists */
	machine_write(&machine, APT_LISTS "/lock", "");
	assert_int_equal(machine_collect(&machine, &collect_packages), -ENOENT);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"), "");
	assert_int_equal(counted(&machine), 0);
	/* rather nothing than too little */
	machine_write(&machine, LIST("trixie_contrib_binary-arm64_Packages.xz"), "");
	assert_int_equal(machine_collect(&machine, &collect_packages), -EOPNOTSUPP);
	assert_absent(&machine, SYSTEM_PACKAGES_UPGRADABLE);
	machine_close(&machine);
}

static void hostile_lists(void **state)
{
	static const char *const lists[] = {"\n\n\n", "Package:\nVersion:\nArchitecture:\n\n",
		"Version: 9\nArchitecture: arm64\n\n", "Package: bash\n\n",
		"Package: bash\nVersion: \n\n", "Package: bash\nVersion: 9", ":::\n\xff\xfe",
		"Package: bash\nVersion: 9\nArchitecture: arm64armhf\n\n"};
	struct machine machine;
	auto_free char *big = xcalloc(100000, 1);

	(void)state;
	machine_with_status(&machine);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"), lists[i]);
		assert_int_equal(counted(&machine), 0);
	}
	/* a line longer than anything, in the middle of a good paragraph */
	snprintf(big, 100000,
		"Package: bash\nProvides: %080000d\nVersion: 9\nArchitecture: arm64\n", 1);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"), big);
	assert_int_equal(counted(&machine), 1);
	machine_close(&machine);
}

static void read_again_only_when_changed(void **state)
{
	struct machine machine;
	static const char one[] = "/var/lib/dpkg/status 100.5\n/var/lib/apt/lists 200.5\n";
	static const char two[] = "/var/lib/dpkg/status 100.5\n/var/lib/apt/lists 201.5\n";

	(void)state;
	machine_with_status(&machine);
	machine_write(&machine, "/captured/modified", one);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"),
		"Package: bash\nVersion: 9\nArchitecture: arm64\n");
	assert_int_equal(counted(&machine), 1);
	machine_write(&machine, LIST("trixie_main_binary-arm64_Packages"), "");
	assert_int_equal(counted(&machine), 1);
	machine_write(&machine, "/captured/modified", two);
	assert_int_equal(counted(&machine), 0);
	machine_close(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_apt_would_upgrade),
		cmocka_unit_test(suites_that_wait_to_be_asked),
		cmocka_unit_test(backports),
		cmocka_unit_test(pins),
		cmocka_unit_test(nothing_to_say),
		cmocka_unit_test(hostile_lists),
		cmocka_unit_test(read_again_only_when_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
