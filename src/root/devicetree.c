#include "devicetree.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>

ssize_t devicetree_read(const struct root *root, const char *property, char **ret_bytes)
{
	static const char *const folders[] = {"/proc/device-tree", "/sys/firmware/devicetree/base"};
	ssize_t n = -ENOENT;

	for (size_t i = 0; i < ARRAY_LEN(folders) && n == -ENOENT; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", folders[i], property);
		n = root_read(root, path, ret_bytes);
	}
	return n;
}

void devicetree_text(const struct root *root, const char *property, char *ret, size_t size)
{
	auto_free char *bytes = NULL;

	*ret = '\0';
	if (devicetree_read(root, property, &bytes) > 0)
		text_copy(ret, size, text_trim(bytes));
}

static int cell_parse(const char *bytes, size_t n, uint32_t *ret)
{
	uint32_t cell = 0;

	if (n != sizeof(cell))
		return -EBADMSG;
	for (size_t i = 0; i < n; i++)
		cell = cell << 8 | (unsigned char)bytes[i];
	*ret = cell;
	return 0;
}

int devicetree_cell(const struct root *root, const char *property, uint32_t *ret)
{
	auto_free char *bytes = NULL;
	ssize_t n = devicetree_read(root, property, &bytes);

	return n < 0 ? (int)n : cell_parse(bytes, (size_t)n, ret);
}
