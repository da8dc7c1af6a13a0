#pragma once
/*
 * The part of libcurl's application binary interface that is used, which has not changed since 2006
 * (https://curl.se/libcurl/abi.html); each name is documented in https://curl.se/libcurl/c/.
 * curl_multi_poll() came with 7.66, of 2019.  The functions are there once curl_load() returned 0.
 */
enum curl_option {
	CURLOPT_WRITEDATA = 10001,
	CURLOPT_URL = 10002,
	CURLOPT_PROXY = 10004,
	CURLOPT_ERRORBUFFER = 10010,
	CURLOPT_POSTFIELDS = 10015,
	CURLOPT_USERAGENT = 10018,
	CURLOPT_HTTPHEADER = 10023,
	CURLOPT_NETRC = 51,
	CURLOPT_FOLLOWLOCATION = 52,
	CURLOPT_POSTFIELDSIZE = 60,
	CURLOPT_SSL_VERIFYPEER = 64,
	CURLOPT_CAINFO = 10065,
	CURLOPT_SSL_VERIFYHOST = 81,
	CURLOPT_HTTP_VERSION = 84,
	CURLOPT_NOSIGNAL = 99,
	CURLOPT_TIMEOUT_MS = 155,
	CURLOPT_PROTOCOLS = 181,
	CURLOPT_HTTP09_ALLOWED = 285,
	CURLOPT_WRITEFUNCTION = 20011,
};

enum {
	CURL_GLOBAL_DEFAULT = 3,
	CURL_HTTP_VERSION_1_1 = 2,
	CURLPROTO_HTTP_OR_HTTPS = 1 | 2,
	CURLINFO_RESPONSE_CODE = 0x200000 + 2,
	CURLMSG_DONE = 1,
};

struct message {
	int kind;
	void *easy;
	union {
		void *whatever;
		int result;
	} data;
};

struct header;

extern struct curl {
	int (*global_init)(long flags);
	void *(*easy_init)(void);
	int (*easy_setopt)(void *easy, int option, ...);
	int (*easy_getinfo)(void *easy, int info, ...);
	const char *(*easy_strerror)(int result);
	void (*easy_cleanup)(void *easy);
	struct header *(*append)(struct header *list, const char *line);
	void (*free_all)(struct header *list);
	void *(*multi_init)(void);
	int (*multi_add)(void *multi, void *easy);
	int (*multi_perform)(void *multi, int *ret_running);
	int (*multi_poll)(void *multi, void *fds, unsigned n, int timeout_ms, int *ret_n);
	struct message *(*multi_read)(void *multi, int *ret_left);
	int (*multi_remove)(void *multi, void *easy);
	int (*multi_cleanup)(void *multi);
} curl;

/* Needed before the first call, from any lane: 0, or -ELIBACC. */
int curl_load(void);
