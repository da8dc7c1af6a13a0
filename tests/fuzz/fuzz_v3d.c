/* gpu_stats of the V3D driver, two samples apart by a NUL, whatever they hold. */
#include "../../src/collect/v3d.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	const uint8_t *middle = memchr(data, 0, size);
	char *later =
		middle ? xstrndup((const char *)middle + 1, (size_t)(data + size - middle) - 1)
		       : xstrdup(text);
	struct queue queues[QUEUES_MAX];
	struct v3d v3d = {.n = queues_parse(text, v3d.queues)};
	size_t n = queues_parse(later, queues);
	double share = busiest(&v3d, queues, n);

	if (v3d.n > QUEUES_MAX || n > QUEUES_MAX ||
		(!isnan(share) && !(share >= 0 && share <= 100)))
		abort();
	free(text);
	free(later);
	return 0;
}
