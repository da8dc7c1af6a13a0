#include "debian.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* '~' sorts before even the end, letters before everything else. */
static int weight(const char *at, const char *end)
{
	if (at == end || digit(*at))
		return 0;
	if (*at == '~')
		return -1;
	return letter(*at) ? (unsigned char)*at : (unsigned char)*at + 256;
}

/* Numbers of any length: without leading zeros the longer one is greater. */
static int number_compare(const char **a, const char *a_end, const char **b, const char *b_end)
{
	const char *from_a, *from_b;
	int r;

	for (; *a < a_end && **a == '0'; ++*a)
		;
	for (; *b < b_end && **b == '0'; ++*b)
		;
	for (from_a = *a; *a < a_end && digit(**a); ++*a)
		;
	for (from_b = *b; *b < b_end && digit(**b); ++*b)
		;
	if (*a - from_a != *b - from_b)
		return *a - from_a < *b - from_b ? -1 : 1;
	r = memcmp(from_a, from_b, (size_t)(*a - from_a));
	return (r > 0) - (r < 0);
}

/* Runs of other characters and of digits, in turns. */
static int part_compare(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a < a_end || b < b_end) {
		int r;

		while ((a < a_end && !digit(*a)) || (b < b_end && !digit(*b))) {
			r = weight(a, a_end) - weight(b, b_end);
			if (r)
				return r;
			a += a < a_end;
			b += b < b_end;
		}
		r = number_compare(&a, a_end, &b, b_end);
		if (r)
			return r;
	}
	return 0;
}

struct version {
	const char *epoch, *upstream, *upstream_end, *end;
	const char *revision; /* the end if there is none: it counts as "0" */
};

/* "1:2.36-9+deb12u10": epoch 1, upstream 2.36, revision 9+deb12u10 */
static struct version version_parse(const char *text)
{
	struct version v = {.epoch = text, .upstream = text, .end = text + strlen(text)};
	const char *colon = strchr(text, ':'), *dash = strrchr(text, '-');

	if (colon && strspn(text, "0123456789") == (size_t)(colon - text))
		v.upstream = colon + 1;
	v.upstream_end = dash && dash >= v.upstream ? dash : v.end;
	v.revision = v.upstream_end < v.end ? dash + 1 : v.end;
	return v;
}

int debian_version_compare(const char *a, const char *b)
{
	struct version x = version_parse(a), y = version_parse(b);
	int r = part_compare(x.epoch, x.upstream > x.epoch ? x.upstream - 1 : x.epoch, y.epoch,
		y.upstream > y.epoch ? y.upstream - 1 : y.epoch);

	if (r == 0)
		r = part_compare(x.upstream, x.upstream_end, y.upstream, y.upstream_end);
	return r ? r : part_compare(x.revision, x.end, y.revision, y.end);
}

const char *debian_field(const char *line, const char *field)
{
	size_t n = strlen(field);

	if (strncasecmp(line, field, n) != 0 || line[n] != ':')
		return NULL;
	line += n + 1;
	return line + strspn(line, " \t");
}

bool debian_package_note(struct debian_package *package, const char *line)
{
	const struct {
		const char *field;
		char *to;
		size_t size;
	} fields[] = {
		{"Package", package->name, sizeof(package->name)},
		{"Version", package->version, sizeof(package->version)},
		{"Architecture", package->architecture, sizeof(package->architecture)},
		{"Status", package->status, sizeof(package->status)},
	};

	if (!*line || !strchr("PpVvAaSs", *line)) /* most lines, at once */
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *value = debian_field(line, fields[i].field);
		size_t n;

		if (!value)
			continue;
		n = strcspn(value, "\r");
		package->broken |= n >= fields[i].size;
		snprintf(fields[i].to, fields[i].size, "%.*s", (int)n, value);
		return true;
	}
	return false;
}

static const char *last_word(const char *text)
{
	const char *blank = strrchr(text, ' ');

	return blank ? blank + 1 : text;
}

bool debian_package_installed(const struct debian_package *package)
{
	/* what dpkg(1) calls half-configured, unpacked or waiting for triggers is there, too */
	static const char *const absent[] = {"", "not-installed", "config-files", "half-installed"};
	const char *status = last_word(package->status);

	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		if (strcmp(status, absent[i]) == 0)
			return false;
	return true;
}

bool debian_package_held(const struct debian_package *package)
{
	return strncmp(package->status, "hold ", 5) == 0;
}
