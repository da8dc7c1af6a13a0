/*
 * Graphics cards: AMD's and Intel's by sysfs, NVIDIA's by NVML.  A card that sleeps is not woken:
 * it has its name, and nothing else.
 */
#include "collect/cards.h"
#include "collector.h"
#include "mem.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void card_clear(struct card *card)
{
	for (size_t i = 0; i < CARD_VALUES; i++)
		card->values[i] = NAN;
	card->idle = card->idle_at = NAN;
}

struct card *card_of(struct cards *cards, const char *key)
{
	struct card *card = cards->at;

	while (card < cards->at + cards->n && strcmp(card->key, key) != 0)
		card++;
	if (card == cards->at + cards->n) {
		if (cards->n == CARDS_MAX)
			return NULL;
		cards->n++;
		*card = (struct card){.vendor = ""};
		snprintf(card->key, sizeof(card->key), "%s", key);
		card_clear(card);
	}
	card->found = true;
	return card;
}

static void remove_gone(struct cards *cards)
{
	size_t kept = 0;

	for (size_t i = 0; i < cards->n; i++)
		if (cards->at[i].found)
			cards->at[kept++] = cards->at[i];
	cards->n = kept;
}

/* The same name twice needs the address, too. */
static void put_name(const struct cards *cards, const struct card *card, struct slice *ret)
{
	char name[TEXT_SIZE];
	size_t same = 0;

	for (const struct card *other = cards->at; other < cards->at + cards->n; other++)
		same += !strcmp(other->name, card->name);
	if (same > 1)
		snprintf(name, sizeof(name), "%.60s %.32s", card->name, card->key);
	else
		snprintf(name, sizeof(name), "%s", card->name);
	put_text(ret, CARD_NAME, card->key, name);
}

static int gpus_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct cards *cards = state;
	double wall, boottime;

	(void)config;
	if (root_clock(root, &wall, &boottime) < 0)
		boottime = NAN; /* then nothing can be its turn, and no share be told */
	for (size_t i = 0; i < cards->n; i++)
		cards->at[i].found = false;
	nvidia_collect(cards, root, boottime);
	drm_collect(cards, root, boottime);
	remove_gone(cards);
	for (const struct card *card = cards->at; card < cards->at + cards->n; card++) {
		put_text(ret, CARD_VENDOR, card->key, card->vendor);
		put_name(cards, card, ret);
		for (size_t i = 0; i < CARD_VALUES; i++)
			put(ret, (enum metric_id)(CARD_USAGE + i), card->key, card->values[i]);
	}
	return cards->n ? 0 : -ENOENT;
}

const struct collector collect_gpus = {
	.name = "gpus",
	.gives = "gpus.*",
	.interval = 5,
	.lane = LANE_GPUS,
	.state = sizeof(struct cards),
	.collect = gpus_collect,
};
