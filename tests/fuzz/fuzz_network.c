/* /proc/net/dev, the routing tables and the lines of root_addresses(), whatever they hold. */
#include "../../src/collect/addresses.c"
#include "../../src/collect/network.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), answer[46] = "";
	struct counters *counters;
	size_t n;

	counters = parse_all(text, &n);
	for (size_t i = 0; i < n; i++)
		if (counters[i].name.at < text || counters[i].name.end > text + size)
			abort();
	free(counters);
	(void)best_route(text, route_parse, answer, 16);
	(void)best_route(text, route6_parse, answer, 16);
	if (strlen(answer) >= 16)
		abort();
	(void)address_first(text, "eth0", false, answer, 16);
	(void)address_first(text, "eth0", true, answer, sizeof(answer));
	free(text);
	return 0;
}
