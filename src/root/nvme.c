/* The door to NVMe controllers: their SMART log page, NVM Express Base Specification 2.0, 5.16.1.3.
 */
#include "root_devices.h"
#include "root_private.h"

#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#define SMART_SIZE 512
#define GET_LOG_PAGE 0x02
#define SMART_PAGE 0x02
#define EVERY_NAMESPACE 0xffffffff

static int ask(int fd, unsigned char ret[static SMART_SIZE])
{
	unsigned char page[SMART_SIZE] = {0};
	struct nvme_admin_cmd command = {
		.opcode = GET_LOG_PAGE,
		.nsid = EVERY_NAMESPACE,
		.addr = (uintptr_t)page,
		.data_len = sizeof(page),
		/* above: how many 32-bit words, less one */
		.cdw10 = (sizeof(page) / 4 - 1) << 16 | SMART_PAGE,
	};
	int r = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);

	if (r < 0)
		return -errno;
	if (r > 0) /* the controller's own status */
		return -EOPNOTSUPP;
	memcpy(ret, page, sizeof(page));
	return 0;
}

static int captured(const struct root *root, const char *path, unsigned char ret[static SMART_SIZE])
{
	auto_free char *bytes = NULL;
	ssize_t n = root_read(root, path, &bytes);

	if (n < 0)
		return (int)n;
	if (n != SMART_SIZE)
		return -EBADMSG;
	memcpy(ret, bytes, SMART_SIZE);
	return 0;
}

int root_nvme_smart(const struct root *root, const char *controller, unsigned char ret[static 512])
{
	char path[64], fact[64], words[64];
	auto_close int fd = -1;
	int r;

	snprintf(fact, sizeof(fact), "/captured/nvme/%.32s", controller);
	if (!root_live(root))
		return captured(root, fact, ret);
	snprintf(path, sizeof(path), "/dev/%.32s", controller);
	fd = root_open_file(root, path, O_RDONLY);
	if (fd < 0)
		return fd;
	r = ask(fd, ret);
	if (r < 0)
		return root_failed(root, path, r);
	capture_file(root, fact, (const char *)ret, SMART_SIZE);
	snprintf(words, sizeof(words), "warning=0x%02x spare=%u%% used=%u%%", ret[0], ret[3],
		ret[5]);
	root_seen(root, path, words);
	return 0;
}
