/* The firmware's replies, whatever it says. */
#include "../../src/collect/pmic.c"
#include "../../src/collect/release.c"
#include "../../src/collect/videocore.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), release[16];
	struct pmic pmic;
	uint32_t bits;
	double number;

	if (number_parse(text, "'C", &number) == 0 && !isfinite(number))
		abort();
	(void)number_parse(text, "", &number);
	(void)throttled_parse(text, &bits);
	if (pmic_parse(text, &pmic) == 0 && (isinf(pmic.watts) || fabs(pmic.input) > MOST))
		abort();
	if (release_parse(text, release, sizeof(release)) == 0 &&
		(strlen(release) >= sizeof(release) || strlen(release) < 7))
		abort();
	free(text);
	return 0;
}
