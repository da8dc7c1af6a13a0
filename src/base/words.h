#pragma once
/*
 * Short texts side by side in few blocks of memory: each stays where it is until all are forgotten
 * together.
 */
struct words_block;

struct words {
	struct words_block *last; /* newest first; NULL: nothing kept yet */
};

/* A copy of the text, owned by the words; of an empty one a constant. */
const char *words_keep(struct words *words, const char *text);
/* Forgets all, but keeps memory for as many again. */
void words_clear(struct words *words);
void words_free(struct words *words);
