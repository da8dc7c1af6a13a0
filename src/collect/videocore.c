/*
 * Raspberry Pi: what the VideoCore firmware measures, one question a row.  It is asked a handful of
 * questions every ten seconds at most, and never again what it refused once.
 */
#include "clock.h"
#include "collect/pmic.h"
#include "collect/release.h"
#include "collector.h"
#include "mem.h"
#include "root_devices.h"
#include "scan.h"
#include "text.h"
#include "undervoltage.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define QUESTIONS 12
#define LEAST_PACE 1 /* seconds between two rounds, whoever wants them */
#define REST 60	     /* seconds of peace for a firmware that may not be asked, or is in trouble */
#define ONCE INFINITY
#define MIB 1048576.0

/* The firmware's bits: four for now, the same four since boot. */
#define NOW 0xfu
#define UNDER_VOLTAGE 0x1u
#define OCCURRED_SHIFT 16

struct videocore {
	struct answer {
		struct slice said;
		double due; /* CLOCK_MONOTONIC */
	} answers[QUESTIONS];
	double asked;		       /* CLOCK_MONOTONIC of the last round; 0: never */
	int trouble;		       /* of the last round */
	char alarm[UNDERVOLTAGE_PATH]; /* undervoltage_read() */
	bool throttle_known;
	uint32_t throttle;	    /* as the firmware said last */
	uint32_t throttle_occurred; /* every bit ever seen, in its upper half */
	double dips;		    /* of the supply, where the kernel does not count them */
};

struct question {
	const char *command;
	double pace; /* seconds; 0: every round */
	/* Puts what the reply says; -EBADMSG if it says nothing known. */
	int (*put)(const struct question *question, const char *reply, struct slice *ret);
	const char *unit; /* of the number in the reply */
	double scale, least, most;
	enum metric_id metric, also;
};

/*
 * temp=47.2'C, volt=0.8750V, gpu=76M, frequency(48)=1500398464: the number behind the first '='.
 * What stands before it differs between models: the same clock is 48, 45 or 0.
 */
static int number_parse(const char *text, const char *unit, double *ret)
{
	struct scan all = scan_text(text), line, key, word;
	size_t n = strlen(unit);

	if (!scan_line(&all, &line) || !scan_key(&line, '=', &key) || !scan_word(&line, &word) ||
		(size_t)(word.end - word.at) <= n || memcmp(word.end - n, unit, n) != 0)
		return -EBADMSG;
	word.end -= n;
	return scan_double(&word, ret) ? 0 : -EBADMSG;
}

static int put_number(const struct question *question, const char *reply, struct slice *ret)
{
	double number;
	int r = number_parse(reply, question->unit, &number);

	if (r < 0)
		return r;
	number *= question->scale;
	if (!(number >= question->least && number <= question->most))
		return -EBADMSG;
	put(ret, question->metric, "", number);
	if (question->also)
		put(ret, question->also, "", number);
	return 0;
}

/* throttled=0x50005 */
static int throttled_parse(const char *text, uint32_t *ret)
{
	struct scan all = scan_text(text), line, key, word;
	uint64_t bits;

	if (!scan_line(&all, &line) || !scan_key(&line, '=', &key) || !scan_is(key, "throttled") ||
		!scan_word(&line, &word) || !scan_starts(word, "0x"))
		return -EBADMSG;
	word.at += 2;
	if (!scan_hex(&word, &bits) || bits > UINT32_MAX)
		return -EBADMSG;
	*ret = (uint32_t)bits;
	return 0;
}

static int put_pmic(const struct question *question, const char *reply, struct slice *ret)
{
	struct pmic pmic;
	int r = pmic_parse(reply, &pmic);

	(void)question;
	if (r < 0)
		return r;
	put(ret, PI_WATTS, "", pmic.watts);
	put(ret, PI_INPUT_VOLTAGE, "", pmic.input);
	put(ret, PI_RTC_VOLTAGE, "", pmic.battery);
	return 0;
}

static int put_version(const struct question *question, const char *reply, struct slice *ret)
{
	char version[TEXT_SIZE];
	int r = release_parse(reply, version, sizeof(version));

	if (r == 0)
		put_text(ret, question->metric, "", version);
	return r;
}

/* Only the 3D unit and the card's clock may stand still; 0 elsewhere means that it is not known. */
static const struct question questions[QUESTIONS] = {
	{"get_throttled", 0, NULL, "", 0, 0, 0, NO_METRIC, NO_METRIC}, /* see put_throttled() */
	{"measure_temp", 0, put_number, "'C", 1, -60, 250, GPU_TEMPERATURE, NO_METRIC},
	{"measure_volts core", 0, put_number, "V", 1, 0.1, 10, PI_CORE_VOLTAGE, NO_METRIC},
	{"measure_clock arm", 0, put_number, "", 1, 1, 1e11, CLOCK_ARM, NO_METRIC},
	{"measure_clock v3d", 0, put_number, "", 1, 0, 1e11, GPU_V3D_CLOCK, CLOCK_V3D},
	{"pmic_read_adc", 0, put_pmic, "", 0, 0, 0, NO_METRIC, NO_METRIC},
	{"measure_clock core", 60, put_number, "", 1, 1, 1e11, CLOCK_CORE, NO_METRIC},
	{"measure_clock sdram", 60, put_number, "", 1, 1, 1e11, CLOCK_SDRAM, NO_METRIC},
	{"measure_clock emmc", 60, put_number, "", 1, 0, 1e11, CLOCK_EMMC, NO_METRIC},
	{"get_mem gpu", ONCE, put_number, "M", MIB, MIB, 65536 * MIB, GPU_MEMORY, NO_METRIC},
	{"version", ONCE, put_version, "", 0, 0, 0, HARDWARE_FIRMWARE, NO_METRIC},
	{"bootloader_version", ONCE, put_version, "", 0, 0, 0, HARDWARE_BOOTLOADER, NO_METRIC},
};

/* In the order of the firmware's bits. */
static const struct {
	enum metric_id now, occurred;
} throttle_metrics[] = {
	{PI_UNDER_VOLTAGE, PI_UNDER_VOLTAGE_OCCURRED},
	{PI_FREQ_CAPPED, PI_FREQ_CAPPED_OCCURRED},
	{PI_THROTTLED, PI_THROTTLED_OCCURRED},
	{PI_SOFT_TEMP_LIMIT, PI_SOFT_TEMP_LIMIT_OCCURRED},
};

/* Did the voltage fall since last time?  Now, or in between: then only the sticky bit is new. */
static bool dipped(uint32_t before, uint32_t now)
{
	uint32_t risen = now & ~before;

	return risen & UNDER_VOLTAGE ||
	       (risen & UNDER_VOLTAGE << OCCURRED_SHIFT && !((before | now) & UNDER_VOLTAGE));
}

/*
 * "Has occurred" is since boot, but anybody may clear it, and the property tag's the kernel clears
 * every two seconds: so what was seen once is kept here.  The kernel's own alarm counts as seen.
 */
static int put_throttled(
	struct videocore *videocore, const struct root *root, const char *reply, struct slice *ret)
{
	uint32_t bits, now;
	bool low = false, alarmed = undervoltage_read(root, videocore->alarm, &low) == 0;
	int r = throttled_parse(reply, &bits);

	if (r < 0)
		return r;
	now = bits | (low ? UNDER_VOLTAGE : 0);
	videocore->throttle_occurred |= bits | (now & NOW) << OCCURRED_SHIFT;
	if (undervoltage.occurred)
		videocore->throttle_occurred |= UNDER_VOLTAGE << OCCURRED_SHIFT;
	videocore->dips += videocore->throttle_known && dipped(videocore->throttle, bits);
	videocore->throttle = bits;
	videocore->throttle_known = true;
	for (size_t i = 0; i < ARRAY_LEN(throttle_metrics); i++) {
		put(ret, throttle_metrics[i].now, "", now >> i & 1);
		put(ret, throttle_metrics[i].occurred, "",
			videocore->throttle_occurred >> (i + OCCURRED_SHIFT) & 1);
	}
	if (!alarmed) /* else collect/undervoltage.c knows of every one */
		put(ret, PI_UNDER_VOLTAGE_EVENTS, "", videocore->dips);
	return 0;
}

/* 0, or negative errno if there is no use in asking anything else now. */
static int ask(struct videocore *videocore, size_t i, const struct root *root, double now)
{
	const struct question *question = &questions[i];
	struct answer *answer = &videocore->answers[i];
	char reply[4096];
	ssize_t n = root_firmware(root, question->command, reply, sizeof(reply));
	int r;

	slice_clear(&answer->said);
	answer->due = n == -EOPNOTSUPP ? INFINITY : n < 0 ? now : now + question->pace;
	if (n < 0)
		return n == -EOPNOTSUPP || n == -EBADMSG ? 0 : (int)n;
	r = question->put ? question->put(question, reply, &answer->said)
			  : put_throttled(videocore, root, reply, &answer->said);
	if (r < 0)
		slice_clear(&answer->said);
	return 0;
}

/* Time passes only for this machine, not for a captured one. */
static int ask_all(struct videocore *videocore, const struct root *root)
{
	double now = clock_now();
	bool patient = root_live(root) && !root_watched(root);

	if (patient && videocore->asked > 0 &&
		now < videocore->asked + (videocore->trouble ? REST : LEAST_PACE))
		return videocore->trouble;
	videocore->asked = now;
	videocore->trouble = 0;
	for (size_t i = 0; i < QUESTIONS && videocore->trouble == 0; i++)
		if (!patient || now >= videocore->answers[i].due)
			videocore->trouble = ask(videocore, i, root, now);
	return videocore->trouble;
}

static int videocore_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct videocore *videocore = state;
	int r = ask_all(videocore, root);

	(void)config;
	if (r < 0)
		return r;
	for (const struct answer *answer = videocore->answers;
		answer < videocore->answers + QUESTIONS; answer++)
		for (size_t i = 0; i < answer->said.n; i++) {
			const struct reading *reading = &answer->said.at[i];

			if (catalogue[reading->metric].kind == TEXT)
				put_text(ret, reading->metric, "", reading->text);
			else
				put(ret, reading->metric, "", reading->number);
		}
	return ret->n ? 0 : -ENODATA;
}

static void videocore_forget(void *state)
{
	struct videocore *videocore = state;

	for (size_t i = 0; i < QUESTIONS; i++)
		slice_free(&videocore->answers[i].said);
}

const struct collector collect_videocore = {
	.name = "videocore",
	.gives = "gpu.* !gpu.usage power.* !power.supply_current_max !power.usb_* clocks.* "
		 "hardware.firmware hardware.bootloader",
	.interval = 10,
	.lane = LANE_FIRMWARE,
	.state = sizeof(struct videocore),
	.forget = videocore_forget,
	.collect = videocore_collect,
};
