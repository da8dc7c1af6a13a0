/*
 * What Wi-Fi interfaces know about the network that they are in: root_wifi() (nl80211), and where
 * that has no signal, /proc/net/wireless.  Nothing while not associated.
 */
#include "collect/interfaces.h"
#include "collect/mountinfo.h"
#include "collector.h"
#include "mem.h"
#include "root_devices.h"
#include "scan.h"

#include <errno.h>
#include <string.h>

/* The words of a line of root_wifi() that have numbers; all but the signal are above 0. */
static const struct {
	const char *name;
	enum metric_id metric;
	double least, most;
} numbers[] = {
	{"signal=", NET_SIGNAL, -127, -1},
	{"send=", NET_BITRATE, 0.1, 1e6},
	{"receive=", NET_RECEIVE_BITRATE, 0.1, 1e6},
	{"frequency=", NET_FREQUENCY, 1, 1e6},
};

static const struct {
	const char *name;
	enum metric_id metric;
} texts[] = {{"bssid=", NET_BSSID}, {"ssid=", NET_SSID}};

/* The interfaces that obey the user's lists. */
struct filter {
	const struct root *root;
	const struct config *config;
	char primary[INTERFACE_SIZE];
};

static bool admits(
	const struct filter *filter, struct scan word, char ret_name[static INTERFACE_SIZE])
{
	if (word.at == word.end || word.end - word.at >= INTERFACE_SIZE)
		return false;
	scan_copy(word, ret_name, INTERFACE_SIZE);
	return interface_shown(filter->root, filter->config, filter->primary, ret_name);
}

static void put_word(struct scan word, const char *interface, struct slice *ret)
{
	char text[TEXT_SIZE];
	double number;

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		struct scan value = {word.at + strlen(numbers[i].name), word.end};

		if (scan_starts(word, numbers[i].name) && scan_double(&value, &number) &&
			number >= numbers[i].least && number <= numbers[i].most)
			put(ret, numbers[i].metric, interface, number);
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct scan value = {word.at + strlen(texts[i].name), word.end};

		if (scan_starts(word, texts[i].name) &&
			mountinfo_unescape(value, text, sizeof(text)))
			put_text(ret, texts[i].metric, interface, text);
	}
}

/* wlan0 signal=-52 receive=65.0 send=72.2 frequency=2437 bssid=02:00:00:00:00:01 ssid=My\040net */
static void put_links(const char *text, const struct filter *filter, struct slice *ret)
{
	struct scan all = scan_text(text), line, word;
	char name[INTERFACE_SIZE];

	while (scan_line(&all, &line)) {
		if (!scan_word(&line, &word) || !admits(filter, word, name))
			continue;
		while (scan_word(&line, &word))
			put_word(word, name, ret);
	}
}

/* Has every interface of these lines told its signal? */
static bool all_told(const char *text)
{
	struct scan all = scan_text(text), line, word;

	while (scan_line(&all, &line)) {
		bool told = false;

		while (scan_word(&line, &word))
			told |= scan_starts(word, "signal=");
		if (!told)
			return false;
	}
	return true;
}

/*
 * Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 *  face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
 *  wlan0: 0000   59.  -51.  -256        0      0      0      0     23        0
 *
 * A '.' means that the number is new.  Old drivers leave out what makes the kernel subtract 256
 * from the level's one byte; a smaller positive level is a share of something that only the driver
 * knows.  0 and -256: not known, or not associated.
 */
static int wireless_parse(struct scan line, struct scan *ret_name, double *ret_dbm)
{
	struct scan name, word;
	double level;

	if (!scan_key_last(&line, ':', &name) || !scan_skip_words(&line, 2) ||
		!scan_word(&line, &word))
		return -EBADMSG;
	if (word.end - word.at > 1 && word.end[-1] == '.')
		word.end--;
	if (!scan_double(&word, &level))
		return -EBADMSG;
	if (level >= 256 - 110 && level <= 256 - 10)
		level -= 256;
	if (level < -127 || level > -1)
		return -ENODATA;
	*ret_name = name;
	*ret_dbm = level;
	return 0;
}

static int put_wireless(const struct filter *filter, struct slice *ret)
{
	auto_free char *text = NULL;
	ssize_t r = root_read(filter->root, "/proc/net/wireless", &text);
	struct scan all, line, word;
	char name[INTERFACE_SIZE];
	double dbm;

	if (r < 0)
		return (int)r;
	all = scan_text(text);
	while (scan_line(&all, &line))
		if (wireless_parse(line, &word, &dbm) == 0 && admits(filter, word, name) &&
			!slice_find(ret, NET_SIGNAL, name))
			put(ret, NET_SIGNAL, name, dbm);
	return 0;
}

/* Linux warns in its log about those who read /proc/net/wireless of a driver that has nl80211, so
 * that is for drivers that have not, and for signals that it does not tell. */
static int wifi_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct filter filter = {.root = root, .config = config};
	auto_free char *text = NULL;
	ssize_t r = root_wifi(root, &text);

	(void)state;
	if (r < 0 && !root_exists(root, "/proc/net/wireless"))
		return (int)r;
	interface_primary(root, config, filter.primary);
	if (r >= 0)
		put_links(text, &filter, ret);
	if (r < 0 || !all_told(text))
		(void)put_wireless(&filter, ret);
	return 0;
}

const struct collector collect_wifi = {
	.name = "wifi",
	.gives = "network.*.signal_strength network.*.*ssid network.*.*bitrate "
		 "network.*.frequency",
	.interval = 10,
	.lane = LANE_WIFI,
	.collect = wifi_collect,
};
