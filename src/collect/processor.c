#include "collect/processor.h"

#include "mem.h"
#include "scan.h"
#include "text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A board alone ("linux,dummy-virt") names no chip. */
bool processor_chip(const char *compatible, size_t n, char *ret, size_t size)
{
	struct scan last = {NULL, NULL}, board;
	size_t names = 0;

	for (size_t at = 0; at < n; at += (size_t)(last.end - last.at) + 1) {
		last = (struct scan){compatible + at, compatible + at};
		last.end += strnlen(last.at, n - at);
		names++;
	}
	if (names < 2 || !scan_key(&last, ',', &board) || scan_done(last))
		return false;
	scan_copy(last, ret, size);
	for (char *at = ret; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	return true;
}

/* Of ARM Ltd's: arch/arm64/include/asm/cputype.h, arch/arm/include/asm/cputype.h */
static const struct {
	unsigned part;
	const char *name;
} cores[] = {
	{0x920, "ARM920"},
	{0x926, "ARM926"},
	{0xb76, "ARM1176"},
	{0xc05, "Cortex-A5"},
	{0xc07, "Cortex-A7"},
	{0xc08, "Cortex-A8"},
	{0xc09, "Cortex-A9"},
	{0xc0d, "Cortex-A12"},
	{0xc0e, "Cortex-A17"},
	{0xc0f, "Cortex-A15"},
	{0xd03, "Cortex-A53"},
	{0xd04, "Cortex-A35"},
	{0xd05, "Cortex-A55"},
	{0xd07, "Cortex-A57"},
	{0xd08, "Cortex-A72"},
	{0xd09, "Cortex-A73"},
	{0xd0a, "Cortex-A75"},
	{0xd0b, "Cortex-A76"},
	{0xd0c, "Neoverse-N1"},
	{0xd0d, "Cortex-A77"},
	{0xd40, "Neoverse-V1"},
	{0xd41, "Cortex-A78"},
	{0xd46, "Cortex-A510"},
	{0xd47, "Cortex-A710"},
	{0xd49, "Neoverse-N2"},
	{0xd4d, "Cortex-A715"},
	{0xd4f, "Neoverse-V2"},
	{0xd80, "Cortex-A520"},
	{0xd81, "Cortex-A720"},
};

#define ARM 0x41 /* as an implementer */
#define KINDS 3	 /* of cores in one machine, at most */

static bool hexadecimal(struct scan value, uint64_t *ret)
{
	struct scan word;

	if (!scan_word(&value, &word) || !scan_starts(word, "0x"))
		return false;
	word.at += 2;
	return scan_hex(&word, ret);
}

static const char *core_named(uint64_t part)
{
	for (size_t i = 0; i < ARRAY_LEN(cores); i++)
		if (cores[i].part == part)
			return cores[i].name;
	return NULL;
}

/*
 * CPU implementer	: 0x41
 * CPU architecture: 8
 * CPU variant	: 0x0
 * CPU part	: 0xd08
 */
bool processor_cores(const char *cpuinfo, char *ret, size_t size)
{
	struct scan all = scan_text(cpuinfo), line, key;
	const char *kinds[KINDS];
	uint64_t implementer = 0, part;
	size_t n = 0, used = 0;

	while (scan_line(&all, &line)) {
		const char *name;
		size_t known = 0;

		if (!scan_key(&line, ':', &key))
			continue;
		if (scan_is(key, "CPU implementer") && !hexadecimal(line, &implementer))
			implementer = 0;
		if (implementer != ARM || !scan_is(key, "CPU part") || !hexadecimal(line, &part) ||
			!(name = core_named(part)))
			continue;
		while (known < n && kinds[known] != name)
			known++;
		if (known == n && n < KINDS)
			kinds[n++] = name;
	}
	*ret = '\0';
	for (size_t i = 0; i < n && used < size; i++)
		used += (size_t)snprintf(ret + used, size - used, "%s%s", i ? " + " : "", kinds[i]);
	return n > 0;
}
