#pragma once
/*
 * The part of the door (root.h) behind which no file is: devices, libraries and services that are
 * asked.  Every answer is text in one form, whoever gave it, so that a captured machine can give it
 * too.  All may block: only from a lane.  Errors are negative errno.
 */
#include "child.h"
#include "root.h"

/*
 * What the VideoCore firmware answers to a command of vcgencmd ("measure_temp": "temp=47.2'C"), its
 * end trimmed; returns the length.  By /dev/vcio_gencmd, else /dev/vcio, else the property tags
 * that say the same.  Only commands that change nothing.  -ENOENT: no such firmware here, -EACCES,
 * -EOPNOTSUPP: this firmware refuses the command and must not be asked again (each attempt is a
 * line in the kernel's log).  A captured machine: captured/firmware/measure_temp, or
 * vcgencmd/measure_temp, blanks in the command as '_'.
 */
ssize_t root_firmware(const struct root *root, const char *command, char *ret, size_t size);

/* Wi-Fi interfaces that are associated, one line each, in memory the caller frees (nl80211;
 * captured/wifi): "wlan0 signal=-52 receive=65.0 send=72.2 frequency=2437 bssid=02:00:00:00:00:01
 * ssid=Kitchen\040net" (dBm, Mbit/s, MHz; what is not known is left out; mountinfo's octal
 * escapes). */
ssize_t root_wifi(const struct root *root, char **ret_text);

/* The SMART log page of an NVMe controller ("nvme0"), 512 bytes as the specification lays them out;
 * needs CAP_SYS_ADMIN.  captured/nvme/nvme0 holds the bytes. */
int root_nvme_smart(const struct root *root, const char *controller, unsigned char ret[static 512]);

/* NVIDIA cards by NVML, one line each, in memory the caller frees (captured/nvidia): "0000:01:00.0
 * usage=12 memory_usage=3 vram_total=8589934592 vram_used=1073741824 vram_free=7516192768
 * temperature=45 watts=23.105 fan=30 clock=1410 name=NVIDIA\040H200" (%, bytes, °C, W, %, MHz;
 * what a card does not support is left out; mountinfo's octal escapes).  From one lane only, ever:
 * the library stays loaded, and its state is not guarded.  -ENOENT: no such card or no library. */
ssize_t root_nvidia(const struct root *root, char **ret_text);

/* From the system manager, in memory the caller frees; captured/units: "failed 2", then for each
 * name a line "unit ssh.service active running", "unit nope.service not-found". */
ssize_t root_units(const struct root *root, const char *const *names, size_t n, char **ret_text);

/* The reply of an Ollama server to GET <url>/api/ps, JSON in memory the caller frees
 * (captured/ollama).  Errors are those of curl.h. */
ssize_t root_ollama(
	const struct root *root, const char *url, const atomic_bool *stop, char **ret_text);

/* The user's own programs, each with result and output (child.h).  Of a captured machine none is
 * ever run: captured/probes/<name> holds what it wrote. */
void root_children(
	const struct root *root, struct child *children, size_t n, const atomic_bool *stop);
