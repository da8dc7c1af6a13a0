/* A configuration file, whatever it holds, is taken whole or refused with one line. */
#include "config.h"
#include "mem.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_close int fd = memfd_create("pistat.conf", MFD_CLOEXEC);
	auto_free char *complaint = NULL;
	struct config *config = NULL;
	char path[32];
	int r;

	if (memmem(data, size, "@include", 8)) /* would read what is not of this test */
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	r = config_load(path, NULL, 0, &config, &complaint);
	if (r < 0 ? !complaint || config || strchr(complaint, '\n') : complaint || !config)
		abort();
	config_free(config);
	return 0;
}
