/* Wi-Fi interfaces as the lines of text that root_wifi() promises. */
#include "nl80211_private.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_link(FILE *stream, const struct wifi_link *link)
{
	const unsigned char *b = link->bssid;
	char ssid[4 * WIFI_NAME_MAX + 1];

	fputs(link->interface, stream);
	if (link->signal)
		fprintf(stream, " signal=%d", link->signal);
	if (link->receive)
		fprintf(stream, " receive=%u.%u", link->receive / 10, link->receive % 10);
	if (link->send)
		fprintf(stream, " send=%u.%u", link->send / 10, link->send % 10);
	if (link->frequency)
		fprintf(stream, " frequency=%u", link->frequency);
	if (wifi_has_bssid(link))
		fprintf(stream, " bssid=%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3],
			b[4], b[5]);
	text_escape(ssid, sizeof(ssid), link->ssid, link->ssid_n);
	if (ssid[0])
		fprintf(stream, " ssid=%s", ssid);
	fputc('\n', stream);
}

static struct wifi_link mask(const struct wifi_link *link, size_t i)
{
	static const char name[] = "network";
	struct wifi_link masked = *link;

	if (wifi_has_bssid(link))
		memcpy(masked.bssid, (unsigned char[]){2, 0, 0, 0, 0, (unsigned char)(i + 1)},
			sizeof(masked.bssid));
	if (link->ssid_n) {
		memcpy(masked.ssid, name, strlen(name));
		masked.ssid_n = strlen(name);
	}
	return masked;
}

char *wifi_lines(const struct wifi_link *links, size_t n, bool masked)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		abort();
	for (size_t i = 0; i < n; i++) {
		struct wifi_link link = masked ? mask(&links[i], i) : links[i];

		if (link.associated)
			print_link(stream, &link);
	}
	if (fclose(stream) != 0)
		abort();
	return text;
}
