#include "collect/release.h"

#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "Oct 29 2021 10:47:33 " or "2025/01/08 17:52:48 " → "2021-10-29"; "" if it is neither. */
static void day_parse(struct scan line, char *ret, size_t size)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct scan words = line, part, second;
	uint64_t year, month = 0, day;

	*ret = '\0';
	if (scan_key(&line, '/', &part) && scan_u64(&part, &year) &&
		scan_key(&line, '/', &second) && scan_u64(&second, &month) &&
		scan_u64(&line, &day)) {
		if (year > 9999 || month > 12 || day > 31)
			return;
	} else {
		if (!scan_word(&words, &part) || !scan_u64(&words, &day) ||
			!scan_u64(&words, &year) || year > 9999 || day > 31)
			return;
		for (size_t i = 0; i < ARRAY_LEN(months); i++)
			if (scan_is(part, months[i]))
				month = i + 1;
		if (month == 0)
			return;
	}
	snprintf(ret, size, "%04u-%02u-%02u", (unsigned)year, (unsigned)month, (unsigned)day);
}

/*
 * Oct 29 2021 10:47:33
 * Copyright (c) 2012 Broadcom
 * version b8a114e5a9877e91ca8f26d1a5ce904b2ad3cf13 (clean) (release) (start)
 *
 * 2025/01/08 17:52:48
 * version 97facbf4 (release) (embedded)
 */
int release_parse(const char *text, char *ret, size_t size)
{
	struct scan all = scan_text(text), line, word;
	char day[16], commit[41] = "";

	if (!scan_line(&all, &line))
		return -EBADMSG;
	day_parse(line, day, sizeof(day));
	while (!*commit && scan_line(&all, &line))
		if (scan_word(&line, &word) && scan_is(word, "version") && scan_word(&line, &word))
			scan_copy(word, commit, sizeof(commit));
	if (strlen(commit) < 7 || commit[strspn(commit, "0123456789abcdef")])
		return -EBADMSG;
	snprintf(ret, size, "%s%s%.8s", day, *day ? " " : "", commit);
	return 0;
}
