#include "collect/pmic.h"

#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define RAILS_MAX 32
#define MOST 60 /* V or A: more no rail of such a board has */

struct rail {
	struct scan name; /* without "_A" or "_V" */
	double amps, volts;
};

static struct rail *rail_of(struct rail *rails, size_t *n, struct scan name)
{
	size_t length = (size_t)(name.end - name.at);

	for (size_t i = 0; i < *n; i++)
		if ((size_t)(rails[i].name.end - rails[i].name.at) == length &&
			memcmp(rails[i].name.at, name.at, length) == 0)
			return &rails[i];
	if (*n == RAILS_MAX)
		return NULL;
	rails[*n] = (struct rail){name, NAN, NAN};
	return &rails[(*n)++];
}

/* "  DDR_VDD2_A current(3)=0.10245000A": the numbers in brackets are channels, they pair nothing.
 */
static bool line_parse(struct scan line, struct rail *rails, size_t *n)
{
	struct scan name, kind;
	struct rail *rail;
	double value;
	char unit;

	if (!scan_word(&line, &name) || name.end - name.at < 3 || name.end[-2] != '_')
		return false;
	unit = name.end[-1];
	name.end -= 2;
	if (!scan_key(&line, '=', &kind) || line.end - line.at < 2 ||
		!(unit == 'A' ? scan_starts(kind, "current") : scan_starts(kind, "volt")))
		return false;
	while (line.end > line.at && strchr(" \t\r", line.end[-1]))
		line.end--;
	if (line.end == line.at || line.end[-1] != unit)
		return false;
	line.end--;
	if (!scan_double(&line, &value) || fabs(value) > MOST)
		return false;
	rail = rail_of(rails, n, name);
	if (rail)
		*(unit == 'A' ? &rail->amps : &rail->volts) = value;
	return rail;
}

/*
 *  3V7_WL_SW_A current(0)=0.00390372A
 *    3V3_SYS_A current(1)=0.05269800A
 * …
 *  3V7_WL_SW_V volt(8)=3.71185000V
 * …
 *      EXT5V_V volt(24)=5.15114000V
 *       BATT_V volt(25)=0.01220700V
 */
int pmic_parse(const char *text, struct pmic *ret)
{
	struct pmic pmic = {NAN, NAN, NAN};
	struct rail rails[RAILS_MAX];
	struct scan all = scan_text(text), line;
	bool whole = false;
	size_t n = 0;

	while (scan_line(&all, &line)) {
		struct scan word = line, ignored;

		if (scan_word(&word, &ignored))
			whole = line_parse(line, rails, &n);
	}
	if (!whole || n == 0)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++) {
		double watts = rails[i].amps * rails[i].volts;

		if (!isnan(watts))
			pmic.watts = (isnan(pmic.watts) ? 0 : pmic.watts) + watts;
		if (scan_is(rails[i].name, "EXT5V"))
			pmic.input = rails[i].volts;
		if (scan_is(rails[i].name, "BATT"))
			pmic.battery = rails[i].volts;
	}
	*ret = pmic;
	return 0;
}
