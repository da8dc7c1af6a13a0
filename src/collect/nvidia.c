/* NVIDIA's cards with NVIDIA's driver: the lines of root_nvidia(). */
#include "collect/cards.h"

#include "collect/mountinfo.h"
#include "collect/rest.h"
#include "mem.h"
#include "root_devices.h"
#include "scan.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DRIVER "/sys/bus/pci/drivers/nvidia"

static const struct {
	const char *word;
	enum metric_id metric;
	double most;
} values[] = {
	{"usage=", CARD_USAGE, 100},
	{"memory_usage=", CARD_MEMORY_USAGE, 100},
	{"vram_total=", CARD_VRAM_TOTAL, 1e15},
	{"vram_used=", CARD_VRAM_USED, 1e15},
	{"vram_free=", CARD_VRAM_FREE, 1e15},
	{"temperature=", CARD_TEMPERATURE, 200},
	{"watts=", CARD_WATTS, 1e5},
	{"fan=", CARD_FAN, 200},
	{"clock=", CARD_CLOCK, 1e5},
};

static void word_parse(struct scan word, struct card *ret)
{
	char name[TEXT_SIZE];
	double number;

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct scan value = {word.at + strlen(values[i].word), word.end};

		if (scan_starts(word, values[i].word) && scan_double(&value, &number) &&
			number >= 0 && number <= values[i].most)
			*card_value(ret, values[i].metric) = number;
	}
	if (scan_starts(word, "name=")) {
		word.at += strlen("name=");
		if (mountinfo_unescape(word, name, sizeof(name)) && *name)
			snprintf(ret->name, sizeof(ret->name), "%s", name);
	}
}

static struct card *begin_card(struct cards *cards, const char *key)
{
	struct card *card = card_of(cards, key);

	if (!card)
		return NULL;
	card->vendor = "NVIDIA";
	if (!card->name[0])
		strcpy(card->name, "NVIDIA graphics");
	return card;
}

/* 0000:01:00.0 usage=12 memory_usage=3 … name=NVIDIA\040H200 */
static void lines_parse(const char *text, struct cards *ret)
{
	struct scan all = scan_text(text), line, word;
	char key[KEY_SIZE];

	while (scan_line(&all, &line)) {
		struct card *card;

		if (!scan_word(&line, &word))
			continue;
		scan_copy(word, key, sizeof(key));
		card = text_glob("*:*:*.*", key) ? begin_card(ret, key) : NULL;
		if (!card)
			continue;
		card_clear(card);
		while (scan_word(&line, &word))
			word_parse(word, card);
	}
}

/* The library asks all cards, so one that sleeps keeps the others silent, too; but only notebooks
 * have one that does. */
static enum rest rest_of_all(
	struct cards *cards, const struct root *root, double boottime, char *const *names, size_t n)
{
	double before = cards->nvidia_asked;
	enum rest all = AWAKE;

	for (size_t i = 0; i < n; i++) {
		double asked = before;
		char path[128];
		enum rest rest;

		snprintf(path, sizeof(path), DRIVER "/%.64s", names[i]);
		rest = device_rest(root, path, boottime, &asked);
		all = rest > all ? rest : all;
	}
	if (all == AWAKE)
		cards->nvidia_asked = boottime;
	return all;
}

void nvidia_collect(struct cards *cards, const struct root *root, double boottime)
{
	auto_free char **names = NULL;
	auto_free char *text = NULL;
	enum rest rest;
	size_t n;

	if (root_list(root, DRIVER, &names, &n) < 0)
		n = 0;
	rest = rest_of_all(cards, root, boottime, names, n);
	for (size_t i = 0; i < n; i++) { /* besides cards: "bind", "new_id" … */
		struct card *card =
			text_glob("*:*:*.*", names[i]) ? begin_card(cards, names[i]) : NULL;

		if (card && rest != LET_BE)
			card_clear(card);
	}
	if (rest == AWAKE && root_nvidia(root, &text) >= 0)
		lines_parse(text, cards);
}
