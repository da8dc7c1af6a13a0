/* See RFC 3986, section 3. */
#include "url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What follows the "//"; NULL if it is another scheme. */
static const char *authority(const char *url)
{
	if (strncasecmp(url, "http://", 7) == 0)
		return url + 7;
	return strncasecmp(url, "https://", 8) == 0 ? url + 8 : NULL;
}

/* Behind user and password, which end at the last '@' before the path. */
static const char *host(const char *from)
{
	const char *at = from;

	for (size_t i = 0, n = strcspn(from, "/?#"); i < n; i++)
		if (from[i] == '@')
			at = from + i + 1;
	return at;
}

bool url_valid(const char *url)
{
	const char *from = authority(url);

	for (const char *at = url; *at; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return false;
	return from && strcspn(host(from), "/?#:") > 0;
}

void url_shown(char *ret, size_t size, const char *url)
{
	const char *from = authority(url), *to;
	size_t n;

	if (!from) {
		snprintf(ret, size, "%s", url);
		return;
	}
	to = host(from);
	n = strcspn(to, "/?#");
	snprintf(ret, size, "%.*s%.*s%s", (int)(from - url), url, (int)n, to,
		!to[n]			   ? ""
		: strcmp(to + n, "/") == 0 ? "/"
					   : "/…");
}
