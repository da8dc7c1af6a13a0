/*
 * Graphics cards by sysfs (Documentation/gpu/amdgpu/thermal.rst, and for Intel
 * Documentation/ABI/testing/sysfs-driver-intel-i915-hwmon,
 * drivers/gpu/drm/i915/gt/intel_gt_sysfs_pm.c, drivers/gpu/drm/xe/xe_gt_idle.c).  One table of
 * files for all drivers: what a card has, it has under one of these names.
 */
#include "collect/cards.h"

#include "collect/rest.h"
#include "mem.h"
#include "scan.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Below the card's folder; of several for one row, the first that is there. */
static const struct attribute {
	const char *file;
	enum metric_id metric;
	double scale;
} attributes[] = {
	{"device/gpu_busy_percent", CARD_USAGE, 1},
	{"device/mem_busy_percent", CARD_MEMORY_USAGE, 1},
	{"device/mem_info_vram_total", CARD_VRAM_TOTAL, 1},
	{"device/mem_info_vram_used", CARD_VRAM_USED, 1},
	{"gt_act_freq_mhz", CARD_CLOCK, 1},		    /* i915 */
	{"gt/gt0/rps_act_freq_mhz", CARD_CLOCK, 1},	    /* i915 */
	{"device/tile0/gt0/freq0/act_freq", CARD_CLOCK, 1}, /* xe */
};

/* Below the hwmon chip of the card's device. */
static const struct attribute sensors[] = {
	{"temp1_input", CARD_TEMPERATURE, 1e-3},
	{"temp2_input", CARD_TEMPERATURE, 1e-3}, /* xe: its package */
	{"power1_average", CARD_WATTS, 1e-6},
	{"power1_input", CARD_WATTS, 1e-6},
	{"pwm1", CARD_FAN, 100.0 / 255},
	{"freq1_input", CARD_CLOCK, 1e-6},
};

/* Milliseconds in which the card had nothing to do and was switched off. */
static const char *const idle_files[] = {
	"power/rc6_residency_ms",		     /* i915, the busiest part */
	"gt/gt0/rc6_residency_ms",		     /* i915 */
	"device/tile0/gt0/gtidle/idle_residency_ms", /* xe */
};

static const struct {
	const char *id, *name, *plain;
} vendors[] = {
	{"0x1002", "AMD", "AMD graphics"},
	{"0x8086", "Intel", "Intel graphics"},
	{"0x10de", "NVIDIA", "NVIDIA graphics"},
};

/* A card's folder in /sys while it is looked at: "/sys/class/drm/card0". */
struct place {
	const struct root *root;
	char folder[64];
};

static void place_path(const struct place *place, const char *file, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", place->folder, file);
}

static void read_all(
	const struct place *place, const struct attribute *of, size_t n, struct card *ret)
{
	for (size_t i = 0; i < n; i++) {
		double *value = card_value(ret, of[i].metric), number;
		char path[160];

		if (!isnan(*value))
			continue;
		place_path(place, of[i].file, path, sizeof(path));
		if (root_read_number(place->root, path, &number) >= 0 && number >= 0)
			*value = number * of[i].scale;
	}
}

static void read_sensors(const struct place *place, struct card *ret)
{
	struct place chip = {place->root, ""};
	auto_free char **names = NULL;
	char path[160];
	size_t n;

	place_path(place, "device/hwmon", path, sizeof(path));
	if (root_list(place->root, path, &names, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (!text_glob("hwmon[0-9]*", names[i]))
			continue;
		snprintf(chip.folder, sizeof(chip.folder), "%.24s/device/hwmon/%.16s",
			place->folder, names[i]);
		read_all(&chip, sensors, ARRAY_LEN(sensors), ret);
	}
}

/*
 * 0: 214Mhz
 * 1: 551Mhz *
 * 2: 734Mhz
 */
static bool levels_parse(const char *text, double *ret_megahertz)
{
	struct scan all = scan_text(text), line, word;
	double megahertz;

	while (scan_line(&all, &line)) {
		struct scan number;

		if (!scan_skip_words(&line, 1) || !scan_word(&line, &word))
			continue;
		number = word;
		while (number.end > number.at && (number.end[-1] < '0' || number.end[-1] > '9'))
			number.end--;
		if (!scan_double(&number, &megahertz) || !scan_word(&line, &word) ||
			!scan_is(word, "*"))
			continue;
		*ret_megahertz = megahertz;
		return true;
	}
	return false;
}

/* For cards of before hwmon had it. */
static void read_levels(const struct place *place, struct card *ret)
{
	auto_free char *text = NULL;
	char path[160];
	double *clock = card_value(ret, CARD_CLOCK);

	place_path(place, "device/pp_dpm_sclk", path, sizeof(path));
	if (isnan(*clock) && root_read(place->root, path, &text) >= 0)
		(void)levels_parse(text, clock);
}

/*
 * The share of time in which Intel's card was not switched off, which is the most that it can have
 * worked: the kernel counts nothing nearer that everybody may read.  A card that never sleeps
 * (i915.enable_rc6=0) says 0 for ever.
 */
static void read_idle(const struct place *place, double boottime, struct card *ret)
{
	double *usage = card_value(ret, CARD_USAGE), idle = 0;
	double before = ret->idle, passed = (boottime - ret->idle_at) * 1000;
	char path[160];

	for (size_t i = 0; i < ARRAY_LEN(idle_files) && idle <= 0; i++) {
		place_path(place, idle_files[i], path, sizeof(path));
		if (root_read_number(place->root, path, &idle) < 0)
			idle = 0;
	}
	if (idle <= 0)
		return;
	ret->idle = idle;
	ret->idle_at = boottime;
	/* 32 bits of milliseconds: they begin anew after 49 days */
	if (passed > 0 && idle >= before)
		*usage = fmax(0, 100 * (1 - (idle - before) / passed));
}

static void read_card(const struct place *place, double boottime, struct card *ret)
{
	double idle = ret->idle, idle_at = ret->idle_at;
	double *total = card_value(ret, CARD_VRAM_TOTAL), *used = card_value(ret, CARD_VRAM_USED);

	card_clear(ret);
	ret->idle = idle;
	ret->idle_at = idle_at;
	read_all(place, attributes, ARRAY_LEN(attributes), ret);
	read_sensors(place, ret);
	read_levels(place, ret);
	read_idle(place, boottime, ret);
	if (*used <= *total)
		*card_value(ret, CARD_VRAM_FREE) = *total - *used;
}

/*
 * DRIVER=amdgpu
 * PCI_SLOT_NAME=0000:09:00.0
 */
static bool slot_parse(const char *text, char *ret, size_t size)
{
	struct scan all = scan_text(text), line, key;

	while (scan_line(&all, &line))
		if (scan_key(&line, '=', &key) && scan_is(key, "PCI_SLOT_NAME") &&
			!scan_done(line)) {
			scan_copy(line, ret, size);
			return true;
		}
	return false;
}

/* The PCI address; for what is not on PCI, and in captures without links, what the kernel calls it.
 */
static void find_key(const struct place *place, const char *name, char *ret, size_t size)
{
	auto_free char *text = NULL;
	char path[160], real[512];
	const char *last;

	place_path(place, "device", path, sizeof(path));
	if (root_real_path(place->root, path, real, sizeof(real)) >= 0 &&
		(last = strrchr(real, '/')) && text_glob("*:*:*.*", last + 1)) {
		text_copy(ret, size, last + 1);
		return;
	}
	place_path(place, "device/uevent", path, sizeof(path));
	if (root_read(place->root, path, &text) < 0 || !slot_parse(text, ret, size))
		text_copy(ret, size, name);
}

static void find_name(const struct place *place, const char *plain, struct card *ret)
{
	char path[160];

	if (ret->name[0])
		return;
	place_path(place, "device/product_name", path, sizeof(path)); /* amdgpu, on some cards */
	if (root_read_attribute(place->root, path, ret->name, sizeof(ret->name)) <= 0)
		snprintf(ret->name, sizeof(ret->name), "%s", plain);
}

/* A copy may lack the vendor's number: then files tell that only one's driver has. */
static void vendor_by_driver(const struct place *place, char *ret, size_t size)
{
	static const struct {
		const char *file, *id;
	} drivers[] = {{"device/gpu_busy_percent", "0x1002"}, {"gt_act_freq_mhz", "0x8086"},
		{"device/tile0/gt0/freq0/act_freq", "0x8086"}};
	char path[160];

	*ret = '\0';
	for (size_t i = 0; i < ARRAY_LEN(drivers) && !*ret; i++) {
		place_path(place, drivers[i].file, path, sizeof(path));
		if (root_exists(place->root, path))
			snprintf(ret, size, "%s", drivers[i].id);
	}
}

static bool found_already(const struct cards *cards, const char *key)
{
	for (size_t i = 0; i < cards->n; i++)
		if (cards->at[i].found && !strcmp(cards->at[i].key, key))
			return true;
	return false;
}

static void learn_card(
	struct cards *cards, const struct root *root, const char *name, double boottime)
{
	struct place place = {root, ""};
	struct card *card;
	char path[160], vendor[16], key[KEY_SIZE];
	size_t i = 0;
	enum rest rest;

	snprintf(place.folder, sizeof(place.folder), "/sys/class/drm/%.16s", name);
	place_path(&place, "device/vendor", path, sizeof(path));
	if (root_read_attribute(root, path, vendor, sizeof(vendor)) < 0)
		vendor_by_driver(&place, vendor, sizeof(vendor));
	while (i < ARRAY_LEN(vendors) && strcmp(vendors[i].id, vendor) != 0)
		i++;
	if (i == ARRAY_LEN(vendors))
		return;
	find_key(&place, name, key, sizeof(key));
	card = found_already(cards, key) ? NULL : card_of(cards, key);
	if (!card)
		return;
	card->vendor = vendors[i].name;
	find_name(&place, vendors[i].plain, card);
	place_path(&place, "device", path, sizeof(path));
	rest = device_rest(root, path, boottime, &card->asked);
	if (rest == ASLEEP)
		card_clear(card);
	else if (rest == AWAKE)
		read_card(&place, boottime, card);
}

/* card0, but not its connectors: card0-HDMI-A-1 */
void drm_collect(struct cards *cards, const struct root *root, double boottime)
{
	auto_free char **names = NULL;
	size_t n;

	if (root_list(root, "/sys/class/drm", &names, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (!strncmp(names[i], "card", 4) && names[i][4] &&
			!names[i][4 + strspn(names[i] + 4, "0123456789")])
			learn_card(cards, root, names[i], boottime);
}
