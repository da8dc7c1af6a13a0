#pragma once
/*
 * Text that grows, for renderers that write thousands of short lines: no printf, no memory per
 * line.  The owner frees `at`, which is NUL-terminated after the first page_text().
 */
#include <stddef.h>

struct page {
	char *at;
	size_t n, room;
};

void page_text(struct page *page, const char *text);

/* name="value", escaped as the Prometheus text format wants it: backslash, quote and line end. */
void page_label(struct page *page, const char *name, const char *value);

/* At most that many decimals (0 to 6), without zeros at the end; beyond 1e15 as %.17g. */
void page_number(struct page *page, double number, int decimals);
