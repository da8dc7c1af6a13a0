/* The reply of an Ollama server, whatever it holds: what is told makes sense. */
#include "../../src/collect/ollama.c"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct slice slice = {0};
	struct models models;
	double moment = 0;

	if (moment_parse(text, &moment) == 0 && !(moment >= -86400 && moment < 3e11))
		abort();
	if (ollama_parse(text, &models) == 0) {
		if (models.n > models.told || models.n > MODELS_MAX)
			abort();
		for (size_t i = 0; i < models.n; i++)
			put_model(&models.at[i], &slice);
	}
	for (size_t i = 0; i < slice.n; i++)
		if (!*slice.at[i].key || !(slice.at[i].number >= -86400))
			abort();
	slice_free(&slice);
	free(text);
	return 0;
}
