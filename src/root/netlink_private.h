#pragma once
/*
 * How netlink.c and nl80211.c ask the kernel: one request on a socket of its own, closed again, its
 * replies handed over one by one.  Lengths inside a message are the receiver's to check.
 */
#include <linux/netlink.h>

/*
 * Sends the request and hands every message of the answer to each().  It must be a dump, or ask for
 * an acknowledgement: something has to end the answer.  0, or the kernel's negative errno; -EAGAIN
 * if nothing came for a second.
 */
int netlink_ask(int protocol, const struct nlmsghdr *request,
	void (*each)(void *self, const struct nlmsghdr *message), void *self);
