/* Bodies that come in pieces: framed for who knows chunks, plain for who does not, and nothing is
 * made that nobody takes. */
#include "unit.h"

#include "server.h"

/* Half a minute is long for a test. */
#undef HTTP_ANSWER_SECONDS
#define HTTP_ANSWER_SECONDS 1
#include "../../src/http/peer.c"
#include "../../src/http/stream.c"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <time.h>

#define BIG ((size_t)1024 * 1024)

/* "/three" is three pieces, "/long" too many to be taken, "/stuck" a first one only, "/broken" ends
 * in its middle. */
struct house {
	sd_event *event;
	struct http_server *server;
	unsigned short port;
	struct http_peer *peer;
	char kind;
	size_t made, ended;
};

static char *text_of(size_t n)
{
	char *text = xrealloc(NULL, n ? n : 1, 1);

	memset(text, 'x', n);
	return text;
}

static void more(void *self)
{
	struct house *house = self;

	house->made++;
	if (house->kind == 't')
		http_stream(house->peer, xstrdup(house->made == 2 ? "two, " : ""),
			house->made == 2 ? 5 : 0, house->made == 3);
	else if (house->kind == 'l')
		http_stream(house->peer, text_of(BIG), BIG, false);
	else if (house->kind == 'b')
		http_stream_break(house->peer);
}

static void end(void *self)
{
	struct house *house = self;

	house->ended++;
}

static void route(void *self, struct http_peer *peer, const struct http_request *request)
{
	struct house *house = self;

	house->peer = peer;
	house->kind = request->path[1];
	house->made = 1;
	http_answer_stream(peer, 200, "text/plain", "", (struct http_stream){more, end, house},
		xstrdup("one, "), 5);
}

static void gone(void *self, struct http_peer *peer)
{
	(void)self;
	(void)peer;
	fail();
}

static unsigned short free_port(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	auto_close int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	return ntohs(address.sin_port);
}

static int house_open(void **state)
{
	struct house *house = xcalloc(1, sizeof(*house));

	house->port = free_port();
	assert_true(sd_event_new(&house->event) >= 0);
	assert_int_equal(
		http_open(house->event, (struct http_router){route, gone, house}, &house->server),
		0);
	assert_int_equal(http_listen(house->server, "127.0.0.1", house->port), 0);
	*state = house;
	return 0;
}

static int house_close(void **state)
{
	struct house *house = *state;

	http_close(house->server);
	sd_event_unref(house->event);
	free(house);
	return 0;
}

static int ask(struct house *house, const char *method, const char *path, int version)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(house->port)};
	auto_free char *request =
		xasprintf("%s %s HTTP/1.%d\r\nHost: x\r\n\r\n", method, path, version);
	int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Runs until the peer has read all, or the text is full; where the body begins. */
static char *hear(struct house *house, int fd, char *text, size_t size)
{
	size_t total = 0;

	for (size_t turn = 0; turn < 3000; turn++) {
		ssize_t n = recv(fd, text + total, size - 1 - total, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN))
			break;
		total += n > 0 ? (size_t)n : 0;
		if (total == size - 1)
			break;
		assert_true(sd_event_run(house->event, 1000) >= 0);
	}
	text[total] = '\0';
	assert_memory_equal(text, "HTTP/1.1 200 OK\r\n", 17);
	return strstr(text, "\r\n\r\n") + 4;
}

/* Until it is true, or for some seconds. */
static bool run_until(struct house *house, const size_t *number, size_t expected)
{
	for (size_t turn = 0; turn < 3000 && *number != expected; turn++)
		assert_true(sd_event_run(house->event, 1000) >= 0);
	return *number == expected;
}

static void chunks(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "GET", "/three", 1);
	char text[1024], *body = hear(house, fd, text, sizeof(text));

	assert_non_null(strstr(text, "Transfer-Encoding: chunked\r\n"));
	assert_null(strstr(text, "Content-Length"));
	assert_string_equal(body, "5\r\none, \r\n5\r\ntwo, \r\n0\r\n\r\n");
	assert_int_equal(house->made, 3);
	assert_int_equal(house->ended, 1);
}

static void no_chunks_for_the_old(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "GET", "/three", 0);
	char text[1024], *body = hear(house, fd, text, sizeof(text));

	assert_null(strstr(text, "chunked"));
	assert_string_equal(body, "one, two, ");
	assert_int_equal(house->ended, 1);
}

static void head_only(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "HEAD", "/three", 1);
	char text[1024], *body = hear(house, fd, text, sizeof(text));

	assert_string_equal(body, "");
	assert_int_equal(house->made, 1);
	assert_int_equal(house->ended, 1);
}

static void what_breaks_has_no_end(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "GET", "/broken", 1);
	char text[1024], *body = hear(house, fd, text, sizeof(text));

	assert_string_equal(body, "5\r\none, \r\n");
	assert_int_equal(house->ended, 1);
}

static void who_does_not_read_is_made_nothing(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "GET", "/long", 1);
	size_t made;

	assert_true(fd >= 0);
	for (size_t turn = 0; turn < 200; turn++)
		assert_true(sd_event_run(house->event, 1000) >= 0);
	made = house->made;
	assert_true(made < 20); /* what the kernel holds for it */
	assert_true(run_until(house, &house->ended, 1));
	assert_int_equal(house->made, made);
	assert_int_equal(house->server->peers[0].phase, PEER_FREE);
}

static void a_stream_that_stops_ends_at_the_deadline(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "GET", "/stuck", 1);
	char text[1024], *body = hear(house, fd, text, sizeof(text));

	assert_string_equal(body, "5\r\none, \r\n");
	assert_int_equal(house->ended, 1);
}

static void who_leaves_ends_it(void **state)
{
	struct house *house = *state;
	const struct linger reset = {1, 0};
	int fd = ask(house, "GET", "/stuck", 1);

	for (size_t turn = 0; turn < 1000 && house->server->peers[0].phase != PEER_PULLING; turn++)
		assert_true(sd_event_run(house->event, 1000) >= 0);
	assert_int_equal(house->server->peers[0].phase, PEER_PULLING);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	assert_true(run_until(house, &house->ended, 1));
	assert_int_equal(house->server->peers[0].phase, PEER_FREE);
}

static void the_server_closes_first(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "GET", "/long", 1);

	assert_true(fd >= 0);
	for (size_t turn = 0; turn < 50; turn++)
		assert_true(sd_event_run(house->event, 1000) >= 0);
	house->server = http_close(house->server);
	assert_int_equal(house->ended, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_open, house_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(chunks),
		TEST(no_chunks_for_the_old),
		TEST(head_only),
		TEST(what_breaks_has_no_end),
		TEST(who_does_not_read_is_made_nothing),
		TEST(a_stream_that_stops_ends_at_the_deadline),
		TEST(who_leaves_ends_it),
		TEST(the_server_closes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
