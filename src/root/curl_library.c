/* libcurl is loaded once and stays. */
#include "curl_private.h"

#include "mem.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#ifndef CURL_LIBRARY
#define CURL_LIBRARY "libcurl.so.4"
#endif

struct curl curl;

static const struct {
	const char *symbol;
	size_t place;
} functions[] = {
	{"curl_global_init", offsetof(struct curl, global_init)},
	{"curl_easy_init", offsetof(struct curl, easy_init)},
	{"curl_easy_setopt", offsetof(struct curl, easy_setopt)},
	{"curl_easy_getinfo", offsetof(struct curl, easy_getinfo)},
	{"curl_easy_strerror", offsetof(struct curl, easy_strerror)},
	{"curl_easy_cleanup", offsetof(struct curl, easy_cleanup)},
	{"curl_slist_append", offsetof(struct curl, append)},
	{"curl_slist_free_all", offsetof(struct curl, free_all)},
	{"curl_multi_init", offsetof(struct curl, multi_init)},
	{"curl_multi_add_handle", offsetof(struct curl, multi_add)},
	{"curl_multi_perform", offsetof(struct curl, multi_perform)},
	{"curl_multi_poll", offsetof(struct curl, multi_poll)},
	{"curl_multi_info_read", offsetof(struct curl, multi_read)},
	{"curl_multi_remove_handle", offsetof(struct curl, multi_remove)},
	{"curl_multi_cleanup", offsetof(struct curl, multi_cleanup)},
};

static int load(void)
{
	void *library = dlopen(CURL_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	bool whole = library != NULL;

	for (size_t i = 0; whole && i < ARRAY_LEN(functions); i++) {
		void *symbol = dlsym(library, functions[i].symbol);

		whole = symbol != NULL;
		memcpy((char *)&curl + functions[i].place, &symbol, sizeof(symbol));
	}
	if (whole && curl.global_init(CURL_GLOBAL_DEFAULT) == 0)
		return 0;
	if (library)
		dlclose(library);
	return -ELIBACC;
}

/* Two lanes may come at once, and older libraries must not be begun twice: the second waits. */
int curl_load(void)
{
	static atomic_int state;
	enum { ABSENT, LOADING, READY };
	int is = ABSENT, r = 0;

	while (!atomic_compare_exchange_strong(&state, &is, LOADING)) {
		if (is == READY)
			return 0;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		is = ABSENT;
	}
	r = load();
	atomic_store(&state, r < 0 ? ABSENT : READY);
	return r;
}
