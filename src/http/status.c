/*
 * How statuses are said: the lines above an answer, and what an error tells.
 */
#include "mem.h"
#include "stream.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"},
		{204, "No Content"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{414, "URI Too Long"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
		{505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Unknown";
}

/* RFC 9110, 6.6.1: whoever has a clock tells the time; in English, as no locale is ever set. */
static int write_head(char *ret, size_t size, int status, const char *content, const char *extra)
{
	char date[32] = "";
	time_t now = time(NULL);
	struct tm parts;

	if (gmtime_r(&now, &parts))
		strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
	return snprintf(ret, size,
		"HTTP/1.1 %d %s\r\nDate: %s\r\n%sCache-Control: no-store\r\nConnection: close\r\n"
		"X-Content-Type-Options: nosniff\r\n%s\r\n",
		status, reason(status), date, content, extra);
}

/* 204 is the whole answer: no body, hence neither type nor length (RFC 9110 8.6). */
int status_head(char *ret, size_t size, int status, const char *type, const char *extra, size_t n)
{
	char content[128] = "";

	if (status != 204)
		snprintf(content, sizeof(content), "Content-Type: %s\r\nContent-Length: %zu\r\n",
			type, n);
	return write_head(ret, size, status, content, extra);
}

int status_head_stream(
	char *ret, size_t size, int status, const char *type, const char *extra, bool chunks)
{
	char content[128];

	snprintf(content, sizeof(content), "Content-Type: %s\r\n%s", type,
		chunks ? "Transfer-Encoding: chunked\r\n" : "");
	return write_head(ret, size, status, content, extra);
}

void http_refuse(struct http_peer *peer, int status, const char *extra, const char *message)
{
	char *body = xasprintf("{\"error\":\"%s\"}\n", message);

	http_answer(peer, status, "application/json", extra, body, strlen(body));
}

void status_refuse(struct http_peer *peer, int status)
{
	peer->head_only = strncmp(peer->request, "HEAD ", 5) == 0;
	switch (status) {
	case 405:
		http_refuse(peer, status, "Allow: GET, HEAD\r\n",
			"only GET and HEAD are answered here");
		break;
	case 408:
		http_refuse(peer, status, "", "the request did not come in time");
		break;
	case 414:
		http_refuse(peer, status, "", "the request line is too long");
		break;
	case 431:
		http_refuse(peer, status, "", "the headers are too long");
		break;
	case 505:
		http_refuse(peer, status, "", "only HTTP/1.0 and HTTP/1.1 are spoken here");
		break;
	default:
		http_refuse(
			peer, 400, "", "the request is malformed (HTTP/1.1 needs a Host header)");
		break;
	}
}
