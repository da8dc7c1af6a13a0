#include "collect/revision.h"

#include "mem.h"

#include <stdio.h>
#include <string.h>

/* Codes with this bit are made of fields; others are numbers in a list. */
#define FIELDS (1u << 23)
#define WARRANTY_VOID (1u << 25)
#define OLD_WARRANTY_VOID (1u << 24)

static const char *const boards[] = {
	[0x00] = "Model A",
	[0x01] = "Model B",
	[0x02] = "Model A+",
	[0x03] = "Model B+",
	[0x04] = "2 Model B",
	[0x05] = "Alpha",
	[0x06] = "Compute Module 1",
	[0x08] = "3 Model B",
	[0x09] = "Zero",
	[0x0a] = "Compute Module 3",
	[0x0c] = "Zero W",
	[0x0d] = "3 Model B+",
	[0x0e] = "3 Model A+",
	[0x10] = "Compute Module 3+",
	[0x11] = "4 Model B",
	[0x12] = "Zero 2 W",
	[0x13] = "400",
	[0x14] = "Compute Module 4",
	[0x15] = "Compute Module 4S",
	[0x17] = "5 Model B",
	[0x18] = "Compute Module 5",
	[0x19] = "500",
	[0x1a] = "Compute Module 5 Lite",
};

static const char *const makers[] = {
	"Sony UK", "Egoman", "Embest", "Sony Japan", "Embest", "Stadium"};

static const char *const processors[] = {"BCM2835", "BCM2836", "BCM2837", "BCM2711", "BCM2712"};

/* Before the Raspberry Pi 2; all have a BCM2835. */
static const struct {
	unsigned code;
	const char *board, *revision;
	unsigned memory;
	const char *maker;
} old[] = {
	{0x02, "Model B", "1.0", 256, "Egoman"}, {0x03, "Model B", "1.0", 256, "Egoman"},
	{0x04, "Model B", "2.0", 256, "Sony UK"}, {0x05, "Model B", "2.0", 256, "Qisda"},
	{0x06, "Model B", "2.0", 256, "Egoman"}, {0x07, "Model A", "2.0", 256, "Egoman"},
	{0x08, "Model A", "2.0", 256, "Sony UK"}, {0x09, "Model A", "2.0", 256, "Qisda"},
	{0x0d, "Model B", "2.0", 512, "Egoman"}, {0x0e, "Model B", "2.0", 512, "Sony UK"},
	{0x0f, "Model B", "2.0", 512, "Egoman"}, {0x10, "Model B+", "1.2", 512, "Sony UK"},
	{0x11, "Compute Module 1", "1.0", 512, "Sony UK"},
	{0x12, "Model A+", "1.1", 256, "Sony UK"}, {0x13, "Model B+", "1.2", 512, "Embest"},
	{0x14, "Compute Module 1", "1.0", 512, "Embest"},
	{0x15, "Model A+", "1.1", 256, "Embest"}, /* some have 512 MB and the same code */
};

static bool decode_old(unsigned code, struct revision *ret)
{
	/* Above the warranty's bit there were never others in these codes. */
	if (code & ~(OLD_WARRANTY_VOID | 0xffu))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(old); i++) {
		if (old[i].code != (code & 0xff))
			continue;
		*ret = (struct revision){
			.memory = old[i].memory,
			.maker = old[i].maker,
			.processor = processors[0],
			.warranty_void = code & OLD_WARRANTY_VOID,
		};
		snprintf(ret->board, sizeof(ret->board), "Raspberry Pi %s %s", old[i].board,
			old[i].revision);
		return true;
	}
	return false;
}

static const char *listed(const char *const *names, size_t n, unsigned i)
{
	return i < n ? names[i] : NULL;
}

/* NOQuuuWuFMMMCCCCPPPPTTTTTTTTRRRR: Flag, Memory, maker (C), Processor, Type, Revision, Warranty.
 */
bool revision_decode(unsigned code, struct revision *ret)
{
	unsigned type = code >> 4 & 0xff, minor = code & 0xf;
	const char *board = listed(boards, ARRAY_LEN(boards), type);

	if (!(code & FIELDS))
		return decode_old(code, ret);
	if (code == ~0u) /* an empty one-time memory */
		return false;
	*ret = (struct revision){
		.memory = 256u << (code >> 20 & 7),
		.maker = listed(makers, ARRAY_LEN(makers), code >> 16 & 0xf),
		.processor = listed(processors, ARRAY_LEN(processors), code >> 12 & 0xf),
		.warranty_void = code & WARRANTY_VOID,
	};
	if (board)
		snprintf(ret->board, sizeof(ret->board), "Raspberry Pi %s 1.%u", board, minor);
	else
		snprintf(
			ret->board, sizeof(ret->board), "Raspberry Pi type %02x 1.%u", type, minor);
	return true;
}

void revision_describe(const struct revision *revision, char *ret, size_t size)
{
	bool giga = revision->memory >= 1024;

	snprintf(ret, size, "%s, %u %s%s%s%s", revision->board,
		giga ? revision->memory / 1024 : revision->memory, giga ? "GB" : "MB",
		revision->maker ? ", " : "", revision->maker ? revision->maker : "",
		revision->warranty_void ? ", warranty void" : "");
}

void revision_model(const struct revision *revision, char *ret, size_t size)
{
	const char *number = strrchr(revision->board, ' ');
	size_t n = (size_t)(number - revision->board);
	bool plus = n > 0 && number[-1] == '+';

	snprintf(ret, size, "%.*s%s Rev%s", (int)(n - plus), revision->board, plus ? " Plus" : "",
		number);
}
