/* The lines of root_wifi() and /proc/net/wireless, whatever they hold. */
#include "../../src/collect/wifi.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct scan all = scan_text(text), line, word;
	struct slice slice = {0};
	double dbm;

	(void)all_told(text);
	while (scan_line(&all, &line)) {
		if (wireless_parse(line, &word, &dbm) == 0 && (dbm < -127 || dbm > -1))
			abort();
		while (scan_word(&line, &word))
			put_word(word, "wlan0", &slice);
	}
	for (size_t i = 0; i < slice.n; i++)
		if (slice.at[i].metric == NET_SIGNAL && !(slice.at[i].number < 0))
			abort();
	slice_free(&slice);
	free(text);
	return 0;
}
