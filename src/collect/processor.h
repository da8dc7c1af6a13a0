#pragma once
/*
 * What a processor is called on ARM, where /proc/cpuinfo has numbers or less than that
 * ("ARMv7 Processor rev 3").  Pure: text in, words out.
 */
#include <stdbool.h>
#include <stddef.h>

/* A device tree's list of what the machine is compatible with, each with its NUL, the board first
 * and the chip last: "raspberrypi,4-model-b\0brcm,bcm2711\0" → "BCM2711". */
bool processor_chip(const char *compatible, size_t n, char *ret, size_t size);

/* The cores of /proc/cpuinfo: "Cortex-A72", "Cortex-A53 + Cortex-A72". */
bool processor_cores(const char *cpuinfo, char *ret, size_t size);
