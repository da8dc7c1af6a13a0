/* /proc/cpuinfo, the device tree's revision and what DMI says, whatever they hold. */
#include "../../src/collect/board.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), model[TEXT_SIZE] = "", chip[8] = "";
	struct board board = {0};

	cpuinfo_parse(text, &board);
	(void)processor_chip((const char *)data, size, chip, sizeof(chip));
	decode(&board);
	model_join(text, text + strlen(text) / 2, model);
	(void)placeholder(text);
	if (strlen(model) >= sizeof(model) || strlen(board.serial) >= sizeof(board.serial) ||
		strlen(board.board) >= sizeof(board.board))
		abort();
	free(text);
	return 0;
}
