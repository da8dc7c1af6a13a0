/* Secrets stand in files of their own, or are systemd's credentials; declared in config.h. */
#include "config.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define SECRET_SIZE 4096

int config_secret(
	const struct config *config, enum option_id file_option, const char *credential, char **ret)
{
	const char *file = config_text(config, file_option),
		   *directory = getenv("CREDENTIALS_DIRECTORY");
	auto_free char *path = NULL;
	auto_close int fd = -1;
	char text[SECRET_SIZE + 1];
	ssize_t n;

	if (*file)
		path = xstrdup(file);
	else if (directory && *directory)
		path = xasprintf("%s/%s", directory, credential);
	*ret = NULL;
	if (!path)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return !*file && errno == ENOENT ? 0 : -errno;
	n = read(fd, text, sizeof(text));
	if (n < 0)
		return -errno;
	if (n > SECRET_SIZE)
		return -EFBIG;
	text[n] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	if (!*text)
		return *file ? -ENODATA : 0;
	*ret = xstrdup(text);
	explicit_bzero(text, sizeof(text));
	return 0;
}
