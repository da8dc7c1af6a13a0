#include "mask.h"

#include "mem.h"
#include "scan.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define MAC 17	/* characters */
#define NAME 15 /* three letters, and an address without colons */

static void fill(char *text, size_t n, char with)
{
	for (size_t i = 0; i < n; i++)
		if (isalnum((unsigned char)text[i]))
			text[i] = with;
}

/* A whole file that is a number of its machine; the width tells what kind it is. */
static void mask_number(char *text, size_t n)
{
	fill(text, n, '0');
}

static size_t line_length(const char *at, const char *end)
{
	const char *line_end = memchr(at, '\n', (size_t)(end - at));

	return (size_t)((line_end ? line_end : end) - at);
}

/* "Serial		: 00000000abcdef01" of /proc/cpuinfo, its other lines stay */
static void mask_cpuinfo(char *text, size_t n)
{
	for (char *at = text, *end = text + n; at < end;) {
		size_t line = line_length(at, end);
		char *colon = memchr(at, ':', line);

		if (colon && strncmp(at, "Serial", 6) == 0)
			fill(colon, line - (size_t)(colon - at), '0');
		at += line + 1;
	}
}

/* "1234 (name) S …": names of processes are nobody's business */
static void mask_process(char *text, size_t n)
{
	char *at = memchr(text, '(', n), *end = memrchr(text, ')', n);

	if (at && end > at)
		memset(at + 1, 'x', (size_t)(end - at) - 1);
}

/* "USER=ada" of a session, "POWER_SUPPLY_SERIAL_NUMBER=1234" of an uevent */
static void mask_assignments(char *text, size_t n)
{
	static const char *const private[] = {"USER", "REMOTE_*", "*SERIAL*", "*UUID*", "*UNIQ*"};

	for (char *at = text, *end = text + n; at < end;) {
		size_t line = line_length(at, end);
		char *equals = memchr(at, '=', line), key[64];

		if (equals) {
			snprintf(key, sizeof(key), "%.*s", (int)(equals - at), at);
			for (size_t i = 0; i < ARRAY_LEN(private); i++)
				if (text_glob(private[i], key))
					fill(equals + 1, line - (size_t)(equals + 1 - at), 'x');
		}
		at += line + 1;
	}
}

/* "… - nfs4 192.168.1.2:/export rw", "//nas/share", "ada@nas:/home": whose server is nobody's
 * business, what it is called there says what is mounted. */
static void mask_mount_sources(char *text, size_t n)
{
	for (char *at = text, *end = text + n; at < end; at += line_length(at, end) + 1) {
		size_t line = line_length(at, end), server;
		char *source = memmem(at, line, " - ", 3);

		if (!source)
			continue;
		source += 3;
		source += strcspn(source, " \n");
		source += *source == ' ';
		if (strncmp(source, "//", 2) == 0)
			server = 2 + strcspn(source + 2, "/ \n");
		else
			for (server = strcspn(source, " \n"); server && source[server] != ':';)
				server--;
		if (*source != '/' || source[1] == '/')
			fill(source, server, 'x');
	}
}

/* "…,username=ada,addr=192.168.1.2,…" of a network filesystem */
static void mask_mount_options(char *text, size_t n)
{
	static const char *const private[] = {
		"username=", "user=", "domain=", "password=", "credentials=", "addr="};

	for (size_t i = 0; i < ARRAY_LEN(private); i++)
		for (char *at = text; (at = memmem(at, n - (size_t)(at - text), private[i],
					       strlen(private[i])));) {
			at += strlen(private[i]);
			fill(at, strcspn(at, ", \n"), 'x');
		}
}

/* "0100007F:1F90": addresses of sockets, and of routes ("eth0	00000000	010200C0	…"),
 * hexadecimal.  What routes are default ones, their prefixes and masks tell. */
static void mask_hex_addresses(char *text, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t run = 0;

		while (i + run < n && isxdigit((unsigned char)text[i + run]))
			run++;
		if (run == 32 || (run == 8 && text[i + run] == ':'))
			fill(text + i, run, '0');
		i += run + 1;
	}
}

/* The gateway is the third word; the second tells the default route. */
static void mask_routes(char *text, size_t n)
{
	for (char *at = text, *end = text + n; at < end; at += line_length(at, end) + 1) {
		char *word = at + strcspn(at, "\t\n");

		word += *word == '\t';
		word += strcspn(word, "\t\n");
		word += *word == '\t';
		if (strspn(word, "0123456789ABCDEF") == 8)
			fill(word, 8, '0');
	}
}

/* utmp(5): user and host are text, the address stands before the reserve at the end. */
static void mask_utmp(char *text, size_t n)
{
	enum { USER = 44, USER_AND_HOST = 32 + 256, TAIL = 16 + 20 };
	size_t record = n % 400 == 0 && n % 384 != 0 ? 400 : 384;

	for (size_t at = 0; at + record <= n; at += record) {
		fill(text + at + USER, USER_AND_HOST, 'x');
		memset(text + at + record - TAIL, 0, TAIL);
	}
}

static const struct {
	const char *path;
	void (*mask)(char *text, size_t n);
} rules[] = {
	{"*/machine-id", mask_number},
	{"*/boot_id", mask_number},
	{"*serial-number", mask_number},
	{"*/linux,serial", mask_number},
	{"*/serial", mask_number},
	{"*/serial_number", mask_number},
	{"*/cid", mask_number},
	{"*/wwid", mask_number},
	{"*/unique_id", mask_number},
	{"/sys/*/dmi/id/*_serial", mask_number},
	{"/sys/*/dmi/id/*_uuid", mask_number},
	{"/sys/*/dmi/id/*_asset_tag", mask_number},
	{"/proc/cpuinfo", mask_cpuinfo},
	{"/proc/[0-9]*/stat", mask_process},
	{"/proc/self/mountinfo", mask_mount_options},
	{"/proc/self/mountinfo", mask_mount_sources},
	{"/proc/net/tcp*", mask_hex_addresses},
	{"/proc/net/udp*", mask_hex_addresses},
	{"/proc/net/ipv6_route", mask_hex_addresses},
	{"/proc/net/route", mask_routes},
	{"/run/systemd/sessions/*", mask_assignments},
	{"*/uevent", mask_assignments},
	{"/run/utmp", mask_utmp},
	{"/var/run/utmp", mask_utmp},
};

static bool is_mac(const char *text, size_t n)
{
	for (size_t i = 0; i < MAC; i++)
		if (i >= n || (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i])))
			return false;
	/* all zeros would mean that there is none, all ones is everybody's */
	return (n == MAC || !isxdigit((unsigned char)text[MAC])) &&
	       strncmp(text, "00:00:00:00:00:00", MAC) != 0 &&
	       strncmp(text, "ff:ff:ff:ff:ff:ff", MAC) != 0;
}

/* "enxb827eb012345": systemd names adapters without a fixed place by their address
 * (systemd.net-naming-scheme(7)). */
static bool is_named_by_mac(const char *text, size_t n)
{
	if (n < NAME || (n > NAME && isalnum((unsigned char)text[NAME])) ||
		(strncmp(text, "enx", 3) && strncmp(text, "wlx", 3) && strncmp(text, "wwx", 3)))
		return false;
	for (size_t i = 3; i < NAME; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

void mask_macs(char *text, size_t n)
{
	static const char address[] = "02:00:00:00:00:00", name[] = "0200000000";

	for (size_t i = 0; i < n; i++) {
		if ((i == 0 || !isxdigit((unsigned char)text[i - 1])) && is_mac(text + i, n - i))
			memcpy(text + i, address, sizeof(address) - 1);
		/* the last two digits stay: several must not become one */
		if ((i == 0 || !isalnum((unsigned char)text[i - 1])) &&
			is_named_by_mac(text + i, n - i))
			memcpy(text + i + 3, name, sizeof(name) - 1);
	}
}

/* "eth0 inet 192.0.2.4 global 0x80": every line of another machine's, each address another one. */
static char *mask_addresses(const char *text, size_t *ret_n)
{
	struct scan all = scan_text(text), line, interface, family, address, rest;
	char *masked = xstrdup(""), *longer;

	for (unsigned i = 1; scan_line(&all, &line); i++) {
		char kept[64], shown[64];

		if (!scan_word(&line, &interface) || !scan_word(&line, &family) ||
			!scan_word(&line, &address))
			continue;
		rest = line;
		scan_copy(address, kept, sizeof(kept));
		if (strncmp(kept, "127.", 4) == 0 || strcmp(kept, "::1") == 0)
			snprintf(shown, sizeof(shown), "%s", kept);
		else
			snprintf(shown, sizeof(shown),
				!scan_is(family, "inet6")	? "192.0.2.%u"
				: strncmp(kept, "fe80", 4) == 0 ? "fe80::%x"
								: "2001:db8::%x",
				i);
		longer = xasprintf("%s%.*s %.*s %s%.*s\n", masked,
			(int)(interface.end - interface.at), interface.at,
			(int)(family.end - family.at), family.at, shown, (int)(rest.end - rest.at),
			rest.at);
		free(masked);
		masked = longer;
	}
	*ret_n = strlen(masked);
	return masked;
}

char *mask_text(const char *path, const char *text, size_t n, size_t *ret_n)
{
	char *copy;

	copy = xcalloc(n + 1, 1);
	memcpy(copy, text, n);
	if (strcmp(path, "/captured/addresses") == 0) {
		char *masked = mask_addresses(copy, ret_n);

		free(copy);
		mask_macs(masked, *ret_n);
		return masked;
	}
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (text_glob(rules[i].path, path))
			rules[i].mask(copy, n);
	mask_macs(copy, n);
	*ret_n = n;
	return copy;
}
