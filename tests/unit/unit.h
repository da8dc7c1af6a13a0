#pragma once
/* What every unit test includes before the .c it looks into. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* For what qemu-user does not do as Linux does; tests/arm sets the variable. */
static inline void skip_if_emulated(const char *why)
{
	if (!getenv("QEMU_USER"))
		return;
	print_message("not under qemu-user: %s\n", why);
	skip();
}
