/* Assignments of the command line, a line each: "mqtt.host=broker.lan". */
#include "config.h"
#include "mem.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));) {
		struct config_setting setting = {line};
		auto_free char *complaint = NULL;
		struct config *config = NULL;
		int r = config_load("/dev/null", &setting, 1, &config, &complaint);
		double number;

		if (r < 0 ? !complaint || config || strchr(complaint, '\n') : !config)
			abort();
		if (config)
			(void)config_named_number(
				config, OPTION_SAMPLING_DEADBANDS, "cpu_usage", &number);
		config_free(config);
	}
	free(text);
	return 0;
}
