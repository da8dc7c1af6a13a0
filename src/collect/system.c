/* The names of the system that runs here. */
#include "collector.h"
#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The value of a shell assignment: "Debian \"12\"", 'Arch', Alpine.  os-release(5) allows no more
 * of the shell. */
static void value_parse(struct scan value, char *ret, size_t size)
{
	char quote = '\0', text[TEXT_SIZE];
	size_t n = 0;

	for (; value.at < value.end && n + 1 < sizeof(text); value.at++) {
		char c = *value.at;

		if (c == quote && quote)
			break;
		if (n == 0 && !quote && (c == '"' || c == '\''))
			quote = c;
		else if (c == '\\' && quote != '\'' && value.at + 1 < value.end)
			text[n++] = *++value.at;
		else
			text[n++] = c;
	}
	text[n] = '\0';
	scan_copy(scan_text(text), ret, size);
}

/*
 * PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
 * NAME="Debian GNU/Linux"
 * # comments, and keys in any order; of two the last holds, as in a shell
 */
static int os_release_parse(const char *text, char *ret, size_t size)
{
	char name[TEXT_SIZE] = "", pretty[TEXT_SIZE] = "";
	struct scan s = scan_text(text), line, key;

	while (scan_line(&s, &line)) {
		if (!scan_key(&line, '=', &key))
			continue;
		if (scan_is(key, "PRETTY_NAME"))
			value_parse(line, pretty, sizeof(pretty));
		else if (scan_is(key, "NAME"))
			value_parse(line, name, sizeof(name));
	}
	if (!*pretty && !*name)
		return -EBADMSG;
	snprintf(ret, size, "%s", *pretty ? pretty : name);
	return 0;
}

static void put_os(struct slice *slice, const struct root *root)
{
	static const char *const files[] = {"/etc/os-release", "/usr/lib/os-release"};
	char os[TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		auto_free char *text = NULL;

		if (root_read(root, files[i], &text) >= 0 &&
			os_release_parse(text, os, sizeof(os)) == 0) {
			put_text(slice, SYSTEM_OS, "", os);
			return;
		}
	}
}

static int system_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct utsname names;
	int r = root_uname(root, &names);

	(void)state, (void)config;
	if (r < 0)
		return r;
	put_text(ret, SYSTEM_HOSTNAME, "", names.nodename);
	put_text(ret, SYSTEM_KERNEL, "", names.release);
	put_text(ret, SYSTEM_ARCHITECTURE, "", names.machine);
	put_os(ret, root);
	return ret->n ? 0 : -ENOENT;
}

const struct collector collect_system = {
	.name = "system",
	.gives = "system.hostname system.os system.kernel system.architecture",
	.interval = 60,
	.collect = system_collect,
};
