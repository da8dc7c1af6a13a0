#include "doctor_access.h"

#include "mem.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What pistat does without, and says so. */
static const struct {
	const char *path, *why;
} optional[] = {
	{"/dev/nvme*",
		"optional: the SMART log wants CAP_SYS_ADMIN; the temperature comes without"},
	{"/sys/*/dmi/id/*", "optional: only root may read serial numbers"},
	{"/sys/class/powercap/*", "optional: only root may read it"},
	{"/sys/kernel/debug/*", "optional: only root may read it"},
	{"/proc/[0-9]*", "optional: /proc is mounted with hidepid, processes of others are hidden"},
};

/* The node of the firmware that only root may open on newer systems, and on Ubuntu. */
static const char vcio_rule[] =
	"echo 'KERNEL==\"vcio\", GROUP=\"video\", MODE=\"0660\"' | "
	"sudo tee /etc/udev/rules.d/99-vcio.rules && "
	"sudo udevadm control --reload && sudo udevadm trigger --name-match=vcio";

static bool is_device(const char *path)
{
	return strncmp(path, "/dev/", 5) == 0;
}

static void join_group(const struct refusal *refusal, const char *group, struct advice *ret)
{
	snprintf(ret->why, sizeof(ret->why), "group %s may read it, %s is not in it", group,
		refusal->user);
	if (refusal->service)
		snprintf(ret->fix, sizeof(ret->fix),
			"sudo systemctl edit pistat, [Service], SupplementaryGroups=%s", group);
	else
		snprintf(ret->fix, sizeof(ret->fix), "sudo usermod -aG %s %s, then log in again",
			group, refusal->user);
}

/* The mode would let us: something between us and the node does not. */
static void blame_sandbox(const struct refusal *refusal, struct advice *ret)
{
	snprintf(ret->why, sizeof(ret->why),
		"its mode would allow it: a container, the unit's sandbox or a security module "
		"does not");
	if (!is_device(refusal->path))
		return;
	if (refusal->service)
		snprintf(ret->fix, sizeof(ret->fix),
			"sudo systemctl edit pistat, [Service], DeviceAllow=%s r", refusal->path);
	else
		snprintf(ret->fix, sizeof(ret->fix), "in a container: --device %s", refusal->path);
}

static void judge_by_mode(const struct refusal *refusal, struct advice *ret)
{
	bool group_reads = (refusal->mode & S_IRGRP) && strcmp(refusal->group, "root") != 0;

	if (refusal->mode & S_IROTH || (group_reads && refusal->member))
		blame_sandbox(refusal, ret);
	else if (group_reads)
		join_group(refusal, refusal->group, ret);
	else if (strcmp(refusal->path, "/dev/vcio") == 0) {
		snprintf(ret->why, sizeof(ret->why),
			"only root may open it; by this rule group video may, too");
		text_copy(ret->fix, sizeof(ret->fix), vcio_rule);
	} else {
		ret->optional = !is_device(refusal->path);
		snprintf(ret->why, sizeof(ret->why), "%sonly root may read it",
			ret->optional ? "optional: " : "");
	}
}

void access_advise(const struct refusal *refusal, struct advice *ret)
{
	*ret = (struct advice){.optional = false};
	for (size_t i = 0; i < ARRAY_LEN(optional); i++) {
		if (!text_glob(optional[i].path, refusal->path))
			continue;
		ret->optional = true;
		text_copy(ret->why, sizeof(ret->why), optional[i].why);
		return;
	}
	if (refusal->known) {
		judge_by_mode(refusal, ret);
	} else if (refusal->hidden) { /* somebody's own mount point, a rootless container's */
		ret->optional = true;
		snprintf(ret->why, sizeof(ret->why), "optional: a folder above it is closed to us");
	} else if (strncmp(refusal->path, "/dev/vcio", 9) == 0) {
		join_group(refusal, "video", ret); /* as Raspberry Pi OS has it */
	} else {
		text_copy(ret->why, sizeof(ret->why), strerror(refusal->error));
	}
}
