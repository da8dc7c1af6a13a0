#include "leftovers.h"

#include "mem.h"
#include "text.h"

#include <string.h>

void leftovers_add(struct leftovers *leftovers, const char *topic)
{
	if (leftovers->n == LEFTOVERS_MAX)
		return;
	if (leftovers->n == leftovers->room) {
		leftovers->room = leftovers->room ? leftovers->room * 2 : 16;
		leftovers->topics =
			xrealloc(leftovers->topics, leftovers->room, sizeof(*leftovers->topics));
	}
	leftovers->topics[leftovers->n++] = xstrdup(topic);
}

void leftovers_clear(struct leftovers *leftovers)
{
	while (leftovers->n)
		free(leftovers->topics[--leftovers->n]);
	free(leftovers->topics);
	*leftovers = (struct leftovers){0};
}

/* What sampling.intervals makes slow has no rates before its second time. */
double leftovers_patience(const struct config *config)
{
	double longest = 0, number;
	size_t n;
	const char *const *list = config_list(config, OPTION_SAMPLING_INTERVALS, &n);

	for (size_t i = 0; i < n; i++)
		if (text_to_double(strrchr(list[i], '=') + 1, &number) && number > longest)
			longest = number;
	return longest > 0 ? longest + config_number(config, OPTION_SAMPLING_INTERVAL) : 0;
}

void leftovers_purge(struct leftovers *leftovers, bool (*used)(void *self, const char *topic),
	int (*clear)(void *self, const char *topic), void *self)
{
	while (leftovers->n) {
		char *topic = leftovers->topics[leftovers->n - 1];

		if (!used(self, topic) && clear(self, topic) < 0)
			return;
		free(topic);
		leftovers->n--;
	}
	leftovers_clear(leftovers);
}
