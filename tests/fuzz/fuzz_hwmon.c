/* Names and numbers of sensor attributes, and the lists of topology, a line each. */
#include "../../src/collect/chips.c"
#include "../../src/collect/topology.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *rest = text;
	unsigned number;
	double value;

	for (char *line; (line = strsep(&rest, "\n"));) {
		const struct quantity *quantity = attribute_parse(line, &number);

		if (quantity &&
			(number > 9999 || strlen(line) >= sizeof(((struct sensor *)0)->file)))
			abort();
		if (text_to_double(line, &value) && isnan(value))
			abort();
		(void)list_parse(line);
	}
	free(text);
	return 0;
}
