#pragma once
/*
 * Unpacks a file in the LZ4 frame format piece by piece, as apt keeps its lists where it is told to
 * save space.  By liblz4, found at run time: apt itself cannot be without it.
 */
#include <sys/types.h>

struct lz4;

/* -EOPNOTSUPP without the library. */
int lz4_open(struct lz4 **ret);
/* As read(2): the next unpacked bytes of the file, 0 at its end; -EBADMSG if it is broken off or no
 * such file. */
ssize_t lz4_read(struct lz4 *lz4, int fd, char *ret, size_t size);
struct lz4 *lz4_close(struct lz4 *lz4);
