/* The catalogue keeps its own rules: one mistyped row would be wrong in five places at once. */
#include "unit.h"

#include "../../src/render/prometheus.c"

#include "lint.h"

#include <ctype.h>

static bool identifier(const char *text, size_t n)
{
	if (n == 0 || !islower((unsigned char)text[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) &&
			text[i] != '_')
			return false;
	return true;
}

/* Identifiers with '.' between them. */
static bool well_formed_path(const char *path)
{
	for (;;) {
		size_t n = strcspn(path, ".");

		if (!identifier(path, n))
			return false;
		if (!path[n])
			return true;
		path += n + 1;
	}
}

static void paths_are_well_formed(void **state)
{
	(void)state;
	for
		EACH_METRIC(id)
		{
			const struct metric *row = &catalogue[id];

			if (!row->path)
				complain(id, "has no path");
			/* An array's members are values; other members are objects. */
			if (families[row->family].array ? row->path[0] != '\0'
							: !well_formed_path(row->path))
				complain(id, "is not a path");
		}
}

static void paths_are_unique(void **state)
{
	char other[128];

	(void)state;
	for
		EACH_METRIC(id)
		{
			assert_int_equal(catalogue_find(pattern(id)), id);
			for (enum metric_id later = id + 1; later < METRICS; later++) {
				size_t n = strlen(pattern(id));

				catalogue_pattern(later, other, sizeof(other));
				if (strcmp(other, pattern(id)) == 0)
					complain(id, "stands there twice");
				/* "a" a value and "a.b" below it cannot both be in one document */
				if (strncmp(other, pattern(id), n) == 0 && other[n] == '.')
					complain(id, "is a value and holds %s", other);
			}
		}
	assert_int_equal(catalogue_find("no.such.metric"), NO_METRIC);
}

/* Some families share an object with metrics of the host (network.eth0, network.ipv4): no member's
 * object may look like one. */
static void families_are_well_formed(void **state)
{
	(void)state;
	for (enum family family = HOST + 1; family < FAMILIES; family++) {
		const struct family_row *row = &families[family];
		const char *percent = strchr(row->name_format, '%');

		assert_true(well_formed_path(row->path));
		assert_true(identifier(row->noun, strlen(row->noun)));
		assert_non_null(percent);
		assert_int_equal(percent[1], 's');
		assert_null(strchr(percent + 1, '%'));
		assert_in_range(row->limit, 1, 4096);
		for (enum family other = HOST + 1; other < family; other++)
			assert_string_not_equal(families[other].path, row->path);
		if (row->name_from != NO_METRIC) {
			assert_int_equal(catalogue[row->name_from].family, family);
			assert_int_equal(catalogue[row->name_from].kind, TEXT);
		}
	}
}

static size_t object_length(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot ? (size_t)(dot - path) : 0;
}

static bool in_object(const char *path, const char *object, size_t n)
{
	return n == 0 || (strncmp(path, object, n) == 0 && path[n] == '.');
}

/* The document is written from left to right: an object that was left cannot be opened again. */
static void rows_of_one_object_stand_together(void **state)
{
	const char *last = "";

	(void)state;
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		const char *path = catalogue[id].path;
		bool left = false;

		if (catalogue[id].family != HOST)
			continue;
		for (enum metric_id before = id; --before > NO_METRIC;) {
			const char *other = catalogue[before].path;
			bool inside = in_object(other, path, object_length(path));

			if (catalogue[before].family != HOST)
				continue;
			if (inside && left)
				fail_msg("%s stands apart from %s, behind %s", path, other, last);
			left |= !inside;
			last = inside ? last : other;
		}
	}
}

static void families_beside_rows_of_the_host_say_so(void **state)
{
	(void)state;
	for (enum family family = HOST + 1; family < FAMILIES; family++) {
		const char *path = families[family].path;
		size_t parent = object_length(path);
		bool beside = false, below = parent == 0;

		for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
			if (catalogue[id].family != HOST)
				continue;
			beside |= in_object(catalogue[id].path, path, strlen(path));
			below |= in_object(catalogue[id].path, path, parent);
		}
		if (beside != families[family].beside_host || !below)
			fail_msg("%s: beside_host is wrong, or nothing of the host is there", path);
	}
}

static void arrays_hold_one_metric(void **state)
{
	(void)state;
	for (enum family family = HOST + 1; family < FAMILIES; family++) {
		size_t n = 0;

		for
			EACH_METRIC(id)
		n += catalogue[id].family == family;
		if (families[family].array)
			assert_int_equal(n, 1);
		else
			assert_true(n > 0);
	}
}

/* https://prometheus.io/docs/practices/naming/ */
static void prometheus_names(void **state)
{
	char names[METRICS][PROMETHEUS_NAME_SIZE];

	(void)state;
	for
		EACH_METRIC(id)
		{
			const struct metric *row = &catalogue[id];
			const char *name = names[id];

			prometheus_name(row, names[id], sizeof(names[id]));
			if (!identifier(name, strlen(name)) || strncmp(name, "pistat_", 7) != 0 ||
				strstr(name, "__"))
				complain(id, "%s is no name", name);
			if (ends(name, "_total") != (row->kind == COUNTER))
				complain(id, "%s: _total is for counters, and for all of them",
					name);
			if (ends(name, "_count") || ends(name, "_sum") || ends(name, "_bucket"))
				complain(id, "%s is a histogram's", name);
			for (enum metric_id before = NO_METRIC + 1; before < id; before++)
				if (strcmp(name, names[before]) == 0)
					complain(id, "%s is the name of another too", name);
		}
}

static void rates_are_of_counters(void **state)
{
	(void)state;
	for
		EACH_METRIC(id)
		{
			const struct metric *row = &catalogue[id], *of = &catalogue[row->rate_of];

			if (!row->rate_of) {
				if (row->rate_scale != 0)
					complain(id, "scales a rate it does not have");
				continue;
			}
			if (row->kind != GAUGE || of->kind != COUNTER || row->family != of->family)
				complain(id, "must be a gauge of a counter in its own family");
			switch (of->unit) {
			case BYTES:
			case MEMORY_BYTES:
				assert_int_equal(row->unit, BYTES_PER_SECOND);
				break;
			case SECONDS: /* per second: a share */
				assert_int_equal(row->unit, PERCENT);
				assert_true(row->rate_scale == 100);
				break;
			case NO_UNIT:
				assert_int_equal(row->unit, PER_SECOND);
				break;
			case PERCENT:
			case CELSIUS:
			case BYTES_PER_SECOND:
			case PER_SECOND:
			case MILLISECONDS:
			case HERTZ:
			case MEGAHERTZ:
			case MEGABITS_PER_SECOND:
			case RPM:
			case VOLTS:
			case AMPERES:
			case MILLIAMPERES:
			case WATTS:
			case DBM:
			case UNITS:
				complain(id, "nobody counts in that unit");
			}
		}
}

static void the_rest_makes_sense(void **state)
{
	(void)state;
	for
		EACH_METRIC(id)
		{
			const struct metric *row = &catalogue[id];

			if (row->precision < 0 || row->precision > 6)
				complain(id, "precision %d", row->precision);
			if (row->precision > 0 && (row->kind == STATE || row->kind == TEXT))
				complain(id, "a precision is for numbers");
			if (row->deadband < 0 || (row->deadband > 0 && row->kind != GAUGE))
				complain(id, "a deadband is for gauges");
			if (row->wraps != 0 && (row->kind != COUNTER || row->wraps < 0))
				complain(id, "only counters wrap");
			if (row->moves && (row->kind == STATE || row->kind == TEXT))
				complain(id, "only numbers move all the time");
			/* but for traffic since boot, which /api/history has always given */
			if (row->history && row->kind != GAUGE && id != NET_SENT && id != NET_RECV)
				complain(id, "history keeps gauges: a counter's rate says more");
			/* A value must show a change that is worth publishing. */
			if (row->deadband > 0 && row->deadband < pow(10, -row->precision) / 2)
				complain(id, "the deadband is below the precision");
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_well_formed),
		cmocka_unit_test(paths_are_unique),
		cmocka_unit_test(rows_of_one_object_stand_together),
		cmocka_unit_test(families_beside_rows_of_the_host_say_so),
		cmocka_unit_test(families_are_well_formed),
		cmocka_unit_test(arrays_hold_one_metric),
		cmocka_unit_test(prometheus_names),
		cmocka_unit_test(rates_are_of_counters),
		cmocka_unit_test(the_rest_makes_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
