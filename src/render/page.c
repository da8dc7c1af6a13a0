#include "page.h"

#include "mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void page_room(struct page *page, size_t n)
{
	if (page->room - page->n > n)
		return;
	page->room = (page->room + n) * 2;
	page->at = xrealloc(page->at, page->room, 1);
}

void page_text(struct page *page, const char *text)
{
	size_t n = strlen(text);

	page_room(page, n);
	memcpy(page->at + page->n, text, n + 1);
	page->n += n;
}

void page_label(struct page *page, const char *name, const char *value)
{
	page_text(page, name);
	page_text(page, "=\"");
	page_room(page, 2 * strlen(value) + 1);
	for (; *value; value++) {
		bool special = *value == '\\' || *value == '"' || *value == '\n';

		if (special)
			page->at[page->n++] = '\\';
		page->at[page->n++] = *value;
		if (*value == '\n')
			page->at[page->n - 1] = 'n';
	}
	page_text(page, "\"");
}

static void page_whole(struct page *page, uint64_t number, int digits)
{
	char text[24], *at = text + sizeof(text) - 1;

	*at = '\0';
	for (; number || digits > 0; number /= 10, digits--)
		*--at = (char)('0' + number % 10);
	page_text(page, at);
}

void page_number(struct page *page, double number, int decimals)
{
	static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
	uint64_t power, scaled;
	char text[32];

	decimals = decimals < 0 ? 0 : decimals > 6 ? 6 : decimals;
	power = powers[decimals];
	if (fabs(number) * (double)power > 1e15) {
		snprintf(text, sizeof(text), "%.17g", number);
		page_text(page, text);
		return;
	}
	scaled = (uint64_t)llround(fabs(number) * (double)power);
	if (number < 0 && scaled)
		page_text(page, "-");
	while (decimals && scaled % 10 == 0) {
		scaled /= 10;
		decimals--;
	}
	page_whole(page, scaled / powers[decimals], 1);
	if (decimals) {
		page_text(page, ".");
		page_whole(page, scaled % powers[decimals], decimals);
	}
}
