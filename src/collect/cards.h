#pragma once
/*
 * Graphics cards as gpus.c, drm.c and nvidia.c find them: by PCI address, which survives what the
 * kernel calls them today.
 */
#include "root.h"
#include "snapshot.h"

#define CARDS_MAX 32

/* What a card may say, in the order of the rows CARD_USAGE … CARD_CLOCK. */
#define CARD_VALUES (CARD_CLOCK - CARD_USAGE + 1)

_Static_assert(CARD_VALUES == 9, "rows between those that are no numbers");

struct card {
	char key[KEY_SIZE];	    /* "0000:03:00.0" */
	const char *vendor;	    /* "AMD"; constant */
	char name[TEXT_SIZE];	    /* kept while it sleeps */
	bool found;		    /* in this round */
	double asked;		    /* device_rest()'s */
	double idle, idle_at;	    /* milliseconds that it idled, seconds since boot then; NAN */
	double values[CARD_VALUES]; /* in the unit of their rows; NAN: not known */
};

struct cards {
	struct card at[CARDS_MAX];
	size_t n;
	double nvidia_asked;
};

/* Finds or begins one; NULL if there are too many.  It counts as found. */
struct card *card_of(struct cards *cards, const char *key);

/* A row's place. */
static inline double *card_value(struct card *card, enum metric_id metric)
{
	return &card->values[metric - CARD_USAGE];
}

/* Forgets what it said. */
void card_clear(struct card *card);

/* With NVIDIA's own driver: root_nvidia(). */
void nvidia_collect(struct cards *cards, const struct root *root, double boottime);

/* AMD's and Intel's, and NVIDIA's with the kernel's driver: /sys/class/drm, but for the cards that
 * were found in this round already. */
void drm_collect(struct cards *cards, const struct root *root, double boottime);
