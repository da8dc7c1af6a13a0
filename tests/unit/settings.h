#pragma once
/* Options for a machine of machine.h: assignments as on the command line, NULL at the end. */
#include "machine.h"

static inline void machine_configure(struct machine *machine, const char *const *assignments)
{
	struct config_setting settings[8];
	char *complaint = NULL;
	size_t n = 0;

	for (; assignments && assignments[n]; n++)
		settings[n] = (struct config_setting){assignments[n]};
	machine->config = config_free(machine->config);
	assert_int_equal(config_load("/dev/null", settings, n, &machine->config, &complaint), 0);
}

#define CONFIGURE(machine, ...)                                                                    \
	machine_configure((machine), (const char *const[]){__VA_ARGS__, NULL})

/* Defaults. */
static inline void machine_configure_default(struct machine *machine)
{
	machine_configure(machine, NULL);
}

static inline void machine_close_all(struct machine *machine)
{
	machine_close(machine);
	machine->config = config_free(machine->config);
}
