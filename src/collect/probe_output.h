#pragma once
/* What a probe's file or program said, as the value that its settings make of it. */
#include "probe.h"
#include "snapshot.h"

#define WHY_SIZE 160

struct probe_output {
	double number;	      /* kinds number and state */
	char text[TEXT_SIZE]; /* kind text */
};

/* 0; -ENODATA if there is no value now (nothing was said, JSON null); -EBADMSG, and in ret_why why
 * that is not what was expected.  text has n bytes and a NUL behind them. */
int probe_output_parse(const struct probe *probe, const char *text, size_t n,
	struct probe_output *ret, char ret_why[static WHY_SIZE]);
