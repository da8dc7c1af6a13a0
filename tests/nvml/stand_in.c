/*
 * A stand-in for NVIDIA's libnvidia-ml.so.1, with its names, structures and numbers as
 * https://docs.nvidia.com/deploy/nvml-api/ has them, written down a second time on purpose: what
 * src/root/nvml.c believes is compared with this, not with itself.
 */
#include "stand_in.h"

#include <stdio.h>
#include <string.h>

typedef int nvmlReturn_t;
typedef struct nvmlDevice_st *nvmlDevice_t;

#define NVML_SUCCESS 0
#define NVML_ERROR_UNINITIALIZED 1
#define NVML_ERROR_INVALID_ARGUMENT 2
#define NVML_ERROR_NOT_SUPPORTED 3
#define NVML_ERROR_INSUFFICIENT_SIZE 7
#define NVML_ERROR_ARGUMENT_VERSION_MISMATCH 25

struct nvmlDevice_st {
	unsigned index;
};

typedef struct {
	char busIdLegacy[16];
	unsigned int domain;
	unsigned int bus;
	unsigned int device;
	unsigned int pciDeviceId;
	unsigned int pciSubSystemId;
	char busId[32];
} nvmlPciInfo_t;

typedef struct {
	unsigned int gpu;
	unsigned int memory;
} nvmlUtilization_t;

typedef struct {
	unsigned long long total;
	unsigned long long free;
	unsigned long long used;
} nvmlMemory_t;

typedef struct {
	unsigned int version;
	unsigned long long total;
	unsigned long long reserved;
	unsigned long long free;
	unsigned long long used;
} nvmlMemory_v2_t;

typedef struct {
	unsigned int version;
	int sensorType;
	int temperature;
} nvmlTemperature_t;

#ifdef __LP64__
_Static_assert(sizeof(nvmlPciInfo_t) == 68, "nvmlPciInfo_t");
_Static_assert(sizeof(nvmlMemory_t) == 24, "nvmlMemory_t");
_Static_assert(sizeof(nvmlMemory_v2_t) == 40, "nvmlMemory_v2_t");
_Static_assert(sizeof(nvmlTemperature_t) == 12, "nvmlTemperature_t");
#endif

struct stand_in *stand_in(void);
nvmlReturn_t nvmlInit_v2(void);
nvmlReturn_t nvmlShutdown(void);
nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count);
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device);
nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci);
nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length);
nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization);
nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory);
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory);
nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, int sensorType, unsigned int *temp);
nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_t *temperature);
nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *power);
nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t device, unsigned int *speed);
nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, int type, unsigned int *clock);

static struct stand_in now;
static struct nvmlDevice_st devices[STAND_IN_CARDS] = {{0}, {1}, {2}};

struct stand_in *stand_in(void)
{
	return &now;
}

static bool ready(void)
{
	now.asked++;
	return now.inits > now.shutdowns;
}

/* What everything answers that a card may not have. */
static nvmlReturn_t optional(void)
{
	if (!ready())
		return NVML_ERROR_UNINITIALIZED;
	return now.bare ? NVML_ERROR_NOT_SUPPORTED : NVML_SUCCESS;
}

nvmlReturn_t nvmlInit_v2(void)
{
	now.inits += now.init == NVML_SUCCESS;
	return now.init;
}

nvmlReturn_t nvmlShutdown(void)
{
	now.shutdowns++;
	return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count)
{
	if (!ready())
		return NVML_ERROR_UNINITIALIZED;
	*count = now.cards;
	return now.count;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device)
{
	if (!ready())
		return NVML_ERROR_UNINITIALIZED;
	if (index >= now.cards)
		return NVML_ERROR_INVALID_ARGUMENT;
	*device = &devices[index];
	return now.handle[index];
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci)
{
	if (!ready())
		return NVML_ERROR_UNINITIALIZED;
	memset(pci, 0xee, sizeof(*pci));
	pci->domain = device->index == 2 ? 0x10000 : 0;
	pci->bus = device->index ? 0xc1 : 1;
	pci->device = 0;
	pci->pciDeviceId = 0x233510de;
	snprintf(pci->busId, sizeof(pci->busId), "%08X:%02X:%02X.0", pci->domain, pci->bus,
		pci->device);
	snprintf(pci->busIdLegacy, sizeof(pci->busIdLegacy), "%04X:%02X:%02X.0",
		pci->domain & 0xffff, pci->bus & 0xff, pci->device & 0xff);
	return now.pci[device->index];
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length)
{
	(void)device;
	if (length < 96)
		return NVML_ERROR_INSUFFICIENT_SIZE;
	snprintf(name, length, "NVIDIA H200");
	return optional();
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization)
{
	*utilization = (nvmlUtilization_t){12 + device->index, 3};
	return optional();
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory)
{
	(void)device;
	*memory = (nvmlMemory_t){8000000000, 5000000000, 3000000000};
	return optional();
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory)
{
	(void)device;
	if (memory->version != 0x02000028 && sizeof(void *) == 8)
		return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
	if (now.old)
		return NVML_ERROR_NOT_SUPPORTED;
	*memory = (nvmlMemory_v2_t){memory->version, 8000000000, 500000000, 5000000000, 2500000000};
	return optional();
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, int sensorType, unsigned int *temp)
{
	(void)device;
	if (sensorType)
		return NVML_ERROR_INVALID_ARGUMENT;
	*temp = 44;
	return optional();
}

nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_t *temperature)
{
	(void)device;
	if (temperature->version != 0x0100000c || temperature->sensorType)
		return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
	if (now.old)
		return NVML_ERROR_NOT_SUPPORTED;
	temperature->temperature = 45;
	return optional();
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *power)
{
	(void)device;
	*power = 76005;
	return optional();
}

nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t device, unsigned int *speed)
{
	(void)device;
	*speed = 30;
	/* what cools a server's card is the server's */
	return device->index ? NVML_ERROR_NOT_SUPPORTED : optional();
}

nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, int type, unsigned int *clock)
{
	(void)device;
	*clock = type == 0 ? 1410 : 9999;
	return optional();
}
