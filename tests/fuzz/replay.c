/*
 * A fuzz target without a fuzzer, for any compiler: every file of the folders on the command line
 * goes through it whole, cut short, and with bytes changed.  Always in the same way, so that what
 * failed fails again; the input that did is left as "failed-TARGET".
 */
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHANGES 200
#define LARGEST (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t input[LARGEST];
static size_t input_n;
static char left[64]; /* where it goes if the target breaks */

static void leave_input(int signal)
{
	int fd = open(left, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	(void)!write(fd, input, input_n);
	raise(signal);
}

/* In a block of just its size, so that one byte too far is seen. */
static void feed(const uint8_t *data, size_t n)
{
	uint8_t *block = xrealloc(NULL, n + !n, 1);

	memcpy(block, data, n);
	memcpy(input, data, n);
	input_n = n;
	LLVMFuzzerTestOneInput(block, n);
	free(block);
}

static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void feed_changed(const uint8_t *data, size_t n, uint32_t *state)
{
	static const uint8_t awkward[] = {
		'\0', '\n', ' ', ':', '-', '9', '\\', '"', '(', 0x80, 0xff};
	static uint8_t changed[LARGEST];

	memcpy(changed, data, n);
	for (uint32_t i = 1 + next(state) % 4; i; i--)
		changed[next(state) % n] = awkward[next(state) % sizeof(awkward)];
	feed(changed, n);
}

static bool replay(const char *folder, const char *name)
{
	auto_free char *path = xasprintf("%s/%s", folder, name);
	static uint8_t data[LARGEST];
	uint32_t state = 2463534242;
	FILE *file = fopen(path, "r");
	size_t n;

	if (!file)
		return false;
	n = fread(data, 1, sizeof(data), file);
	fclose(file);
	feed(data, n);
	for (size_t cut = 0; cut < n; cut += 1 + n / CHANGES)
		feed(data, cut);
	for (int i = 0; n && i < CHANGES; i++)
		feed_changed(data, n, &state);
	return true;
}

int main(int argc, char **argv)
{
	struct sigaction leave = {.sa_handler = leave_input, .sa_flags = (int)SA_RESETHAND};
	size_t n = 0;

	snprintf(left, sizeof(left), "failed-%s", program_invocation_short_name);
	sigaction(SIGABRT, &leave, NULL);
	sigaction(SIGSEGV, &leave, NULL);
	for (int i = 1; i < argc; i++) {
		auto_dir DIR *dir = opendir(argv[i]);

		for (struct dirent *entry; dir && (entry = readdir(dir));)
			n += entry->d_name[0] != '.' && replay(argv[i], entry->d_name);
	}
	printf("%zu files\n", n);
	return n ? 0 : 1;
}
