/* Text from anywhere: cleaned, slugged and cut, it ends within its room and holds what it may hold.
 */
#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_only(const char *text, const char *allowed)
{
	if (text[strspn(text, allowed)])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
#define LOWER "abcdefghijklmnopqrstuvwxyz0123456789_"
	char *text = xstrndup((const char *)data, size), answer[32], again[32];
	static const char *const names[] = {"mqtt.host", "mqtt.port", "http.port"};
	double number;
	long whole;

	text_copy(answer, sizeof(answer), text);
	text_copy(again, sizeof(again), answer);
	if (strlen(answer) >= sizeof(answer) || strcmp(answer, again) != 0)
		abort();
	text_slug(answer, sizeof(answer), text);
	expect_only(answer, LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	text_identifier(answer, sizeof(answer), text);
	expect_only(answer, LOWER);
	if (text_to_double(text, &number) && text_number(answer, sizeof(answer), number, 3) &&
		!text_to_double(answer, &number))
		abort();
	(void)text_to_long(text, &whole);
	(void)text_nearest(text, names, ARRAY_LEN(names));
	if (text_natural(text, text) != 0 || strlen(text_trim(text)) > size)
		abort();
	free(text);
	return 0;
}
