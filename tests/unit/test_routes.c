/* What is answered before there is a sample: the sampler of these tests is never started. */
#include "unit.h"

#include "mem.h"
#include "root.h"
#include "routes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct rig {
	sd_event *event;
	struct root *root;
	struct config *config;
	struct sampler *sampler;
	struct routes *routes;
	unsigned short port;
	char answer[262144];
};

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

static int rig_open(void **state)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));
	auto_free char *port = NULL;
	struct config_setting settings[] = {{"http.listen=127.0.0.1"}, {NULL}};
	char *complaint = NULL;

	rig->port = free_port();
	port = xasprintf("http.port=%u", rig->port);
	settings[1].assignment = port;
	assert_int_equal(config_load("/dev/null", settings, 2, &rig->config, &complaint), 0);
	assert_int_equal(root_open(NULL, &rig->root), 0);
	assert_true(sd_event_new(&rig->event) >= 0);
	assert_int_equal(sampler_open(rig->event, rig->root, rig->config, &rig->sampler), 0);
	assert_int_equal(
		routes_open(rig->event, rig->config, rig->sampler, NULL, NULL, &rig->routes), 0);
	*state = rig;
	return 0;
}

static int rig_close(void **state)
{
	struct rig *rig = *state;

	routes_close(rig->routes);
	assert_true(sampler_close(rig->sampler));
	sd_event_unref(rig->event);
	root_close(rig->root);
	config_free(rig->config);
	free(rig);
	return 0;
}

/* The whole answer, in rig->answer; runs the loop until it has come. */
static const char *ask(struct rig *rig, const char *method, const char *path)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(rig->port)};
	auto_free char *request = xasprintf("%s %s HTTP/1.0\r\n\r\n", method, path);
	auto_close int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t n = 0;

	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	for (;;) {
		ssize_t got = recv(fd, rig->answer + n, sizeof(rig->answer) - 1 - n, 0);

		if (got == 0)
			break;
		assert_true(got > 0 || errno == EAGAIN);
		n += got > 0 ? (size_t)got : 0;
		assert_true(sd_event_run(rig->event, 10000) >= 0);
	}
	rig->answer[n] = '\0';
	return rig->answer;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static void no_content_before_the_first_sample(void **state)
{
	static const char *const methods[] = {"GET", "HEAD"};

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		const char *answer = ask(*state, methods[i], "/api/current");

		assert_memory_equal(answer, "HTTP/1.1 204 No Content\r\n", 25);
		assert_null(strstr(answer, "\r\nContent-Length"));
		assert_null(strstr(answer, "\r\nContent-Type"));
		assert_true(ends_with(answer, "\r\n\r\n"));
	}
}

static void description_without_examples_of_samples(void **state)
{
	const char *answer = ask(*state, "GET", "/openapi.json");
	const char *current = strstr(answer, "\"/api/current\":");

	assert_memory_equal(answer, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(current);
	assert_true(ends_with(answer, "}\n"));
	assert_null(strstr(answer, "\"cpu_percent\":null"));
	assert_non_null(strstr(answer, "\"example\":{\"status\":\"unhealthy\""));
}

static void configuration_without_an_interface(void **state)
{
	const char *answer = ask(*state, "GET", "/api/config");

	assert_memory_equal(answer, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(strstr(answer, "\"network_interface\":null,\"disk_path\":\"/\","
				       "\"host\":\"127.0.0.1\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			no_content_before_the_first_sample, rig_open, rig_close),
		cmocka_unit_test_setup_teardown(
			description_without_examples_of_samples, rig_open, rig_close),
		cmocka_unit_test_setup_teardown(
			configuration_without_an_interface, rig_open, rig_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
