#pragma once
/*
 * What the power chip of a Raspberry Pi 5 measures, from the firmware's list of its rails.
 */

struct pmic {
	double watts;	/* of all rails that tell both current and voltage; NAN: none does */
	double input;	/* V, behind the protection of the 5 V input; NAN: not told */
	double battery; /* V, the clock's; about 0 without one; NAN: not told */
};

/* 0, or -EBADMSG if nothing is known in it or its end is missing. */
int pmic_parse(const char *text, struct pmic *ret);
