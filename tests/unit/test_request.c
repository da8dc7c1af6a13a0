#include "unit.h"

#include "mem.h"
#include "server.h"

#include <errno.h>

/* Exactly as many bytes as there are, so that a sanitizer sees a step beyond them. */
static char *request_copy(const char *bytes, size_t n)
{
	char *text = xrealloc(NULL, n + 1, 1);

	memcpy(text, bytes, n);
	text[n] = '\0';
	return text;
}

static int status_of(const char *bytes, size_t n)
{
	auto_free char *text = request_copy(bytes, n);
	struct http_request request;

	return http_parse(text, n, &request);
}

static void expect(int status, const char *text)
{
	int got = status_of(text, strlen(text));

	if (got != status)
		fail_msg("%d instead of %d for:\n%s", got, status, text);
}

static void real_requests(void **state)
{
	auto_free char *curl =
		xstrdup("GET /stats?cache=false&block=true HTTP/1.1\r\nHost: pi:8585\r\n"
			"User-Agent: curl/7.88.1\r\nAccept: */*\r\n"
			"Accept-Encoding: gzip, br\r\n"
			"authorization:  Bearer s3cret \t\r\n\r\n");
	auto_free char *old = xstrdup("\r\nHEAD /a%20b%2Fc HTTP/1.0\n\n");
	struct http_request request;

	(void)state;
	assert_int_equal(http_parse(curl, strlen(curl), &request), 0);
	assert_false(request.head);
	assert_string_equal(request.path, "/stats");
	assert_string_equal(request.query, "cache=false&block=true");
	assert_string_equal(request.accept, "*/*");
	assert_string_equal(request.accept_encoding, "gzip, br");
	assert_string_equal(request.authorization, "Bearer s3cret");

	assert_int_equal(http_parse(old, strlen(old), &request), 0);
	assert_true(request.head);
	assert_string_equal(request.path, "/a b/c");
	assert_string_equal(request.query, "");
	assert_string_equal(request.accept, "");
	assert_string_equal(request.authorization, "");
}

static void absolute_form(void **state)
{
	static const char *const cases[][3] = {
		{"http://pi:8585/stats?a=b", "/stats", "a=b"},
		{"HTTP://pi/", "/", ""},
		{"https://pi", "/", ""},
		{"http://p?x=1", "/", "x=1"},
		{"/http://pi/stats", "/http://pi/stats", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		auto_free char *text =
			xasprintf("GET %s HTTP/1.1\r\nHost: pi\r\n\r\n", cases[i][0]);
		struct http_request request;

		assert_int_equal(http_parse(text, strlen(text), &request), 0);
		assert_string_equal(request.path, cases[i][1]);
		assert_string_equal(request.query, cases[i][2]);
	}
}

/* Complete only with the last byte, and untouched until then. */
static void truncated_at_every_byte(void **state)
{
	static const char full[] =
		"GET /a%41?b=%42 HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n\r\n";
	struct http_request request;

	(void)state;
	for (size_t n = 0; n < sizeof(full) - 1; n++) {
		auto_free char *text = request_copy(full, n);

		assert_int_equal(http_parse(text, n, &request), -EAGAIN);
		assert_memory_equal(text, full, n);
	}
	assert_int_equal(status_of(full, sizeof(full) - 1), 0);
}

static void malformed(void **state)
{
	static const char nul_in_header[] = "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n";
	static const char nul_in_line[] = "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char *const cases[] = {
		"GET /\r\n", /* HTTP/0.9 */
		"GET\r\n", "GET \r\n", "GET  / HTTP/1.1\r\n", "GET /  HTTP/1.1\r\n",
		" GET / HTTP/1.1\r\n", "GET / http/1.1\r\n", "GET / HTTP/1.10\r\n",
		"GET / HTTP/x.1\r\n", "GET / HTTP/1.1 \r\n", "G(T / HTTP/1.1\r\n",
		"\x16\x03\x01\x02\n", /* a TLS client */
		"GET stats HTTP/1.1\r\n", "GET * HTTP/1.1\r\n", "GET ?a HTTP/1.1\r\n",
		"GET http:// HTTP/1.1\r\n", "GET http:///x HTTP/1.1\r\n",
		"GET ftp://x/ HTTP/1.1\r\n", "GET /#a HTTP/1.1\r\n", "GET /\xc3\xa4 HTTP/1.1\r\n",
		"GET /% HTTP/1.1\r\n", "GET /%4 HTTP/1.1\r\n", "GET /%4g HTTP/1.1\r\n",
		"GET /%00 HTTP/1.1\r\n", "GET /%0d%0a HTTP/1.1\r\n", "GET /%7f HTTP/1.1\r\n",
		"GET /?%zz HTTP/1.1\r\n", "GET /?a=%00 HTTP/1.1\r\n",
		"GET / HTTP/1.1\r\nHost : a\r\n", "GET / HTTP/1.1\r\nHost\r\n",
		"GET / HTTP/1.1\r\n: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n",
		"GET / HTTP/1.1\r\nHost: a\rb\r\n", "GET / HTTP/1.1\r\nHost: a\x01\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
		"GET / HTTP/1.1\r\nAuthorization: a\r\nAuthorization: b\r\n",
		"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", /* no Host */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect(400, cases[i]);
	assert_int_equal(status_of(nul_in_header, sizeof(nul_in_header) - 1), 400);
	assert_int_equal(status_of(nul_in_line, sizeof(nul_in_line) - 1), 400);
}

static void other_refusals(void **state)
{
	(void)state;
	expect(405, "POST /stats HTTP/1.1\r\n");
	expect(405, "get /stats HTTP/1.1\r\n");
	expect(405, "GETTING / HTTP/1.0\r\n");
	expect(405, "OPTIONS * HTTP/1.1\r\n");
	expect(505, "PRI * HTTP/2.0\r\n");
	expect(505, "GET / HTTP/0.9\r\n");
	expect(0, "GET / HTTP/1.2\r\nHost: x\r\n\r\n");
	expect(0, "GET / HTTP/1.0\r\n\r\n");
}

static void too_long(void **state)
{
	static const char begin[] = "GET / HTTP/1.1\r\nHost: x\r\nCookie: ";
	char line[HTTP_REQUEST_SIZE], header[HTTP_REQUEST_SIZE], exact[HTTP_REQUEST_SIZE];

	(void)state;
	memset(line, 'a', sizeof(line));
	memcpy(line, "GET /", 5);
	assert_int_equal(status_of(line, sizeof(line) - 1), -EAGAIN);
	assert_int_equal(status_of(line, sizeof(line)), 414);

	memset(header, 'a', sizeof(header));
	memcpy(header, begin, sizeof(begin) - 1);
	assert_int_equal(status_of(header, sizeof(header) - 1), -EAGAIN);
	assert_int_equal(status_of(header, sizeof(header)), 431);

	memcpy(exact, header, sizeof(exact));
	memcpy(exact + sizeof(exact) - 4, "\r\n\r\n", 4);
	assert_int_equal(status_of(exact, sizeof(exact)), 0);
}

/* Any single byte changed to any other: some status, and no step out of bounds. */
static void every_byte_changed(void **state)
{
	static const char full[] = "GET /a?b=%42 HTTP/1.1\r\nHost: x\r\nAccept: a\r\n\r\n";

	(void)state;
	for (size_t i = 0; i < sizeof(full) - 1; i++) {
		for (int byte = 0; byte < 256; byte++) {
			auto_free char *text = request_copy(full, sizeof(full) - 1);
			struct http_request request;
			int status;

			text[i] = (char)byte;
			status = http_parse(text, sizeof(full) - 1, &request);
			assert_true(status == 0 || status == -EAGAIN || status == 400 ||
				    status == 405 || status == 505);
			if (status == 0)
				assert_int_equal(request.path[0], '/');
		}
	}
}

static void expect_parameter(const char *query, const char *name, const char *value)
{
	char got[8] = "before";

	assert_true(http_parameter(query, name, got, sizeof(got)));
	assert_string_equal(got, value);
}

static void parameters(void **state)
{
	char got[8] = "before";

	(void)state;
	expect_parameter("block=true&cache=false", "block", "true");
	expect_parameter("block=true&cache=false", "cache", "false");
	expect_parameter("a&b=1&", "a", "");
	expect_parameter("&&a=", "a", "");
	expect_parameter("a=1&a=2", "a", "1");
	expect_parameter("a=%41+%2b=", "a", "A +=");
	expect_parameter("a=123456789", "a", "1234567");
	assert_false(http_parameter("", "a", got, sizeof(got)));
	assert_false(http_parameter("aa=1&b=a", "a", got, sizeof(got)));
	assert_false(http_parameter("a=%4", "a", got, sizeof(got)));
	assert_false(http_parameter("a=1%00", "a", got, sizeof(got)));
	assert_string_equal(got, "before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_requests),
		cmocka_unit_test(absolute_form),
		cmocka_unit_test(truncated_at_every_byte),
		cmocka_unit_test(malformed),
		cmocka_unit_test(other_refusals),
		cmocka_unit_test(too_long),
		cmocka_unit_test(every_byte_changed),
		cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
