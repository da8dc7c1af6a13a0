/* The rails of a Raspberry Pi 5's power chip. */
#include "unit.h"

#include "../../src/collect/pmic.c"

/* As a Raspberry Pi 5 prints it: currents first, voltages in another order of channels. */
static const char real[] = " 3V7_WL_SW_A current(0)=0.00390372A\n"
			   "   3V3_SYS_A current(1)=0.05269800A\n"
			   "   1V8_SYS_A current(2)=0.16200600A\n"
			   "  DDR_VDD2_A current(3)=0.00976000A\n"
			   "  DDR_VDDQ_A current(4)=0.00000000A\n"
			   "   1V1_SYS_A current(5)=0.17567200A\n"
			   "    0V8_SW_A current(6)=0.31329600A\n"
			   "  VDD_CORE_A current(7)=0.76806000A\n"
			   "   3V3_DAC_A current(17)=0.00030525A\n"
			   "   3V3_ADC_A current(18)=0.00042735A\n"
			   "   0V8_AON_A current(16)=0.00268620A\n"
			   "      HDMI_A current(22)=0.01160000A\n"
			   " 3V7_WL_SW_V volt(8)=3.71185000V\n"
			   "   3V3_SYS_V volt(9)=3.31070000V\n"
			   "   1V8_SYS_V volt(10)=1.79860000V\n"
			   "  DDR_VDD2_V volt(11)=1.10720000V\n"
			   "  DDR_VDDQ_V volt(12)=0.60500000V\n"
			   "   1V1_SYS_V volt(13)=1.10560000V\n"
			   "    0V8_SW_V volt(14)=0.80110000V\n"
			   "  VDD_CORE_V volt(15)=0.72000000V\n"
			   "   3V3_DAC_V volt(20)=3.31000000V\n"
			   "   3V3_ADC_V volt(21)=3.30800000V\n"
			   "   0V8_AON_V volt(19)=0.79750000V\n"
			   "      HDMI_V volt(23)=5.13000000V\n"
			   "     EXT5V_V volt(24)=5.15000000V\n"
			   "      BATT_V volt(25)=0.01220000V\n";

static void a_real_one(void **state)
{
	struct pmic pmic;
	double watts = 0.00390372 * 3.71185 + 0.052698 * 3.3107 + 0.162006 * 1.7986 +
		       0.00976 * 1.1072 + 0.175672 * 1.1056 + 0.313296 * 0.8011 + 0.76806 * 0.72 +
		       0.00030525 * 3.31 + 0.00042735 * 3.308 + 0.0026862 * 0.7975 + 0.0116 * 5.13;

	(void)state;
	assert_int_equal(pmic_parse(real, &pmic), 0);
	assert_true(fabs(pmic.watts - watts) < 1e-9);
	assert_true(pmic.input == 5.15);
	assert_true(pmic.battery == 0.0122);
}

/* By name, whatever the order and the channels; only what has both counts. */
static void pairs(void **state)
{
	struct pmic pmic;

	(void)state;
	assert_int_equal(pmic_parse("B_V volt(0)=2V\nLONE_A current(0)=9A\nA_A current(3)=1A\n"
				    "LONELY_V volt(9)=9.0V\nA_V volt(1)=3.0V\nB_A current(7)=0.5A",
				 &pmic),
		0);
	assert_true(pmic.watts == 4);
	assert_true(isnan(pmic.input) && isnan(pmic.battery));
	assert_int_equal(pmic_parse("     EXT5V_V volt(24)=5.15000000V", &pmic), 0);
	assert_true(isnan(pmic.watts) && pmic.input == 5.15);
	/* a rail of a name that another begins with, extra words and lines */
	assert_int_equal(
		pmic_parse("what is this\nAB_A current(0)=1A\nA_V volt(1)=3V\n\n\n", &pmic), 0);
	assert_true(isnan(pmic.watts));
}

static void absurd(void **state)
{
	static const char *const texts[] = {"", "\n",
		"error=1 error_msg=\"Command not registered\"", "_A current(0)=1A",
		"A_A current(0)=1V", "A_A volt(0)=1A", "A_V current(0)=1V", "A_A current(0)=A",
		"A_A current(0)=nanA", "A_A current(0)=infA", "A_A current(0)=1e3A",
		"A_A current(0)", "A_A", "A_A current(0)=1", "="};
	struct pmic pmic = {1, 2, 3};
	char many[8000] = "", *cut, *last;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(pmic_parse(texts[i], &pmic), -EBADMSG);
	/* cut within a line: what is left is no sum */
	for (size_t n = 1; n < sizeof(real) - 1; n++) {
		cut = xstrndup(real, n);
		last = strrchr(cut, '\n') ? strrchr(cut, '\n') + 1 : cut;
		if (last[strspn(last, " ")] && real[n] != '\n')
			assert_int_equal(pmic_parse(cut, &pmic), -EBADMSG);
		else if (last > cut)
			assert_int_equal(pmic_parse(cut, &(struct pmic){0}), 0);
		free(cut);
	}
	assert_true(pmic.watts == 1 && pmic.input == 2 && pmic.battery == 3);
	for (int i = 0; i < 100; i++)
		sprintf(many + strlen(many), "R%d_A current(0)=1A\nR%d_V volt(0)=1V\n", i, i);
	assert_int_equal(pmic_parse(many, &pmic), -EBADMSG); /* the last one found no room */
	assert_true(pmic.watts == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_one),
		cmocka_unit_test(pairs),
		cmocka_unit_test(absurd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
