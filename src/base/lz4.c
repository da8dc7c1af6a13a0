#include "lz4.h"

#include "mem.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>

/* lz4frame.h: what LZ4F_createDecompressionContext() wants to hear, in every release since 2014 */
#define INTERFACE_VERSION 100

struct lz4 {
	void *library, *context;
	size_t (*create)(void **ret_context, unsigned version);
	size_t (*release)(void *context);
	size_t (*unpack)(void *context, void *to, size_t *to_n, const void *from, size_t *from_n,
		const void *options);
	unsigned (*failed)(size_t result);
	char packed[16384];
	size_t at, n;
	bool whole; /* the last frame has ended */
};

/* dlsym(3): the conversion that ISO C lacks. */
static bool find(const struct lz4 *lz4, const char *name, void *ret_function)
{
	*(void **)ret_function = dlsym(lz4->library, name);
	return *(void **)ret_function;
}

int lz4_open(struct lz4 **ret)
{
	struct lz4 *lz4 = xcalloc(1, sizeof(*lz4));

	lz4->library = dlopen("liblz4.so.1", RTLD_NOW | RTLD_LOCAL);
	if (lz4->library && find(lz4, "LZ4F_createDecompressionContext", &lz4->create) &&
		find(lz4, "LZ4F_freeDecompressionContext", &lz4->release) &&
		find(lz4, "LZ4F_decompress", &lz4->unpack) &&
		find(lz4, "LZ4F_isError", &lz4->failed) &&
		!lz4->failed(lz4->create(&lz4->context, INTERFACE_VERSION))) {
		*ret = lz4;
		return 0;
	}
	lz4_close(lz4);
	return -EOPNOTSUPP;
}

ssize_t lz4_read(struct lz4 *lz4, int fd, char *ret, size_t size)
{
	for (;;) {
		size_t to = size, from = lz4->n - lz4->at;
		size_t left =
			lz4->unpack(lz4->context, ret, &to, lz4->packed + lz4->at, &from, NULL);
		ssize_t r;

		if (lz4->failed(left))
			return -EBADMSG;
		if (left == 0)
			lz4->whole = true;
		else if (from > 0)
			lz4->whole = false;
		lz4->at += from;
		if (to > 0)
			return (ssize_t)to;
		if (lz4->at < lz4->n && from > 0)
			continue;
		if (lz4->at < lz4->n)
			return -EBADMSG;
		r = read(fd, lz4->packed, sizeof(lz4->packed));
		if (r < 0)
			return -errno;
		if (r == 0)
			return lz4->whole ? 0 : -EBADMSG;
		lz4->at = 0;
		lz4->n = (size_t)r;
	}
}

struct lz4 *lz4_close(struct lz4 *lz4)
{
	if (!lz4)
		return NULL;
	if (lz4->release && lz4->context)
		(void)lz4->release(lz4->context);
	if (lz4->library)
		dlclose(lz4->library);
	free(lz4);
	return NULL;
}
