/* A .env file, whatever it holds, is taken or refused with one line. */
#include "../../src/config/config_private.h"
#include "mem.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_close int fd = memfd_create(".env", MFD_CLOEXEC);
	struct config *config = config_defaults();
	auto_free char *complaint = NULL;
	char path[32];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	r = environment_load_file(config, path, &complaint);
	if (r < 0 ? !complaint || strchr(complaint, '\n') : complaint != NULL)
		abort();
	config_free(config);
	return 0;
}
