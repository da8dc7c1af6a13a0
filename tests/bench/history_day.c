/*
 * What the history costs a disk: days of samples of a Raspberry Pi that is not idle, as fast as
 * they can be written, by a clock of their own.  Measured is the last day, in which every batch
 * reaches the disk before the next, as it does when minutes lie between them. usage:
 * history_day FOLDER [DAYS [INTERVAL [BATCH]]]; prints JSON.
 */
#include "../../src/base/mem.h"
#include "../../src/history/history_question.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define BEGIN INT64_C(1700006400000) /* a midnight */

static double noise(double spread)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return ((double)(state >> 11) / 9007199254740992.0 * 2 - 1) * spread;
}

/* What a value does from one sample to the next. */
static double walk(double *value, double spread, double least, double greatest)
{
	*value += noise(spread);
	*value = *value < least ? least : *value > greatest ? greatest : *value;
	return *value;
}

/* One that comes in bursts: traffic, disks. */
static double burst(double base)
{
	return noise(1) > 0.8 ? base * (10 + noise(10)) : base + noise(base);
}

static void put_processor(struct slice *slice)
{
	static double usage = 20, temperature = 50, load[3] = {0.5, 0.5, 0.5};
	static const char *const windows[] = {"1m", "5m", "15m"};
	static const char *const cores[] = {"0", "1", "2", "3"};

	put(slice, CPU_USAGE, "", walk(&usage, 8, 2, 100));
	put(slice, CPU_TEMP, "", walk(&temperature, 0.6, 40, 80));
	put(slice, GPU_TEMPERATURE, "", temperature + noise(0.4));
	put(slice, CPU_FREQ, "", noise(1) > 0.5 ? 1500 : 600);
	put(slice, CLOCK_ARM, "", noise(1) > 0.5 ? 1500398464 : 600117184);
	put(slice, CPU_USER, "", usage * 0.6 + noise(2));
	put(slice, CPU_SYSTEM, "", usage * 0.3 + noise(1));
	put(slice, CPU_IOWAIT, "", fabs(noise(1)));
	for (size_t i = 0; i < ARRAY_LEN(cores); i++)
		put(slice, CORE_USAGE, cores[i], fabs(usage + noise(15)));
	for (size_t i = 0; i < ARRAY_LEN(windows); i++)
		put(slice, LOAD, windows[i], walk(&load[i], 0.05, 0, 4));
	put(slice, PRESSURE_CPU_SOME, "", fabs(noise(3)));
	put(slice, PRESSURE_MEMORY_SOME, "", 0);
	put(slice, PRESSURE_IO_SOME, "", fabs(noise(1)));
	put(slice, PI_CORE_VOLTAGE, "", noise(1) > 0.9 ? 0.85 : 0.8625);
}

static void put_memory(struct slice *slice)
{
	static double available = 2.5e9, disk = 8e9, total = 3.9e9, size = 31e9;

	available = floor(walk(&available, 4e6, 1e9, 3.5e9) / 1024) * 1024;
	put(slice, MEMORY_TOTAL, "", total);
	put(slice, MEMORY_AVAILABLE, "", available);
	put(slice, MEMORY_USED, "", total - available);
	put(slice, MEMORY_PERCENT, "", 100 * (total - available) / total);
	put(slice, SWAP_PERCENT, "", 0);
	if (noise(1) > 0.6)
		disk = floor((disk + fabs(noise(1e5))) / 4096) * 4096;
	put(slice, MAIN_TOTAL, "", size);
	put(slice, MAIN_USED, "", disk);
	put(slice, MAIN_FREE, "", size - disk);
	put(slice, MAIN_PERCENT, "", 100 * disk / size);
	put(slice, FS_PERCENT, "/", 100 * disk / size);
	put(slice, FS_PERCENT, "/boot/firmware", 14.8);
	put(slice, IO_READ_RATE, "", noise(1) > 0.7 ? fabs(noise(1e6)) : 0);
	put(slice, IO_WRITE_RATE, "", burst(8e3));
	put(slice, IO_BUSY, "", fabs(noise(3)));
	put(slice, STORAGE_ERRORS, "", 0);
}

static void put_network(struct slice *slice)
{
	static const char *const interfaces[] = {"eth0", "wlan0"};
	static double sent[2], received[2];

	for (size_t i = 0; i < ARRAY_LEN(interfaces); i++) {
		double out = burst(2e3), in = burst(5e3);

		put(slice, NET_SEND_RATE, interfaces[i], out);
		put(slice, NET_RECV_RATE, interfaces[i], in);
		put(slice, NET_SENT, interfaces[i], sent[i] += floor(out * 10));
		put(slice, NET_RECV, interfaces[i], received[i] += floor(in * 10));
	}
	put(slice, NET_SIGNAL, "wlan0", -58 + noise(2));
	put(slice, NET_CONNECTIONS, "", 12 + noise(3));
}

static struct snapshot sample(int64_t time)
{
	const struct slice *all[1];
	struct slice slice = {0};
	struct snapshot snapshot;

	put(&slice, UPTIME, "", (double)(time - BEGIN) / 1000);
	put_processor(&slice);
	put_memory(&slice);
	put_network(&slice);
	put(&slice, SYSTEM_USERS, "", 1);
	put(&slice, SYSTEM_FAILED_UNITS, "", 0);
	put(&slice, SYSTEM_PACKAGES_UPGRADABLE, "", 12);
	put(&slice, PROCESSES_TOTAL, "", 140 + noise(4));
	put(&slice, AGENT_RSS, "", 5e6 + floor(noise(3)) * 4096);
	put(&slice, AGENT_CPU, "", 0.05 + fabs(noise(0.02)));
	all[0] = &slice;
	snapshot = snapshot_seal(all, 1, (double)time / 1000, (double)time / 1000);
	slice_free(&slice);
	return snapshot;
}

/* What this process caused to be written to a disk. */
static long long written(void)
{
	char line[128];
	long long bytes = 0;
	FILE *io = fopen("/proc/self/io", "re");

	while (io && fgets(line, sizeof(line), io))
		(void)sscanf(line, "write_bytes: %lld", &bytes);
	if (io)
		fclose(io);
	return bytes;
}

static void to_disk(const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)fdatasync(fd);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Milliseconds for one question, and how long the answer is. */
static double asked(struct store *store, enum history_form form, const char *metrics, int64_t from,
	int64_t to, unsigned points, size_t *ret_n)
{
	struct question question = {.form = form,
		.from = from,
		.to = to,
		.interval = 10 * SECOND,
		.points = points,
		.metrics = xstrdup(metrics)};
	double begun = seconds();

	*ret_n = 0;
	while (!question.ended) {
		question_work(&question, store);
		*ret_n += question.text.n;
		question.text.n = 0;
	}
	question_clear(&question);
	return (seconds() - begun) * 1000;
}

static void tell(struct store *store, int64_t end)
{
	static const struct {
		const char *name, *metrics;
		enum history_form form;
		int64_t back;
		unsigned points;
	} questions[] = {
		{"week_of_values", "cpu_usage", HISTORY_VALUES, 7 * DAY, 0},
		{"week_in_500_points", "cpu_usage", HISTORY_BUCKETS, 7 * DAY, 500},
		{"month_of_four_in_500_points", "cpu_usage,cpu_temp,memory.percent,load_avg.1m",
			HISTORY_BUCKETS, 30 * DAY, 500},
		{"day_of_values", "cpu_usage", HISTORY_VALUES, DAY, 0},
		{"day_as_csv", "", HISTORY_TABLE, DAY, 0},
	};
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		double taken = asked(store, questions[i].form, questions[i].metrics,
			end - questions[i].back, end, questions[i].points, &n);

		printf(", \"%s_ms\": %.1f, \"%s_bytes\": %zu", questions[i].name, taken,
			questions[i].name, n);
	}
}

int main(int argc, char **argv)
{
	int64_t days = argc > 2 ? atoi(argv[2]) : 1;
	int64_t interval = (int64_t)((argc > 3 ? atof(argv[3]) : 10) * 1000);
	int64_t span = (argc > 4 ? atoi(argv[4]) : 600) * SECOND, end = BEGIN + days * DAY;
	auto_free char *path = xasprintf("%s/history.db", argc > 1 ? argv[1] : ".");
	auto_free char *log_path = xasprintf("%s-wal", path);
	struct store *store = store_new(path, 7, true);
	struct all_series series = {0};
	struct batch *batch = NULL;
	long long before = 0;
	struct stat database = {0}, log = {0};

	for (int64_t time = BEGIN; time < end; time += interval) {
		struct snapshot snapshot = sample(time);

		if (batch && time % span < interval) {
			if (store_write(store, batch) < 0)
				return 1;
			if (time >= end - DAY) {
				to_disk(log_path);
				to_disk(path);
			}
			batch_free(batch);
			batch = NULL;
		}
		if (time == end - DAY)
			before = written();
		if (!batch)
			batch = batch_new((size_t)(span / interval) + 2);
		batch_add(batch, &series, &snapshot, time);
		snapshot_free(&snapshot);
	}
	before = written() - before;
	(void)stat(path, &database);
	(void)stat(log_path, &log);
	printf("{\"series\": %zu, \"days\": %lld, \"written_per_day\": %lld, \"database\": %lld, "
	       "\"log\": %lld",
		series.n, (long long)days, before, (long long)database.st_size,
		(long long)log.st_size);
	tell(store, end);
	printf("}\n");
	batch_free(batch);
	store_free(store);
	all_series_free(&series);
	return 0;
}
