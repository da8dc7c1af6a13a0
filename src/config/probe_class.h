#pragma once
/*
 * Do device class, unit and state class go together in Home Assistant?  From probe_classes.def.
 */

/* NULL, or in one line what is wrong (caller frees); *ret_state_class: the one to announce, "" for
 * none.  class "": none; state_class "default": the class's own. */
char *probe_class_sensor(
	const char *class, const char *unit, const char *state_class, const char **ret_state_class);
char *probe_class_binary(const char *class);
