/* root_ollama() of root_devices.h: https://github.com/ollama/ollama/blob/main/docs/api.md,
 * "List Running Models". */
#include "curl.h"
#include "mem.h"
#include "root_devices.h"
#include "root_private.h"
#include "url.h"

#include <string.h>

#define PATH "/api/ps"
#define PATIENCE 3 /* seconds; it answers from memory, in milliseconds */
#define ANSWER_MAX (256u * 1024)

ssize_t root_ollama(
	const struct root *root, const char *url, const atomic_bool *stop, char **ret_text)
{
	struct curl_answer answer;
	auto_free char *full = NULL;
	size_t n = strlen(url);
	char shown[256];
	int r;

	if (!root_live(root))
		return root_read(root, "/captured/ollama", ret_text);
	while (n && url[n - 1] == '/')
		n--;
	full = xasprintf("%.*s" PATH, (int)n, url);
	url_shown(shown, sizeof(shown) - strlen(PATH), url);
	n = strlen(shown);
	strcpy(shown + n - (n && shown[n - 1] == '/'), PATH);
	r = curl_exchange(
		&(struct curl_request){
			.url = full, .timeout = PATIENCE, .limit = ANSWER_MAX, .stop = stop},
		&answer);
	if (r < 0)
		return root_failed(root, shown, r);
	capture_fact(root, "ollama", answer.body, true);
	root_seen(root, shown, answer.body);
	*ret_text = answer.body;
	return (ssize_t)answer.n;
}
