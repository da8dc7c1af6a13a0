/*
 * Pressure stall information: how long tasks waited for want of something
 * (Documentation/accounting/psi.rst, Linux 4.20).
 */
#include "collector.h"
#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <math.h>

struct pressure {
	double some, full; /* percent over ten seconds; full NAN: the kernel does not say */
};

static const struct {
	const char *path;
	enum metric_id some, full;
} resources[] = {
	{"/proc/pressure/cpu", PRESSURE_CPU_SOME, PRESSURE_CPU_FULL}, /* full: Linux 5.13 */
	{"/proc/pressure/memory", PRESSURE_MEMORY_SOME, PRESSURE_MEMORY_FULL},
	{"/proc/pressure/io", PRESSURE_IO_SOME, PRESSURE_IO_FULL},
};

static bool field_parse(struct scan *line, const char *name, double *ret)
{
	struct scan word, key;

	return scan_word(line, &word) && scan_key(&word, '=', &key) && scan_is(key, name) &&
	       scan_double(&word, ret) && scan_done(word) && *ret >= 0;
}

/* The four fields in their order and nothing else; the first is what we want. */
static bool line_parse(struct scan line, double *ret_avg10)
{
	double avg10, other;

	if (!field_parse(&line, "avg10", &avg10) || !field_parse(&line, "avg60", &other) ||
		!field_parse(&line, "avg300", &other) || !field_parse(&line, "total", &other) ||
		!scan_done(line) || avg10 > 100)
		return false;
	*ret_avg10 = avg10;
	return true;
}

/*
 * some avg10=0.12 avg60=0.05 avg300=0.01 total=81521
 * full avg10=0.00 avg60=0.00 avg300=0.00 total=20018
 */
static int pressure_parse(const char *text, struct pressure *ret)
{
	struct pressure pressure = {NAN, NAN};
	struct scan s = scan_text(text), line, word;

	while (scan_line(&s, &line)) {
		double *avg10 = NULL;

		if (!scan_word(&line, &word))
			return -EBADMSG;
		if (scan_is(word, "some"))
			avg10 = &pressure.some;
		else if (scan_is(word, "full"))
			avg10 = &pressure.full;
		if (!avg10 || !isnan(*avg10) || !line_parse(line, avg10))
			return -EBADMSG;
	}
	if (isnan(pressure.some))
		return -EBADMSG;
	*ret = pressure;
	return 0;
}

/* A kernel that has it switched off (no psi=1) shows the files and answers EOPNOTSUPP. */
static int pressure_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	int seen = -ENOENT;

	(void)state, (void)config;
	for (size_t i = 0; i < ARRAY_LEN(resources); i++) {
		struct pressure pressure;
		char text[512];
		ssize_t n = root_read_attribute(root, resources[i].path, text, sizeof(text));
		int r;

		/* of a copy: what cp(1) makes of such an answer is empty */
		if (n == -ENOENT || n == -EOPNOTSUPP || n == 0)
			continue;
		if (n < 0)
			return (int)n;
		r = pressure_parse(text, &pressure);
		if (r < 0)
			return r;
		put(ret, resources[i].some, "", pressure.some);
		put(ret, resources[i].full, "", pressure.full);
		seen = 0;
	}
	return seen;
}

const struct collector collect_pressure = {
	.name = "pressure",
	.gives = "pressure.*",
	.interval = 2, /* the kernel averages that often (Documentation/accounting/psi.rst) */
	.collect = pressure_collect,
};
