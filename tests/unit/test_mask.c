/* What leaves in a capture says nothing of whose machine it was, and still replays. */
#include "unit.h"

#include "../../src/root/mask.c"

static void check_bytes(const char *path, const char *text, size_t n, const char *should, size_t m)
{
	size_t masked_n;
	auto_free char *masked = mask_text(path, text, n, &masked_n);

	assert_int_equal(masked_n, m);
	assert_memory_equal(masked, should, m + 1);
}

static void check(const char *path, const char *text, const char *should)
{
	check_bytes(path, text, strlen(text), should, strlen(should));
}

static void numbers(void **state)
{
	(void)state;
	check("/etc/machine-id", "0123456789abcdef0123456789abcdef\n",
		"00000000000000000000000000000000\n");
	check("/sys/class/dmi/id/product_serial", "PF-3XYZ9\n", "00-00000\n");
	check("/sys/devices/virtual/dmi/id/product_uuid", "4c4c4544-0042\n", "00000000-0000\n");
	check("/sys/class/nvme/nvme0/serial", "S4EVNX0M123456 \n", "00000000000000 \n");
	check("/sys/block/mmcblk0/device/cid", "1501003\n", "0000000\n");
	check_bytes("/proc/device-tree/serial-number", "10000000abcdef12", 17, "0000000000000000\0",
		17);
	check("/sys/class/dmi/id/product_name", "20XW\n", "20XW\n");
	check("/proc/cpuinfo", "Revision\t: c03114\nSerial\t\t: 10000000abcdef12\nModel\t: Pi\n",
		"Revision\t: c03114\nSerial\t\t: 0000000000000000\nModel\t: Pi\n");
	check("/proc/cpuinfo", "Serial: 12ab", "Serial: 0000");
	check("/proc/cpuinfo", "Serial", "Serial");
	check("/etc/machine-id", "", "");
}

static void people(void **state)
{
	(void)state;
	check("/run/systemd/sessions/3", "UID=1000\nUSER=ada\nREMOTE_HOST=192.0.2.9\nCLASS=user\n",
		"UID=1000\nUSER=xxx\nREMOTE_HOST=xxx.x.x.x\nCLASS=user\n");
	check("/proc/12/stat", "12 (my (secret) job) S 1\n", "12 (xxxxxxxxxxxxxxx) S 1\n");
	check("/proc/12/stat", "12 )broken( S\n", "12 )broken( S\n");
	check("/proc/self/mountinfo",
		"9 1 0:4 / /mnt rw - cifs //s/x rw,username=ada,addr=1.2.3.4\n",
		"9 1 0:4 / /mnt rw - cifs //x/x rw,username=xxx,addr=x.x.x.x\n");
	check("/proc/self/mountinfo",
		"1 0 8:1 / / rw - ext4 /dev/disk/by-path/pci-0:1 rw\n"
		"2 1 0:5 / /a rw shared:1 - nfs4 192.168.1.2:/export/a rw,vers=4.2\n"
		"3 1 0:6 / /b rw - nfs [fe80::1]:/b rw\n4 1 0:7 / /c rw - fuse.sshfs ada@nas:/c "
		"rw\n"
		"5 1 0:8 / /d rw - tmpfs tmpfs rw\n6 1 0:9 / /e rw - cifs //nas.lan/e$/f rw",
		"1 0 8:1 / / rw - ext4 /dev/disk/by-path/pci-0:1 rw\n"
		"2 1 0:5 / /a rw shared:1 - nfs4 xxx.xxx.x.x:/export/a rw,vers=4.2\n"
		"3 1 0:6 / /b rw - nfs [xxxx::x]:/b rw\n4 1 0:7 / /c rw - fuse.sshfs xxx@xxx:/c "
		"rw\n"
		"5 1 0:8 / /d rw - tmpfs tmpfs rw\n6 1 0:9 / /e rw - cifs //xxx.xxx/e$/f rw");
	check("/proc/self/mountinfo", "7 1 0:4 / /mnt rw - ", "7 1 0:4 / /mnt rw - ");
	check("/proc/self/mountinfo", "7 1 0:4 / /mnt rw - cifs", "7 1 0:4 / /mnt rw - cifs");
	check("/sys/class/power_supply/BAT0/uevent",
		"POWER_SUPPLY_SERIAL_NUMBER=X12\nPOWER_SUPPLY_STATUS=Full\n",
		"POWER_SUPPLY_SERIAL_NUMBER=xxx\nPOWER_SUPPLY_STATUS=Full\n");
}

static void utmp(void **state)
{
	char record[384] = {7}, should[385] = {7}, part[101];

	(void)state;
	strcpy(record + 8, "tty1");
	strcpy(record + 44, "ada");
	strcpy(record + 76, "host.example");
	record[348] = 10;
	strcpy(should + 8, "tty1");
	strcpy(should + 44, "xxx");
	strcpy(should + 76, "xxxx.xxxxxxx");
	check_bytes("/run/utmp", record, sizeof(record), should, sizeof(record));
	memcpy(part, record, 100);
	part[100] = '\0';
	check_bytes("/run/utmp", record, 100, part, 100); /* no whole record */
}

static void addresses(void **state)
{
	(void)state;
	check("/captured/addresses",
		"lo inet 127.0.0.1 host 0x80\neth0 inet 203.0.113.77 global 0x80\n"
		"eth0 inet6 2a02:8071::99 global 0x80\neth0 inet6 fe80::ba27:ebff:fe12:3456 link "
		"0x80\n",
		"lo inet 127.0.0.1 host 0x80\neth0 inet 192.0.2.2 global 0x80\n"
		"eth0 inet6 2001:db8::3 global 0x80\neth0 inet6 fe80::4 link 0x80\n");
	check("/captured/addresses", "", "");
	check("/captured/addresses", "eth0\neth0 inet", "");
	check("/proc/net/tcp", "   1: 0100007F:1F90 4D7100CB:C001 01\n",
		"   1: 00000000:1F90 00000000:C001 01\n");
	check("/proc/net/route",
		"Iface\tDestination\tGateway \tFlags\neth0\t00000000\tFE01A8C0\t0003\n"
		"eth0\t0001A8C0\t00000000\t0001\nx",
		"Iface\tDestination\tGateway \tFlags\neth0\t00000000\t00000000\t0003\n"
		"eth0\t0001A8C0\t00000000\t0001\nx");
	check("/proc/net/ipv6_route",
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		"fe80000000000000ba27ebfffe123456 00000400 1 0 3 eth0\n",
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		"00000000000000000000000000000000 00000400 1 0 3 eth0\n");
}

static void hardware_addresses(void **state)
{
	char path[] = "/sys/class/power_supply/hid-b8:27:eb:12:34:56-battery/status";

	(void)state;
	check("/sys/class/net/eth0/address", "b8:27:eb:12:34:56\n", "02:00:00:00:00:00\n");
	check("/sys/class/net/lo/address", "00:00:00:00:00:00\n", "00:00:00:00:00:00\n");
	check("/proc/anything", "mac=B8:27:EB:12:34:56 x", "mac=02:00:00:00:00:00 x");
	check("/proc/anything", "1b8:27:eb:12:34:56", "1b8:27:eb:12:34:56");
	check("/proc/anything", "b8:27:eb:12:34:5", "b8:27:eb:12:34:5");
	check("/proc/net/dev", "enxb827eb123456: 1 2", "enx020000000056: 1 2");
	check("/proc/net/dev", "wlxb827eb123457", "wlx020000000057");
	check("/proc/net/dev", "enxb827eb12345 xenxb827eb123456 enxb827eb1234567 enp3s0",
		"enxb827eb12345 xenxb827eb123456 enxb827eb1234567 enp3s0");
	check("/captured/addresses", "enxb827eb123456 inet 198.51.100.7 global 0x80\n",
		"enx020000000056 inet 192.0.2.1 global 0x80\n");
	mask_macs(path, strlen(path));
	assert_string_equal(path, "/sys/class/power_supply/hid-02:00:00:00:00:00-battery/status");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(people),
		cmocka_unit_test(utmp), cmocka_unit_test(addresses),
		cmocka_unit_test(hardware_addresses)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
