/* The attributes of nl80211's messages, whatever they hold; the first byte says of which message.
 */
#include "../../src/root/nl80211_lines.c"
#include "../../src/root/nl80211_messages.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wifi_fields fields = {data + 1, size - 1};
	struct wifi_link link = {.interface = "wlan0", .associated = true};
	char *text;
	size_t lines = 0;

	if (!size)
		return 0;
	if (*data % 4 == 0)
		(void)wifi_interface(fields, &link);
	else if (*data % 4 == 1)
		wifi_station(fields, &link);
	else if (*data % 4 == 2)
		wifi_network(fields, &link);
	else
		(void)wifi_family(fields);
	text = wifi_lines(&link, 1, false);
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	if (link.ssid_n > WIFI_NAME_MAX || link.signal > 0 || lines > 1)
		abort();
	free(text);
	return 0;
}
