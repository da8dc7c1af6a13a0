#include "mailbox.h"

#include "mem.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>

/* The number differs between 32- and 64-bit programs; the kernel knows both. */
#define MBOX_PROPERTY _IOWR(100, 0, char *)

#define ANSWERED 0x80000000u /* the message; also set in the length of each reply */
#define REFUSED 0x80000001u
#define TAG_GENCMD 0x00030080u
#define GENCMD_BYTES 4096 /* of the value: return code and text */
#define VALUE_WORDS_MAX 5

_Static_assert(MAILBOX_TEXT == GENCMD_BYTES - sizeof(uint32_t), "the text fills the value");

enum { SIZE, CODE, TAG, VALUE_SIZE, LENGTH, VALUE }; /* words of a message with one tag */

bool mailbox_refusal(const char *reply)
{
	return strncmp(reply, "error=", 6) == 0;
}

/* What was refused, for the life of the process: text as such, tags. */
static _Atomic bool gencmd_works, gencmd_refused;
static _Atomic uint32_t tags_refused[8];

static bool tag_refused(uint32_t tag, bool now)
{
	for (size_t i = 0; i < ARRAY_LEN(tags_refused); i++) {
		if (now && tags_refused[i] == 0)
			tags_refused[i] = tag;
		if (tags_refused[i] == tag)
			return true;
	}
	return false;
}

/* 0 if the firmware took the message; -EOPNOTSUPP if it, or the kernel, never will. */
static int send_message(int fd, uint32_t *message)
{
	if (ioctl(fd, MBOX_PROPERTY, message) < 0)
		return errno == EINVAL || errno == EPERM || errno == ENOTTY ? -EOPNOTSUPP : -errno;
	if (message[CODE] != ANSWERED)
		return message[CODE] == REFUSED ? -EOPNOTSUPP : -EBADMSG;
	return message[LENGTH] & ANSWERED ? 0 : -EOPNOTSUPP; /* clear: a tag it does not know */
}

/*
 * The command as text, in a message as large as vcgencmd's: 1031 words.  Nobody looks at the
 * reply's length; what the buffer holds is the limit, and that NUL may be missing.
 */
ssize_t mailbox_gencmd(int fd, const char *command, char ret[static MAILBOX_TEXT + 1])
{
	uint32_t message[VALUE + 1 + GENCMD_BYTES / sizeof(uint32_t) + 1] = {
		[SIZE] = sizeof(message), [TAG] = TAG_GENCMD, [VALUE_SIZE] = GENCMD_BYTES};
	char *text = (char *)&message[VALUE + 1];
	size_t n;
	int r;

	if (gencmd_refused)
		return -EOPNOTSUPP;
	strcpy(text, command); /* one of the list: much shorter */
	r = send_message(fd, message);
	/* If the very first one is refused, it is not the command that is meant. */
	if (r == -EOPNOTSUPP && !gencmd_works)
		gencmd_refused = true;
	if (r < 0)
		return r;
	gencmd_works = true;
	n = strnlen(text, MAILBOX_TEXT);
	memcpy(ret, text, n);
	ret[n] = '\0';
	if (message[VALUE] != 0 || mailbox_refusal(ret))
		return -EOPNOTSUPP;
	return strcmp(ret, command) == 0 ? -EBADMSG : (ssize_t)n; /* nothing was written */
}

int mailbox_property(int fd, uint32_t tag, uint32_t *value, size_t request, size_t reply)
{
	size_t words = request > reply ? request : reply, bytes = words * sizeof(*value);
	uint32_t message[VALUE + VALUE_WORDS_MAX + 1] = {[TAG] = tag};
	int r;

	if (tag_refused(tag, false))
		return -EOPNOTSUPP;
	message[SIZE] = (uint32_t)(bytes + (VALUE + 1) * sizeof(*message));
	message[VALUE_SIZE] = (uint32_t)bytes;
	memcpy(&message[VALUE], value, request * sizeof(*value));
	r = send_message(fd, message);
	if (r == -EOPNOTSUPP)
		(void)tag_refused(tag, true);
	if (r < 0)
		return r;
	if ((message[LENGTH] & ~ANSWERED) < reply * sizeof(*value))
		return -EBADMSG;
	memcpy(value, &message[VALUE], reply * sizeof(*value));
	return 0;
}
