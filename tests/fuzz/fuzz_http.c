/*
 * Whatever bytes come: http_parse() stays within them and leaves strings that end, and the
 * parameters of the query can be asked for.
 */
#include "server.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"cache", "block", "require", ""};
	struct http_request request;
	size_t n = size < HTTP_REQUEST_SIZE ? size : HTTP_REQUEST_SIZE;
	char *text = malloc(n + 1), value[8];
	int status;

	memcpy(text, data, n);
	text[n] = '\0';
	status = http_parse(text, n, &request);
	if (status == 0) {
		if (request.path[0] != '/' || strlen(request.accept) +
							      strlen(request.accept_encoding) +
							      strlen(request.authorization) >
						      n)
			abort();
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			if (http_parameter(request.query, names[i], value, sizeof(value)) &&
				strlen(value) >= sizeof(value))
				abort();
		}
	} else if (status != -EAGAIN && status != 400 && status != 405 && status != 414 &&
		   status != 431 && status != 505) {
		abort();
	}
	free(text);
	return 0;
}
