/*
 * Memory and swap, from /proc/meminfo (proc_meminfo(5)) or /proc/swaps; what was swapped and
 * killed, from /proc/vmstat.
 */
#include "collector.h"
#include "mem.h"
#include "scan.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

#define KIB 1024.0

enum {
	TOTAL,
	FREE,
	AVAILABLE,
	BUFFERS,
	CACHED,
	RECLAIMABLE,
	SHARED,
	DIRTY,
	S_TOTAL,
	S_FREE,
	AMOUNTS
};

static const char *const amounts[AMOUNTS] = {
	[TOTAL] = "MemTotal",
	[FREE] = "MemFree",
	[AVAILABLE] = "MemAvailable", /* Linux 3.14 */
	[BUFFERS] = "Buffers",
	[CACHED] = "Cached",
	[RECLAIMABLE] = "SReclaimable",
	[SHARED] = "Shmem",
	[DIRTY] = "Dirty",
	[S_TOTAL] = "SwapTotal",
	[S_FREE] = "SwapFree",
};

/*
 * MemTotal:        3884340 kB
 * ShadowCallStack:10373888 kB        the blank after the colon is no promise
 * HugePages_Total:       0           nor is the unit
 *
 * In bytes; NAN for what the kernel does not say.
 */
static int meminfo_parse(const char *text, double ret[static AMOUNTS])
{
	double bytes[AMOUNTS];
	struct scan s = scan_text(text), line, key;
	uint64_t kib;

	for (size_t i = 0; i < AMOUNTS; i++)
		bytes[i] = NAN;
	while (scan_line(&s, &line)) {
		if (!scan_key(&line, ':', &key))
			continue;
		for (size_t i = 0; i < AMOUNTS; i++)
			if (scan_is(key, amounts[i]) && scan_u64(&line, &kib))
				bytes[i] = (double)kib * KIB;
	}
	if (!(bytes[TOTAL] > 0) || isnan(bytes[FREE]))
		return -EBADMSG;
	for (size_t i = 0; i < AMOUNTS; i++)
		ret[i] = bytes[i];
	return 0;
}

enum { OOM_KILLS, PAGES_IN, PAGES_OUT, EVENTS };

static const char *const events[EVENTS] = {
	[OOM_KILLS] = "oom_kill", /* Linux 4.13 */
	[PAGES_IN] = "pswpin",
	[PAGES_OUT] = "pswpout",
};

/*
 * pswpin 0
 * pswpout 12
 * oom_kill 1
 *
 * NAN for what the kernel does not say.
 */
static void vmstat_parse(const char *text, double ret[static EVENTS])
{
	struct scan s = scan_text(text), line, key;
	uint64_t number;

	for (size_t i = 0; i < EVENTS; i++)
		ret[i] = NAN;
	while (scan_line(&s, &line)) {
		if (!scan_word(&line, &key))
			continue;
		for (size_t i = 0; i < EVENTS; i++)
			if (scan_is(key, events[i]) && scan_u64(&line, &number))
				ret[i] = (double)number;
	}
}

static double present(double amount)
{
	return isnan(amount) ? 0 : amount;
}

/*
 * What programs can have without swapping.  Old kernels do not say, and some containers say more
 * than there is: lxcfs shows the container's total beside the host's rest.
 */
static double available(const double memory[static AMOUNTS])
{
	double bytes = memory[AVAILABLE];

	if (bytes > memory[TOTAL])
		bytes = memory[FREE];
	else if (!(bytes > 0))
		bytes = memory[FREE] + present(memory[BUFFERS]) + present(memory[CACHED]) +
			present(memory[RECLAIMABLE]) - present(memory[SHARED]);
	return fmin(fmax(bytes, 0), memory[TOTAL]);
}

static void put_memory(struct slice *slice, const double memory[static AMOUNTS])
{
	double total = memory[TOTAL], used = total - available(memory);

	put(slice, MEMORY_TOTAL, "", total);
	put(slice, MEMORY_AVAILABLE, "", total - used);
	put(slice, MEMORY_USED, "", used);
	put(slice, MEMORY_FREE, "", memory[FREE]);
	put(slice, MEMORY_BUFFERS, "", memory[BUFFERS]);
	put(slice, MEMORY_CACHED, "", memory[CACHED] + present(memory[RECLAIMABLE]));
	put(slice, MEMORY_SHARED, "", memory[SHARED]);
	put(slice, MEMORY_DIRTY, "", memory[DIRTY]);
	put(slice, MEMORY_PERCENT, "", 100 * used / total);
}

/* Without swap total, used and free are 0, and 0/0 is no percentage: put() drops it. */
static void put_swap(struct slice *slice, const double memory[static AMOUNTS])
{
	double total = memory[S_TOTAL], used = fmax(total - memory[S_FREE], 0);

	if (isnan(total) || isnan(memory[S_FREE]))
		return;
	put(slice, SWAP_TOTAL, "", total);
	put(slice, SWAP_USED, "", used);
	put(slice, SWAP_FREE, "", memory[S_FREE]);
	put(slice, SWAP_PERCENT, "", 100 * used / total);
}

/*
 * Filename				Type		Size	Used	Priority
 * /var/swap                              	file    	102396	0	-2
 *
 * The same sums, where a copied machine has nothing of memory but this.
 */
static int put_swaps(struct slice *slice, const struct root *root)
{
	double memory[AMOUNTS] = {[S_TOTAL] = 0, [S_FREE] = 0};
	auto_free char *text = NULL;
	struct scan all, line;
	uint64_t size, used;
	ssize_t n = root_read(root, "/proc/swaps", &text);

	if (n <= 0)
		return -ENOENT;
	for (all = scan_text(text); scan_line(&all, &line);)
		if (scan_skip_words(&line, 2) && scan_u64(&line, &size) && scan_u64(&line, &used) &&
			used <= size) {
			memory[S_TOTAL] += (double)size * KIB;
			memory[S_FREE] += (double)(size - used) * KIB;
		}
	put_swap(slice, memory);
	return 0;
}

/* A Raspberry Pi 5 has pages of 16 KiB. */
static double page_size(const struct root *root)
{
	double bytes;

	if (root_live(root))
		return (double)sysconf(_SC_PAGESIZE);
	return root_read_number(root, "/captured/pagesize", &bytes) == 0 ? bytes : 4096;
}

static int memory_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char *text = NULL;
	double memory[AMOUNTS];
	ssize_t n = root_read(root, "/proc/meminfo", &text);
	int r;

	(void)state, (void)config;
	if (n == -ENOENT)
		return put_swaps(ret, root);
	if (n < 0)
		return (int)n;
	r = meminfo_parse(text, memory);
	if (r < 0)
		return r;
	put_memory(ret, memory);
	put_swap(ret, memory);
	return 0;
}

static int paging_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	auto_free char *text = NULL;
	double counts[EVENTS], page = page_size(root);
	ssize_t n = root_read(root, "/proc/vmstat", &text);

	(void)state, (void)config;
	if (n < 0)
		return (int)n;
	vmstat_parse(text, counts);
	put(ret, MEMORY_OOM_KILLS, "", counts[OOM_KILLS]);
	put(ret, SWAP_IN, "", counts[PAGES_IN] * page);
	put(ret, SWAP_OUT, "", counts[PAGES_OUT] * page);
	return ret->n ? 0 : -ENODATA;
}

const struct collector collect_memory = {
	.name = "memory",
	.gives = "memory.* !memory.oom_kills swap.* !swap.in !swap.out",
	.collect = memory_collect,
};

const struct collector collect_paging = {
	.name = "paging",
	.gives = "memory.oom_kills swap.in swap.out",
	.interval = 5, /* the kernel adds up all its counters of all CPUs for three of them */
	.collect = paging_collect,
};
