/*
 * The broker's certificates: who signed them, for whom, until when.  libmosquitto only says yes or
 * no, but has brought OpenSSL into the process: its functions are found there by name, so that
 * nothing more is linked and the daemon pays nothing.  Their types are as in openssl/ssl.h and
 * x509.h, the same in 1.1.1 and 3.
 */
#include "doctor_broker_private.h"

#include "clock.h"
#include "text.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define DAYS_ENOUGH 14

enum { WANT_READ = 2, WANT_WRITE = 3, SET_SERVER_NAME = 55, COMMON_NAME = 13, VERIFY_OK = 0 };

#define CALLS(CALL)                                                                                \
	CALL(const void *, TLS_client_method, (void))                                              \
	CALL(void *, SSL_CTX_new, (const void *method))                                            \
	CALL(void, SSL_CTX_free, (void *context))                                                  \
	CALL(int, SSL_CTX_load_verify_locations,                                                   \
		(void *context, const char *file, const char *directory))                          \
	CALL(int, SSL_CTX_set_default_verify_paths, (void *context))                               \
	CALL(void *, SSL_new, (void *context))                                                     \
	CALL(void, SSL_free, (void *ssl))                                                          \
	CALL(int, SSL_set_fd, (void *ssl, int fd))                                                 \
	CALL(long, SSL_ctrl, (void *ssl, int command, long number, void *argument))                \
	CALL(int, SSL_set1_host, (void *ssl, const char *name))                                    \
	CALL(void *, SSL_get0_param, (void *ssl))                                                  \
	CALL(int, X509_VERIFY_PARAM_set1_ip_asc, (void *param, const char *address))               \
	CALL(int, SSL_connect, (void *ssl))                                                        \
	CALL(int, SSL_get_error, (const void *ssl, int result))                                    \
	CALL(const char *, SSL_get_version, (const void *ssl))                                     \
	CALL(long, SSL_get_verify_result, (const void *ssl))                                       \
	CALL(const char *, X509_verify_cert_error_string, (long error))                            \
	CALL(void *, SSL_get_peer_cert_chain, (const void *ssl))                                   \
	CALL(int, OPENSSL_sk_num, (const void *stack))                                             \
	CALL(void *, OPENSSL_sk_value, (const void *stack, int i))                                 \
	CALL(void *, X509_get_subject_name, (const void *certificate))                             \
	CALL(void *, X509_get_issuer_name, (const void *certificate))                              \
	CALL(int, X509_NAME_get_text_by_NID, (void *name, int nid, char *ret, int size))           \
	CALL(const void *, X509_get0_notAfter, (const void *certificate))                          \
	CALL(int, ASN1_TIME_diff, (int *days, int *seconds, const void *from, const void *to))

struct openssl {
#define CALL(type, name, arguments) type(*name) arguments;
	CALLS(CALL)
#undef CALL
};

/* dlsym(3) gives objects; that they are functions only POSIX says, not C. */
static bool find(const char *name, void *function, size_t size)
{
	void *at = dlsym(RTLD_DEFAULT, name);

	memcpy(function, &at, size);
	return at;
}

static bool openssl_find(struct openssl *ret)
{
	bool all = true;

#define CALL(type, name, arguments) all = all && find(#name, &ret->name, sizeof(ret->name));
	CALLS(CALL)
#undef CALL
	return all;
}

static bool is_address(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* Nothing is refused here: the verdict is asked for afterwards, the dates are wanted anyway. */
static bool shake_hands(const struct openssl *openssl, void *ssl, int fd, const char *host)
{
	double until = clock_now() + BROKER_PATIENCE;
	char name[256];
	int r;

	text_copy(name, sizeof(name), host);
	if (is_address(host)) {
		(void)openssl->X509_VERIFY_PARAM_set1_ip_asc(openssl->SSL_get0_param(ssl), name);
	} else {
		(void)openssl->SSL_set1_host(ssl, name);
		(void)openssl->SSL_ctrl(ssl, SET_SERVER_NAME, 0, name);
	}
	if (openssl->SSL_set_fd(ssl, fd) != 1)
		return false;
	while ((r = openssl->SSL_connect(ssl)) != 1) {
		int error = openssl->SSL_get_error(ssl, r);

		if (error != WANT_READ && error != WANT_WRITE)
			return false;
		if (!doctor_wait(fd, error == WANT_READ ? POLLIN : POLLOUT, until))
			return false;
	}
	return true;
}

static void common_name(const struct openssl *openssl, void *name, char *ret, size_t size)
{
	char raw[128] = "";

	if (!name || openssl->X509_NAME_get_text_by_NID(name, COMMON_NAME, raw, sizeof(raw)) <= 0)
		strcpy(raw, "no name");
	text_copy(ret, size, raw);
}

static void report_certificate(
	struct doctor *doctor, const struct openssl *openssl, const void *certificate)
{
	char subject[128], issuer[128];
	int days = 0, seconds = 0;

	common_name(openssl, openssl->X509_get_subject_name(certificate), subject, sizeof(subject));
	common_name(openssl, openssl->X509_get_issuer_name(certificate), issuer, sizeof(issuer));
	if (!openssl->ASN1_TIME_diff(
		    &days, &seconds, NULL, openssl->X509_get0_notAfter(certificate)))
		report(doctor, "certificate", UNKNOWN, "%s, signed by %s: its end cannot be read",
			subject, issuer);
	else if (days < 0 || seconds < 0)
		report(doctor, "certificate", FAILING, "%s, signed by %s: expired %d days ago",
			subject, issuer, -days);
	else
		report(doctor, "certificate", days < DAYS_ENOUGH ? FAILING : FINE,
			"%s, signed by %s: %d days left", subject, issuer, days);
}

static void report_verdict(struct doctor *doctor, const struct openssl *openssl, const void *ssl)
{
	long verdict = openssl->SSL_get_verify_result(ssl);
	const char *ca = config_text(doctor->config, OPTION_MQTT_TLS_CA_FILE);

	if (verdict == VERIFY_OK) {
		report(doctor, "TLS", FINE, "%s, trusted by %s", openssl->SSL_get_version(ssl),
			*ca ? ca : "the system's certificates");
		return;
	}
	report(doctor, "TLS", FAILING, "%s", openssl->X509_verify_cert_error_string(verdict));
	report_fix("mqtt.tls.ca_file must hold the certificate of who signed the broker's (now: "
		   "%s), and mqtt.host the name in it",
		*ca ? ca : "the system's certificates");
}

void doctor_tls(struct doctor *doctor, int fd, const char *host)
{
	const char *ca = config_text(doctor->config, OPTION_MQTT_TLS_CA_FILE);
	struct openssl openssl;
	void *context, *ssl = NULL, *chain;

	if (!openssl_find(&openssl)) {
		report(doctor, "TLS", UNKNOWN, "this libmosquitto does not use OpenSSL");
		return;
	}
	context = openssl.SSL_CTX_new(openssl.TLS_client_method());
	if (context && (*ca ? openssl.SSL_CTX_load_verify_locations(context, ca, NULL)
			    : openssl.SSL_CTX_set_default_verify_paths(context)) == 1)
		ssl = openssl.SSL_new(context);
	if (!ssl) {
		report(doctor, "TLS", FAILING, "mqtt.tls.ca_file = \"%s\": %s", ca,
			access(ca, R_OK) < 0 ? strerror(errno) : "no certificates in it");
	} else if (!shake_hands(&openssl, ssl, fd, host)) {
		report(doctor, "TLS", FAILING,
			"no handshake: does the broker speak TLS on this port?");
	} else {
		report_verdict(doctor, &openssl, ssl);
		chain = openssl.SSL_get_peer_cert_chain(ssl);
		for (int i = 0; chain && i < openssl.OPENSSL_sk_num(chain); i++)
			report_certificate(doctor, &openssl, openssl.OPENSSL_sk_value(chain, i));
	}
	if (ssl)
		openssl.SSL_free(ssl);
	if (context)
		openssl.SSL_CTX_free(context);
}
