/* Everything that a capture may copy, by each of its rules: the first byte says which file it is.
 */
#include "../../src/root/mask.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"/etc/machine-id", "/proc/cpuinfo", "/proc/1/stat",
		"/proc/self/mountinfo", "/proc/net/tcp", "/proc/net/ipv6_route", "/proc/net/route",
		"/run/systemd/sessions/1", "/run/utmp", "/captured/addresses", "/proc/stat"};
	const char *path = size ? paths[data[0] % ARRAY_LEN(paths)] : paths[0];
	char *text = xstrndup(size ? (const char *)data + 1 : "", size ? size - 1 : 0), *masked;
	size_t n;

	masked = mask_text(path, text, strlen(text), &n);
	if (masked[n])
		abort();
	free(masked);
	if (size) { /* with the NULs in it, and none at its end */
		char *bytes = xcalloc(size, 1);

		memcpy(bytes, data, size);
		masked = mask_text(path, bytes, size, &n);
		free(masked);
		mask_macs(bytes, size);
		free(bytes);
	}
	free(text);
	return 0;
}
