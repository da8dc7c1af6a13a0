#pragma once
/*
 * Messages to the VideoCore firmware through /dev/vcio or /dev/vcio_gencmd
 * (drivers/char/broadcom/vcio.c of the Raspberry Pi's kernel; tags and layout:
 * https://github.com/raspberrypi/firmware/wiki/Mailbox-property-interface).  What is sent must
 * change nothing; that is the caller's care (firmware.c).
 *
 * -EOPNOTSUPP: refused, and as each refusal is a line in the kernel's log, a tag that was is not
 * sent again before pistat ends.  -EBADMSG: no reply that makes sense; others as ioctl(2) says.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MAILBOX_TEXT 4092 /* the longest reply in text */

/* A command of vcgencmd(1); returns the reply's length. */
ssize_t mailbox_gencmd(int fd, const char *command, char ret[static MAILBOX_TEXT + 1]);

/* One property tag: `request` words of value are sent, `reply` words come back in their place; at
 * most five. */
int mailbox_property(int fd, uint32_t tag, uint32_t *value, size_t request, size_t reply);

/* Is this how the firmware says no: error=1 error_msg="Command not registered"? */
bool mailbox_refusal(const char *reply);
