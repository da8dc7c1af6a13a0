/* The lines of root_nvidia() and what drivers of graphics cards say, whatever they hold. */
#include "../../src/collect/drm.c"
#include "../../src/collect/nvidia.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cards cards;
	char *text = xstrndup((const char *)data, size), slot[16] = "";
	double megahertz;

	cards.n = 0;
	lines_parse(text, &cards);
	for (size_t i = 0; i < cards.n; i++)
		for (size_t j = 0; j < CARD_VALUES; j++)
			if (cards.at[i].values[j] < 0 || isinf(cards.at[i].values[j]))
				abort();
	if (levels_parse(text, &megahertz) && isnan(megahertz))
		abort();
	(void)slot_parse(text, slot, sizeof(slot));
	free(text);
	return 0;
}
