/* The cursor: whatever the text, every step stays within the line, and one that fails moves
 * nothing. */
#include "mem.h"
#include "scan.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_within(struct scan inner, struct scan outer)
{
	if (inner.at < outer.at || inner.end > outer.end || inner.at > inner.end)
		abort();
}

static void step(struct scan line, struct scan word)
{
	struct scan whole = line, key = {0};
	uint64_t number = 4242;
	double fraction;
	char copy[16];

	expect_within(word, line);
	if (!scan_u64(&line, &number) && (number != 4242 || line.at != whole.at))
		abort();
	if (!scan_hex(&line, &number) && !scan_double(&line, &fraction) && line.end != whole.end)
		abort();
	expect_within(line, whole);
	if (scan_key(&whole, ':', &key) || scan_key_last(&whole, '=', &key))
		expect_within(key, (struct scan){key.at, whole.end});
	(void)scan_skip_words(&whole, 3);
	scan_copy(word, copy, sizeof(copy));
	if (strlen(copy) >= sizeof(copy) || (scan_is(word, copy) && !scan_starts(word, copy)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct scan all = scan_text(text), line, word;

	while (scan_line(&all, &line)) {
		struct scan rest = line;

		while (scan_word(&rest, &word))
			step(line, word);
		if (memchr(line.at, '\n', (size_t)(line.end - line.at)))
			abort();
	}
	free(text);
	return 0;
}
