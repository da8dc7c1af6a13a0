/* One value of one option: read as its row says, or refused in a line that says what is allowed. */
#include "config_private.h"
#include "mem.h"
#include "text.h"
#include "url.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool flag_parse(const char *text, double *ret)
{
	static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no",
									     "off", "0"};

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcasecmp(text, yes[i]) == 0)
			return *ret = 1, true;
		if (strcasecmp(text, no[i]) == 0)
			return *ret = 0, true;
	}
	return false;
}

static bool choice_parse(const char *choices, const char *text, double *ret)
{
	int index = 0;

	for (const char *at = choices; *at; index++) {
		size_t n = strcspn(at, " ");

		if (strlen(text) == n && strncasecmp(text, at, n) == 0)
			return *ret = index, true;
		at += n + (at[n] == ' ');
	}
	return false;
}

static bool number_parse(const struct option_row *row, const char *text, double *ret)
{
	double number;

	if (!text_to_double(text, &number) || number < row->minimum || number > row->maximum ||
		(!row->fraction && number != trunc(number)))
		return false;
	*ret = number;
	return true;
}

/* Entries of these lists are "glob=number". */
static bool named_number_parse(const char *text, double *ret)
{
	const char *equals = strrchr(text, '=');

	return equals && equals != text && text_to_double(equals + 1, ret) && *ret >= 0;
}

static bool printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f ||
			(text[0] == '\xc2' && (unsigned char)text[1] < 0xa0)) /* C1 */
			return false;
	return true;
}

#define TOPIC_MAX 128 /* bytes; the rest of a topic must fit behind it */

/* What others subscribe to: MQTT 4.7.1, 4.7.2.  That it is UTF-8 without control characters (1.5.3)
 * holds for every option. */
static bool topic_valid(const char *text)
{
	return !strpbrk(text, "+#") && *text != '$' && *text != '/' && strlen(text) <= TOPIC_MAX;
}

#define ADDRESSES_MAX 8

/* "localhost" stands for both of its addresses.  Whether the interface in "fe80::1%eth0" is there
 * already, time will tell. */
static bool address_valid(const char *text)
{
	char plain[INET6_ADDRSTRLEN];
	struct in6_addr ignored;
	size_t n = strcspn(text, "%");

	if (n >= sizeof(plain) || (text[n] && !text[n + 1]))
		return false;
	memcpy(plain, text, n);
	plain[n] = '\0';
	if (inet_pton(AF_INET6, plain, &ignored) == 1)
		return true;
	return !text[n] &&
	       (strcmp(plain, "localhost") == 0 || inet_pton(AF_INET, plain, &ignored) == 1);
}

static bool check(const struct option_row *row, const char *text, double *ret_number)
{
	if (!printable(text) || !text_is_utf8(text) || (row->topic && !topic_valid(text)) ||
		(row->url && *text && !url_valid(text)) || (row->addresses && !address_valid(text)))
		return false;
	switch (row->kind) {
	case OPTION_FLAG:
		return flag_parse(text, ret_number);
	case OPTION_NUMBER:
		return number_parse(row, text, ret_number);
	case OPTION_CHOICE:
		return choice_parse(row->choices, text, ret_number);
	case OPTION_TEXT:
		return row->empty || *text;
	case OPTION_LIST:
		break;
	}
	return !row->named_numbers || named_number_parse(text, ret_number);
}

static char *refusal(const struct option_row *row, const char *text)
{
	char minimum[32], maximum[32];

	if (!printable(text))
		return xasprintf("%s: control characters are not allowed", row->path);
	if (!text_is_utf8(text))
		return xasprintf("%s: it is no UTF-8", row->path);
	if (row->topic && strlen(text) > TOPIC_MAX)
		return xasprintf("%s: more than %d bytes", row->path, TOPIC_MAX);
	if (row->topic && *text)
		return xasprintf("%s: \"%s\" is no topic to publish to: UTF-8 without + and # "
				 "is wanted, and no $ or / in front",
			row->path, text);
	if (row->url && *text)
		return xasprintf(
			"%s: http:// or https://, a host and no blanks are wanted", row->path);
	if (row->addresses)
		return xasprintf(
			"%s: \"%s\" is neither an IPv4 nor an IPv6 address", row->path, text);
	switch (row->kind) {
	case OPTION_FLAG:
		return xasprintf("%s: \"%s\" is neither true nor false", row->path, text);
	case OPTION_NUMBER:
		text_number(minimum, sizeof(minimum), row->minimum, 3);
		text_number(maximum, sizeof(maximum), row->maximum, 3);
		return xasprintf("%s: \"%s\" is not a %snumber from %s to %s", row->path, text,
			row->fraction ? "" : "whole ", minimum, maximum);
	case OPTION_CHOICE:
		return xasprintf("%s: \"%s\" is not one of: %s", row->path, text, row->choices);
	case OPTION_TEXT:
		return xasprintf("%s: must not be empty", row->path);
	case OPTION_LIST:
		break;
	}
	return xasprintf("%s: \"%s\" is not \"name=number\"", row->path, text);
}

void value_clear(struct option_value *value)
{
	for (size_t i = 0; i < value->list_n; i++)
		free(value->list[i]);
	free(value->list);
	free(value->text);
	free(value->origin);
	*value = (struct option_value){0};
}

int value_assign(struct option_value *value, const struct option_row *row, const char *const *texts,
	size_t n, const char *origin, char **ret_complaint)
{
	double number = 0;
	size_t length = 1;

	if (row->addresses && (n == 0 || n > ADDRESSES_MAX)) {
		*ret_complaint =
			xasprintf("%s: one to %d addresses are wanted", row->path, ADDRESSES_MAX);
		return -EINVAL;
	}
	for (size_t i = 0; i < n; i++) {
		if (!check(row, texts[i], &number)) {
			*ret_complaint = refusal(row, texts[i]);
			return -EINVAL;
		}
		length += strlen(texts[i]) + 1;
	}
	value_clear(value);
	value->number = number;
	value->origin = xstrdup(origin);
	value->text = xcalloc(length, 1);
	value->list = xcalloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++) {
		strcat(strcat(value->text, i ? "," : ""), texts[i]);
		value->list[value->list_n++] = xstrdup(texts[i]);
	}
	/* "homeassistant/" is meant as "homeassistant": more levels follow behind a '/' of ours */
	for (size_t at = strlen(value->text); row->topic && at && value->text[at - 1] == '/';)
		value->text[--at] = '\0';
	return 0;
}

int value_assign_text(struct option_value *value, const struct option_row *row, const char *text,
	const char *origin, char **ret_complaint)
{
	auto_free char *copy = xstrdup(text);
	auto_free const char **texts = xcalloc(strlen(text) + 1, sizeof(char *));
	size_t n = 0;

	if (row->kind != OPTION_LIST)
		return value_assign(value, row, &text, 1, origin, ret_complaint);
	for (char *save, *entry = strtok_r(copy, ",", &save); entry;
		entry = strtok_r(NULL, ",", &save)) {
		entry = text_trim(entry);
		if (*entry)
			texts[n++] = entry;
	}
	return value_assign(value, row, texts, n, origin, ret_complaint);
}
