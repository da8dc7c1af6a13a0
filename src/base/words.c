#include "words.h"

#include "mem.h"

#include <string.h>

#define FIRST_BLOCK 112 /* with its head 128 bytes: most have a few words only */

struct words_block {
	struct words_block *before;
	unsigned n, room;
	char text[];
};

static void add_block(struct words *words, size_t least)
{
	size_t room = words->last ? 2 * (size_t)words->last->room : FIRST_BLOCK;
	struct words_block *block;

	room = room < least ? least : room;
	block = xrealloc(NULL, 1, sizeof(*block) + room);
	block->before = words->last;
	block->n = 0;
	block->room = (unsigned)room;
	words->last = block;
}

const char *words_keep(struct words *words, const char *text)
{
	size_t n = strlen(text) + 1;
	char *kept;

	if (n == 1)
		return "";
	if (!words->last || words->last->room - words->last->n < n)
		add_block(words, n);
	kept = words->last->text + words->last->n;
	words->last->n += (unsigned)n;
	return memcpy(kept, text, n);
}

static void free_from(struct words_block *block)
{
	while (block) {
		struct words_block *before = block->before;

		free(block);
		block = before;
	}
}

/* The newest block is larger than all the others together. */
void words_clear(struct words *words)
{
	if (!words->last)
		return;
	free_from(words->last->before);
	words->last->before = NULL;
	words->last->n = 0;
}

void words_free(struct words *words)
{
	free_from(words->last);
	words->last = NULL;
}
