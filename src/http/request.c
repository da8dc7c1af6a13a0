/*
 * The bytes of a request, judged by one pure function (RFC 9112).  Nothing is changed in the text
 * before everything that can be wrong with it was looked at.
 */
#include "server.h"
#include "target.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* "GET /stats?cache=false HTTP/1.1" */
struct request_line {
	struct span method, target, version;
};

struct headers {
	struct span accept, accept_encoding, authorization;
	size_t hosts, authorizations;
};

/* RFC 9110 5.6.2: what names of methods and fields are made of. */
static bool token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool span_is_token(struct span span)
{
	for (size_t i = 0; i < span.n; i++) {
		if (!token_char(span.at[i]))
			return false;
	}
	return span.n > 0;
}

static bool span_is_nocase(struct span span, const char *literal)
{
	return span.n == strlen(literal) && strncasecmp(span.at, literal, span.n) == 0;
}

/* A line ends with CR LF; LF alone is taken too, as RFC 9112 2.2 allows. */
static bool span_line(struct span *rest, struct span *ret)
{
	if (!span_until(rest, '\n', ret))
		return false;
	if (ret->n && ret->at[ret->n - 1] == '\r')
		ret->n--;
	return true;
}

static struct span span_trim(struct span span)
{
	while (span.n && (span.at[0] == ' ' || span.at[0] == '\t'))
		span = span_from(span, 1);
	while (span.n && (span.at[span.n - 1] == ' ' || span.at[span.n - 1] == '\t'))
		span.n--;
	return span;
}

/* "HTTP/1.1"; a later minor version is answered as 1.1 (RFC 9110 2.5). */
static int version_check(struct span version)
{
	if (version.n != 8 || memcmp(version.at, "HTTP/", 5) != 0 || version.at[6] != '.')
		return 400;
	if (version.at[5] < '0' || version.at[5] > '9' || version.at[7] < '0' ||
		version.at[7] > '9')
		return 400;
	return version.at[5] == '1' ? 0 : 505;
}

static int line_parse(struct span line, struct request_line *ret)
{
	struct span rest = line;
	int status;

	if (!span_until(&rest, ' ', &ret->method) || !span_is_token(ret->method) ||
		!span_until(&rest, ' ', &ret->target) || !ret->target.n)
		return 400;
	ret->version = rest;
	status = version_check(ret->version);
	if (status)
		return status;
	if (!span_is(ret->method, "GET") && !span_is(ret->method, "HEAD"))
		return 405;
	for (size_t i = 0; i < ret->target.n; i++) {
		if (ret->target.at[i] <= ' ' || ret->target.at[i] > '~' || ret->target.at[i] == '#')
			return 400;
	}
	return 0;
}

/* "Accept: text/plain".  A blank before the colon or at the line's begin hides a field from one
 * reader and shows it to another: refused (RFC 9112 5.1, 5.2). */
static int field_parse(struct span line, struct headers *headers)
{
	struct span value = line, name;

	if (!span_until(&value, ':', &name) || !span_is_token(name))
		return 400;
	value = span_trim(value);
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return 400;
	}
	if (span_is_nocase(name, "host"))
		headers->hosts++;
	if (span_is_nocase(name, "accept") && !headers->accept.at)
		headers->accept = value;
	if (span_is_nocase(name, "accept-encoding") && !headers->accept_encoding.at)
		headers->accept_encoding = value;
	if (span_is_nocase(name, "authorization")) {
		headers->authorization = value;
		headers->authorizations++;
	}
	return headers->hosts > 1 || headers->authorizations > 1 ? 400 : 0;
}

static int headers_parse(struct span text, struct headers *ret)
{
	struct span rest = text, line;
	int status;

	while (span_line(&rest, &line)) {
		if (!line.n)
			return 0;
		status = field_parse(line, ret);
		if (status)
			return status;
	}
	return -EAGAIN;
}

static const char *span_end(char *text, struct span span)
{
	if (!span.at)
		return "";
	text[span.at - text + (ptrdiff_t)span.n] = '\0';
	return span.at;
}

int http_parse(char *text, size_t n, struct http_request *ret)
{
	struct span rest = {text, n}, line, path, query;
	struct request_line first;
	struct headers headers = {0};
	int status;

	do { /* RFC 9112 2.2: empty lines before the request are to be forgiven */
		if (!span_line(&rest, &line))
			return n >= HTTP_REQUEST_SIZE ? 414 : -EAGAIN;
	} while (!line.n);
	status = line_parse(line, &first);
	if (!status)
		status = target_split(first.target, &path, &query);
	if (!status)
		status = headers_parse(rest, &headers);
	if (status == -EAGAIN && n >= HTTP_REQUEST_SIZE)
		return 431;
	if (status)
		return status;
	if (!headers.hosts && first.version.at[7] != '0')
		return 400;

	ret->head = span_is(first.method, "HEAD");
	ret->chunks = first.version.at[7] != '0';
	ret->accept = span_end(text, headers.accept);
	ret->accept_encoding = span_end(text, headers.accept_encoding);
	ret->authorization = span_end(text, headers.authorization);
	ret->query = text + (query.at - text);
	text[query.at - text + (ptrdiff_t)query.n] = '\0';
	ret->path = target_decode(text, path);
	return 0;
}
