/*
 * root_nvidia() of root_devices.h: NVIDIA's cards by its library, whose functions and structures
 * are documented in https://docs.nvidia.com/deploy/nvml-api/.  It is loaded when the driver's
 * device is there, once, and stays: it belongs to the lane of the cards.
 *
 * The device is asked for first because nvmlInit_v2() without it starts a program of NVIDIA's that
 * loads the driver.
 */
#include "clock.h"
#include "mem.h"
#include "root_devices.h"
#include "root_private.h"
#include "text.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef NVIDIA_DEVICE
#define NVIDIA_DEVICE "/dev/nvidiactl"
#endif
#ifndef NVML_LIBRARY
#define NVML_LIBRARY "libnvidia-ml.so.1"
#endif

/* Seconds until the library is asked to begin again, after it could not or a card was lost. */
#define BEGIN_AGAIN 60

enum nvml_return {
	NVML_SUCCESS = 0,
	NVML_UNINITIALIZED = 1,
	NVML_NO_PERMISSION = 4,
	NVML_DRIVER_NOT_LOADED = 9,
	NVML_GPU_IS_LOST = 15,
	NVML_RESET_REQUIRED = 16,
	NVML_LIB_RM_VERSION_MISMATCH = 18,
};

struct nvml_pci {
	char old_address[16];
	unsigned domain, bus, device, device_id, subsystem_id;
	char address[32];
};

struct nvml_utilization {
	unsigned gpu, memory; /* % */
};

struct nvml_memory { /* bytes; used includes what the driver reserves */
	unsigned long long total, free, used;
};

struct nvml_memory_v2 {
	unsigned version;
	unsigned long long total, reserved, free, used;
};

struct nvml_temperature {
	unsigned version;
	int sensor, celsius;
};

/* "Of this size, in this version." */
#define VERSION(type, number) ((unsigned)sizeof(type) | (unsigned)(number) << 24)

static struct nvml {
	void *library;
	bool begun;
	double rest; /* CLOCK_MONOTONIC seconds; do not begin before */
	int (*init)(void);
	int (*shutdown)(void);
	int (*count)(unsigned *ret);
	int (*handle)(unsigned index, void **ret);
	int (*pci)(void *card, struct nvml_pci *ret);
	/* what may be missing in older or newer drivers */
	int (*name)(void *card, char *ret, unsigned size);
	int (*utilization)(void *card, struct nvml_utilization *ret);
	int (*memory)(void *card, struct nvml_memory *ret);
	int (*memory_v2)(void *card, struct nvml_memory_v2 *ret);
	int (*temperature)(void *card, int sensor, unsigned *ret_celsius);
	int (*temperature_v)(void *card, struct nvml_temperature *ret);
	int (*power)(void *card, unsigned *ret_milliwatts);
	int (*fan)(void *card, unsigned *ret_percent);
	int (*clock)(void *card, int type, unsigned *ret_megahertz);
} nvml;

static const struct {
	const char *symbol;
	size_t place;
	bool needed;
} functions[] = {
	{"nvmlInit_v2", offsetof(struct nvml, init), true},
	{"nvmlShutdown", offsetof(struct nvml, shutdown), true},
	{"nvmlDeviceGetCount_v2", offsetof(struct nvml, count), true},
	{"nvmlDeviceGetHandleByIndex_v2", offsetof(struct nvml, handle), true},
	{"nvmlDeviceGetPciInfo_v3", offsetof(struct nvml, pci), true},
	{"nvmlDeviceGetName", offsetof(struct nvml, name), false},
	{"nvmlDeviceGetUtilizationRates", offsetof(struct nvml, utilization), false},
	{"nvmlDeviceGetMemoryInfo", offsetof(struct nvml, memory), false},
	{"nvmlDeviceGetMemoryInfo_v2", offsetof(struct nvml, memory_v2), false},
	{"nvmlDeviceGetTemperature", offsetof(struct nvml, temperature), false},
	{"nvmlDeviceGetTemperatureV", offsetof(struct nvml, temperature_v), false},
	{"nvmlDeviceGetPowerUsage", offsetof(struct nvml, power), false},
	{"nvmlDeviceGetFanSpeed", offsetof(struct nvml, fan), false},
	{"nvmlDeviceGetClockInfo", offsetof(struct nvml, clock), false},
};

static int load(void)
{
	void *library;

	if (nvml.library)
		return 0;
	library = dlopen(NVML_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; library && i < ARRAY_LEN(functions); i++) {
		void *symbol = dlsym(library, functions[i].symbol);

		if (!symbol && functions[i].needed) {
			dlclose(library);
			return -ENOSYS; /* a driver of before 2019 */
		}
		memcpy((char *)&nvml + functions[i].place, &symbol, sizeof(symbol));
	}
	nvml.library = library;
	return library ? 0 : -ENOENT;
}

static int begin(void)
{
	int r;

	if (nvml.begun)
		return 0;
	if (clock_now() < nvml.rest)
		return -EAGAIN;
	r = nvml.init();
	nvml.begun = r == NVML_SUCCESS;
	nvml.rest = nvml.begun ? 0 : clock_now() + BEGIN_AGAIN;
	switch (r) {
	case NVML_SUCCESS:
		return 0;
	case NVML_NO_PERMISSION:
		return -EACCES;
	case NVML_DRIVER_NOT_LOADED:
		return -ENOENT;
	case NVML_LIB_RM_VERSION_MISMATCH: /* upgraded: until the next boot */
		return -ELIBBAD;
	default:
		return -EIO;
	}
}

/* Handles are of no use after a card was lost or reset: find all cards anew, but not all the time.
 */
static void end(void)
{
	(void)nvml.shutdown();
	nvml.begun = false;
	nvml.rest = clock_now() + BEGIN_AGAIN;
}

static void print_memory(FILE *to, void *card)
{
	struct nvml_memory_v2 now = {.version = VERSION(now, 2)};
	struct nvml_memory old;

	if (!nvml.memory_v2 || nvml.memory_v2(card, &now) != NVML_SUCCESS) {
		if (!nvml.memory || nvml.memory(card, &old) != NVML_SUCCESS)
			return;
		now.total = old.total;
		now.used = old.used;
		now.free = old.free;
	}
	fprintf(to, " vram_total=%llu vram_used=%llu vram_free=%llu", now.total, now.used,
		now.free);
}

/* The older function is gone from the newest drivers, the newer one is missing in most. */
static void print_temperature(FILE *to, void *card)
{
	struct nvml_temperature now = {.version = VERSION(now, 1)};
	unsigned celsius;

	if (nvml.temperature_v && nvml.temperature_v(card, &now) == NVML_SUCCESS)
		fprintf(to, " temperature=%d", now.celsius);
	else if (nvml.temperature && nvml.temperature(card, 0, &celsius) == NVML_SUCCESS)
		fprintf(to, " temperature=%u", celsius);
}

/* One line; returns what the library said when it was asked who the card is. */
static int print_card(FILE *to, void *card)
{
	struct nvml_pci pci = {0};
	struct nvml_utilization busy;
	char name[96] = "", word[4 * sizeof(name)];
	unsigned number;
	int r = nvml.pci(card, &pci);

	if (r != NVML_SUCCESS)
		return r;
	/* as the kernel spells it: NVML's own address has a domain of eight digits */
	fprintf(to, "%04x:%02x:%02x.0", pci.domain, pci.bus, pci.device);
	if (nvml.utilization && nvml.utilization(card, &busy) == NVML_SUCCESS)
		fprintf(to, " usage=%u memory_usage=%u", busy.gpu, busy.memory);
	print_memory(to, card);
	print_temperature(to, card);
	if (nvml.power && nvml.power(card, &number) == NVML_SUCCESS)
		fprintf(to, " watts=%u.%03u", number / 1000, number % 1000);
	if (nvml.fan && nvml.fan(card, &number) == NVML_SUCCESS)
		fprintf(to, " fan=%u", number);
	if (nvml.clock && nvml.clock(card, 0, &number) == NVML_SUCCESS)
		fprintf(to, " clock=%u", number);
	if (nvml.name && nvml.name(card, name, sizeof(name)) == NVML_SUCCESS) {
		text_escape(word, sizeof(word), name, strnlen(name, sizeof(name)));
		fprintf(to, " name=%s", word);
	}
	fputc('\n', to);
	return r;
}

static bool lost(int r)
{
	return r == NVML_UNINITIALIZED || r == NVML_GPU_IS_LOST || r == NVML_RESET_REQUIRED;
}

/* A card that is lost is left out; the others go on. */
static int print_cards(FILE *to)
{
	unsigned n = 0;
	int whole = nvml.count(&n);
	bool again = lost(whole);

	for (unsigned i = 0; whole == NVML_SUCCESS && i < n; i++) {
		void *card = NULL;
		int r = nvml.handle(i, &card);

		if (r == NVML_SUCCESS)
			r = print_card(to, card);
		again |= lost(r);
	}
	if (again)
		end();
	return whole == NVML_SUCCESS ? 0 : -EIO;
}

static int ask_all(const struct root *root, char **ret_text, size_t *ret_n)
{
	char *text = NULL;
	FILE *to;
	int r = load();

	if (r < 0)
		return root_failed(root, NVML_LIBRARY, r);
	r = begin();
	if (r < 0)
		return root_failed(root, NVIDIA_DEVICE, r);
	to = open_memstream(&text, ret_n);
	if (!to)
		return -ENOMEM;
	r = print_cards(to);
	if (fclose(to) != 0)
		r = -ENOMEM;
	if (r < 0) {
		free(text);
		return r;
	}
	capture_fact(root, "nvidia", text, true);
	root_seen(root, "NVML", text);
	*ret_text = text;
	return 0;
}

ssize_t root_nvidia(const struct root *root, char **ret_text)
{
	/* A lane that the library never gave back outlives a reload; the next one must not join it.
	 */
	static atomic_flag busy = ATOMIC_FLAG_INIT;
	size_t n = 0;
	int r;

	if (!root_live(root))
		return root_read(root, "/captured/nvidia", ret_text);
	if (!root_exists(root, NVIDIA_DEVICE))
		return -ENOENT;
	if (atomic_flag_test_and_set(&busy))
		return -EBUSY;
	r = ask_all(root, ret_text, &n);
	atomic_flag_clear(&busy);
	return r < 0 ? r : (ssize_t)n;
}
