#include "unit.h"

#include "server.h"

/* Half a minute is long for a test. */
#undef HTTP_ANSWER_SECONDS
#define HTTP_ANSWER_SECONDS 1
#include "../../src/http/peer.c"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <time.h>

#define BIG ((size_t)8 * 1024 * 1024) /* more than the sockets' buffers take */

/* A server with a router that answers "/big" with that many bytes, "/later" never, everything else
 * at once. */
struct house {
	sd_event *event;
	struct http_server *server;
	unsigned short port;
	size_t gone;
};

static void route(void *self, struct http_peer *peer, const struct http_request *request)
{
	size_t n = strcmp(request->path, "/big") == 0 ? BIG : 2;
	char *body;

	(void)self;
	if (strcmp(request->path, "/later") == 0)
		return;
	body = xrealloc(NULL, n, 1);
	memset(body, 'x', n);
	http_answer(peer, 200, "text/plain", "", body, n);
}

static void gone(void *self, struct http_peer *peer)
{
	struct house *house = self;

	(void)peer;
	house->gone++;
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
	struct http_router router = {route, gone, house};

	house->port = free_port();
	assert_true(sd_event_new(&house->event) >= 0);
	assert_int_equal(http_open(house->event, router, &house->server), 0);
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

static void house_run(struct house *house, double seconds)
{
	struct timespec now;
	double end = 0;

	do {
		assert_true(sd_event_run(house->event, 10000) >= 0);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (end <= 0)
			end = (double)now.tv_sec + (double)now.tv_nsec / 1e9 + seconds;
	} while ((double)now.tv_sec + (double)now.tv_nsec / 1e9 < end);
}

static int ask(struct house *house, const char *path)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(house->port)};
	auto_free char *request = xasprintf("GET %s HTTP/1.0\r\n\r\n", path);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Runs the loop and reads until the end, at most so many turns; -1 on a reset, -2 if it does not
 * end. */
static ssize_t hear(struct house *house, int fd, char *begin, size_t size)
{
	char part[65536];
	ssize_t n, total = 0;

	begin[0] = '\0';
	for (size_t turn = 0; turn < 3000; turn++) {
		assert_true(sd_event_run(house->event, 1000) >= 0);
		n = recv(fd, part, sizeof(part), 0);
		if (n < 0 && errno != EAGAIN)
			return -1;
		if (n == 0)
			return total;
		if (n > 0 && total == 0)
			snprintf(begin, size, "%.*s", (int)n, part);
		total += n > 0 ? n : 0;
	}
	return -2;
}

static void long_answer_to_a_slow_reader(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "/big");
	char begin[32];
	ssize_t n = hear(house, fd, begin, sizeof(begin));

	assert_true(n > (ssize_t)BIG);
	assert_true(n < (ssize_t)BIG + HTTP_HEAD_SIZE);
	assert_memory_equal(begin, "HTTP/1.1 200 OK\r\n", 17);
}

static void reader_that_does_not_read_ends_at_the_deadline(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "/big");

	assert_true(fd >= 0);
	house_run(house, 0.3);
	assert_int_equal(house->server->peers[0].phase, PEER_ANSWERING);
	house_run(house, 1.5);
	assert_int_equal(house->server->peers[0].phase, PEER_FREE);
	assert_null(house->server->peers[0].body);
}

static void answer_that_does_not_come(void **state)
{
	struct house *house = *state;
	auto_close int fd = ask(house, "/later");
	char begin[32];

	assert_true(hear(house, fd, begin, sizeof(begin)) > 0);
	assert_memory_equal(begin, "HTTP/1.1 503 ", 13);
	assert_int_equal(house->gone, 1);
	assert_int_equal(house->server->waiting, 0);
}

static void peer_that_leaves_before_its_answer(void **state)
{
	struct house *house = *state;
	const struct linger reset = {1, 0};
	int fd = ask(house, "/later");

	house_run(house, 0.1);
	assert_int_equal(house->server->waiting, 1);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	house_run(house, 0.1);
	assert_int_equal(house->gone, 1);
	assert_int_equal(house->server->waiting, 0);
	assert_int_equal(house->server->peers[0].phase, PEER_FREE);
}

static void server_that_closes_first(void **state)
{
	struct house *house = *state;
	auto_close int later = ask(house, "/later");
	auto_close int big = ask(house, "/big");

	assert_true(later >= 0 && big >= 0);
	house_run(house, 0.1);
	house->server = http_close(house->server);
	assert_int_equal(house->gone, 1);
}

static void slow_readers_give_way(void **state)
{
	struct house *house = *state;
	int fds[HTTP_PEERS + 5];
	char begin[32];
	int fd;

	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = ask(house, "/big");
		house_run(house, 0.001);
	}
	fd = ask(house, "/");
	assert_true(hear(house, fd, begin, sizeof(begin)) > 0);
	assert_memory_equal(begin, "HTTP/1.1 200 OK\r\n", 17);
	close(fd);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		close(fds[i]);
}

/* As after a shortage of descriptors: one place, and its peer waits for an answer. */
static void no_place_at_all(void **state)
{
	struct house *house = *state;
	auto_close int later = ask(house, "/later"), other = -1;
	char begin[32];

	assert_true(later >= 0);
	house_run(house, 0.05);
	house->server->places = 1;
	other = ask(house, "/");
	assert_int_equal(hear(house, other, begin, sizeof(begin)) > 0, 0);
	assert_int_equal(house->server->waiting, 1);
	assert_int_equal(house->gone, 0);
}

static void addresses(void **state)
{
	struct house *house = *state;

	assert_int_equal(http_listen(house->server, "all", 1), -EADDRNOTAVAIL);
	assert_int_equal(http_listen(house->server, "", 1), -EADDRNOTAVAIL);
	assert_int_equal(http_listen(house->server, "127.0.0.1", house->port), -EADDRINUSE);
	assert_int_equal(http_listen(house->server, "203.0.113.1", house->port), -EADDRNOTAVAIL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_open, house_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(long_answer_to_a_slow_reader),
		TEST(reader_that_does_not_read_ends_at_the_deadline),
		TEST(answer_that_does_not_come),
		TEST(peer_that_leaves_before_its_answer),
		TEST(server_that_closes_first),
		TEST(slow_readers_give_way),
		TEST(no_place_at_all),
		TEST(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
