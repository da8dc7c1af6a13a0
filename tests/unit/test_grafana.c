#include "unit.h"

#include "../../src/render/grafana.c"
#include "../../src/render/grafana_looks.c"
#include "prometheus.h"

static bool left_out(enum metric_id id)
{
	return catalogue[id].kind == TEXT || catalogue[id].rate_of || among(grafana_unshown, id);
}

static void every_number_is_shown(void **state)
{
	auto_free char *text = render_grafana(NULL);
	char name[PROMETHEUS_NAME_SIZE + 1];

	(void)state;
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++) {
		prometheus_name(&catalogue[id], name, sizeof(name) - 1);
		strcat(name, "{");
		if (!left_out(id) && !strstr(text, name))
			fail_msg("%s is not there", name);
	}
}

static void panels_have_one_unit(void **state)
{
	(void)state;
	for (const struct panel *panel = grafana_panels; panel->shape; panel++)
		for (size_t i = 0; panel->metrics[i]; i++) {
			const struct metric *row = &catalogue[panel->metrics[i]];
			const struct metric *first = &catalogue[panel->metrics[0]];

			if (row->kind == TEXT || row->kind == STATE) {
				assert_int_equal(row->kind, first->kind);
				continue;
			}
			if (strcmp(grafana_unit(row, grafana_is_rate(row, panel)),
				    grafana_unit(first, grafana_is_rate(first, panel))) != 0)
				fail_msg("%s: %s has another unit than %s", panel->title, row->name,
					first->name);
		}
}

static void shapes_fit(void **state)
{
	(void)state;
	for (const struct panel *panel = grafana_panels; panel->shape; panel++)
		for (size_t i = 0; panel->metrics[i]; i++) {
			const struct metric *row = &catalogue[panel->metrics[i]];
			bool state_shape = panel->shape == STATES || panel->shape == PROBLEMS;

			assert_int_equal(panel->shape == WORDS_OF, row->kind == TEXT);
			assert_int_equal(state_shape, row->kind == STATE);
			assert_int_equal(panel->shape == PROBLEMS, row->problem);
		}
}

/* What no panel of the table names comes by itself. */
static void others_come_at_the_end(void **state)
{
	struct page page = {0};
	struct layout layout = {.page = &page};
	int all = 0;
	cJSON *section;

	(void)state;
	for (enum metric_id id = NO_METRIC + 1; id < METRICS; id++)
		all += !shown(id);
	add_others(&layout);
	section_end(&layout);
	section = page.at ? cJSON_Parse(page.at) : NULL;
	assert_int_equal(section != NULL, all > 0);
	if (section)
		assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(section, "panels")), all);
	cJSON_Delete(section);
	free(page.at);
}

static void thresholds_rise(void **state)
{
	struct panel falling = {.warn = 0.4, .bad = 0.2}, single = {.warn = 1, .bad = 1};
	cJSON *steps[] = {thresholds(&falling), thresholds(&single)};
	auto_free char *first = cJSON_PrintUnformatted(steps[0]);
	auto_free char *second = cJSON_PrintUnformatted(steps[1]);

	(void)state;
	assert_string_equal(first, "{\"mode\":\"absolute\",\"steps\":["
				   "{\"color\":\"red\",\"value\":null},"
				   "{\"color\":\"orange\",\"value\":0.2},"
				   "{\"color\":\"green\",\"value\":0.4}]}");
	assert_string_equal(second, "{\"mode\":\"absolute\",\"steps\":["
				    "{\"color\":\"green\",\"value\":null},"
				    "{\"color\":\"red\",\"value\":1}]}");
	cJSON_Delete(steps[0]);
	cJSON_Delete(steps[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_is_shown),
		cmocka_unit_test(panels_have_one_unit),
		cmocka_unit_test(shapes_fit),
		cmocka_unit_test(others_come_at_the_end),
		cmocka_unit_test(thresholds_rise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
