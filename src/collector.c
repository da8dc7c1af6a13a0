#include "collector.h"
#include "mem.h"
#include "text.h"

#include <string.h>

bool collector_gives(const struct collector *collector, enum metric_id metric)
{
	enum metric_id wanted = catalogue[metric].rate_of ? catalogue[metric].rate_of : metric;
	auto_free char *words = xstrdup(collector->gives ? collector->gives : "");
	const char *globs[16];
	char pattern[128];
	size_t n = 0;

	catalogue_pattern(wanted, pattern, sizeof(pattern));
	for (char *save, *word = strtok_r(words, " ", &save); word && n < ARRAY_LEN(globs);
		word = strtok_r(NULL, " ", &save))
		globs[n++] = word;
	return text_admitted(globs, n, pattern);
}
