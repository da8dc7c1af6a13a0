/*
 * What the machine is, from the device tree or DMI.  Of /proc/cpuinfo only the Raspberry Pi's
 * kernels tell that, not mainline ones, so it comes last.
 */
#include "collect/processor.h"
#include "collect/revision.h"
#include "collector.h"
#include "devicetree.h"
#include "mem.h"
#include "scan.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DMI "/sys/class/dmi/id/"

/* "": not known */
struct board {
	char model[TEXT_SIZE], serial[TEXT_SIZE], revision[TEXT_SIZE];
	char board[TEXT_SIZE], processor[TEXT_SIZE];
	char firmware[TEXT_SIZE]; /* of a PC */
};

/* What makers leave in DMI, or a kernel in cpuinfo, when they have nothing to say. */
static bool placeholder(const char *text)
{
	static const char *const placeholders[] = {
		"to be filled by o.e.m.*",
		"default string",
		"system *", /* "System Product Name", "System manufacturer" */
		"not *",    /* "Not Specified", "Not Applicable" */
		"none",
		"n/a",
		"unknown",
		"undefined",
		"invalid",
		"o.e.m.",
		"oem",
		"type1*",
		"base board *",
		"chassis *",
		"0123456789",
		"123456789",
	};
	char lower[TEXT_SIZE];
	size_t n = 0;

	for (; text[n] && n + 1 < sizeof(lower); n++)
		lower[n] = (char)(text[n] >= 'A' && text[n] <= 'Z' ? text[n] - 'A' + 'a' : text[n]);
	lower[n] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(placeholders); i++)
		if (text_glob(placeholders[i], lower))
			return true;
	return lower[strspn(lower, "0x.- ")] == '\0'; /* all zeros, or nothing at all */
}

static void attribute(const struct root *root, const char *path, char ret[static TEXT_SIZE])
{
	char text[TEXT_SIZE];

	*ret = '\0';
	if (root_read_attribute(root, path, text, sizeof(text)) <= 0)
		return;
	text_copy(ret, TEXT_SIZE, text_trim(text));
	if (placeholder(ret))
		*ret = '\0';
}

/* The revision is written as the kernel does in cpuinfo. */
static void device_tree(const struct root *root, struct board *board)
{
	auto_free char *compatible = NULL;
	uint32_t revision;
	ssize_t n;

	devicetree_text(root, "model", board->model, sizeof(board->model));
	devicetree_text(root, "serial-number", board->serial, sizeof(board->serial));
	if (placeholder(board->serial))
		board->serial[0] = '\0';
	if (devicetree_cell(root, "system/linux,revision", &revision) == 0 && revision)
		snprintf(board->revision, sizeof(board->revision), "%04x", revision);
	n = devicetree_read(root, "compatible", &compatible);
	if (n > 0)
		(void)processor_chip(
			compatible, (size_t)n, board->processor, sizeof(board->processor));
}

/* "Dell Inc. OptiPlex 7050", but "HP EliteDesk" and not "HP HP EliteDesk". */
static void model_join(const char *vendor, const char *product, char ret[static TEXT_SIZE])
{
	size_t n = strlen(vendor);
	char joined[2 * TEXT_SIZE];

	if (!*product)
		return;
	if (n == 0 || strncasecmp(product, vendor, n) == 0)
		snprintf(joined, sizeof(joined), "%s", product);
	else
		snprintf(joined, sizeof(joined), "%s %s", vendor, product);
	text_copy(ret, TEXT_SIZE, joined);
}

/* Self-built computers have no product, but a mainboard.  The serial number is for root alone on
 * most. */
static void dmi(const struct root *root, struct board *board)
{
	char vendor[TEXT_SIZE], product[TEXT_SIZE];

	attribute(root, DMI "sys_vendor", vendor);
	attribute(root, DMI "product_name", product);
	if (!*product) {
		attribute(root, DMI "board_vendor", vendor);
		attribute(root, DMI "board_name", product);
	}
	model_join(vendor, product, board->model);
	if (!*board->serial)
		attribute(root, DMI "product_serial", board->serial);
	attribute(root, DMI "bios_version", board->firmware);
}

/*
 * model name	: Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz     x86; on ARM it names the kind of core
 * Hardware	: BCM2711
 * Revision	: c03114
 * Serial		: 10000000deadbeef
 * Model		: Raspberry Pi 4 Model B Rev 1.4
 *
 * Fills what is still empty.
 */
static void cpuinfo_parse(const char *text, struct board *board)
{
	char cores[TEXT_SIZE];
	const struct {
		const char *key;
		char *to;
	} keys[] = {
		{"Revision", board->revision},
		{"Serial", board->serial},
		{"Model", board->model},
		{"model name", board->processor},
	};
	struct scan s = scan_text(text), line, key;

	if (!*board->processor && processor_cores(text, cores, sizeof(cores)))
		text_copy(board->processor, sizeof(board->processor), cores);
	while (scan_line(&s, &line)) {
		if (!scan_key(&line, ':', &key))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
			char value[TEXT_SIZE], *trimmed;

			if (!scan_is(key, keys[i].key) || *keys[i].to)
				continue;
			scan_copy(line, value, sizeof(value));
			trimmed = text_trim(value);
			if (!placeholder(trimmed))
				text_copy(keys[i].to, TEXT_SIZE, trimmed);
		}
	}
}

/* "a02082", "1000002", "0010".  Other makers' boards have revisions too, of their own kind. */
static void decode(struct board *board)
{
	char *end;
	unsigned long code = strtoul(board->revision, &end, 16);
	struct revision revision;

	if (*board->model && !strstr(board->model, "Raspberry Pi"))
		return;
	if (!*board->revision || *end || code > UINT32_MAX ||
		!revision_decode((unsigned)code, &revision))
		return;
	revision_describe(&revision, board->board, sizeof(board->board));
	if (!*board->model) /* kernels of before 2014 have neither device tree nor a Model */
		revision_model(&revision, board->model, sizeof(board->model));
	if (revision.processor)
		text_copy(board->processor, sizeof(board->processor), revision.processor);
}

static int board_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char *cpuinfo = NULL;
	struct board board = {0};

	(void)state, (void)config;
	device_tree(root, &board);
	if (!*board.model)
		dmi(root, &board);
	if ((!*board.revision || !*board.serial) && root_read(root, "/proc/cpuinfo", &cpuinfo) >= 0)
		cpuinfo_parse(cpuinfo, &board);
	decode(&board);
	put_text(ret, HARDWARE_MODEL, "", board.model);
	put_text(ret, HARDWARE_SERIAL, "", board.serial);
	put_text(ret, HARDWARE_REVISION, "", board.revision);
	put_text(ret, HARDWARE_BOARD, "", board.board);
	put_text(ret, HARDWARE_PROCESSOR, "", board.processor);
	put_text(ret, HARDWARE_FIRMWARE, "", board.firmware);
	return ret->n ? 0 : -ENOENT;
}

const struct collector collect_board = {
	.name = "board",
	.gives = "hardware.* !hardware.bootloader !hardware.usb_devices",
	.interval = 3600,
	.lane = LANE_SENSORS, /* /proc/cpuinfo asks every CPU of an x86 for its clock */
	.collect = board_collect,
};
