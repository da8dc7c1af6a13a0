/*
 * /api/history and /api/export: questions to the history, which answers when its disk lets it, and
 * in pieces.
 */
#include "answers.h"
#include "mem.h"
#include "text.h"
#include "views.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HOUR_SECONDS 3600
#define HOURS_MAX 168
#define POINTS 500
#define NAMES_MAX 32

/* An answer that is being made. */
struct pending {
	struct routes *routes;
	struct pending *next;
	struct http_peer *peer;
	struct history_question *question;
	bool table, begun;
};

static void forget(struct pending *pending)
{
	struct pending **at = &pending->routes->pending;

	while (*at != pending)
		at = &(*at)->next;
	*at = pending->next;
	free(pending);
}

static void more(void *self)
{
	struct pending *pending = self;

	history_more(pending->question);
}

/* The peer has all, or has gone. */
static void end(void *self)
{
	struct pending *pending = self;

	if (pending->question)
		history_leave(pending->question);
	forget(pending);
}

void history_gone(struct routes *routes, struct http_peer *peer)
{
	for (struct pending *at = routes->pending; at; at = at->next) {
		if (at->peer == peer && !at->begun) {
			end(at);
			return;
		}
	}
}

static const char *type_of(const struct pending *pending)
{
	return pending->table ? "text/csv; charset=utf-8" : "application/json";
}

static const char *extra_of(const struct pending *pending, int status)
{
	return pending->table && status == 200
		       ? "Content-Disposition: attachment; filename=pistat_export.csv\r\n"
		       : "";
}

/* What fits in one piece has a length. */
static void piece(void *self, int status, char *text, size_t n, bool last)
{
	struct pending *pending = self;
	struct http_peer *peer = pending->peer;
	const char *type = type_of(pending), *extra = extra_of(pending, status);

	if (last)
		pending->question = NULL;
	if (pending->begun) {
		http_stream(peer, text, n, last);
	} else if (last) {
		forget(pending);
		http_answer(peer, status, type, extra, text, n);
	} else {
		pending->begun = true;
		http_answer_stream(peer, status, type, extra,
			(struct http_stream){more, end, pending}, text, n);
	}
}

static void ask(
	struct routes *routes, struct http_peer *peer, const struct history_request *request)
{
	struct pending *pending = xcalloc(1, sizeof(*pending));

	*pending = (struct pending){.routes = routes,
		.next = routes->pending,
		.peer = peer,
		.table = request->form == HISTORY_TABLE};
	routes->pending = pending;
	if (history_ask(routes->history, request, piece, pending, &pending->question) < 0) {
		forget(pending);
		http_refuse(peer, 503, "Retry-After: 5\r\n",
			"too many questions about the past at a time");
	}
}

/* The names of /api/current, and where in /stats their values are. */
static size_t current_names(const struct routes *routes, struct history_name names[NAMES_MAX])
{
	const struct snapshot *latest = sampler_latest(routes->sampler);
	size_t n = 0;

	for (const struct view_row *row = view_current; row->path && n < NAMES_MAX; row++) {
		const struct metric *metric = &catalogue[row->metric];
		char slug[KEY_SIZE];
		struct reading reading = {.metric = row->metric, .slug = ""};
		const struct reading *primary =
			latest ? snapshot_find(latest, NET_PRIMARY, "") : NULL;

		if (row->metric == TIMESTAMP)
			continue;
		if (row->over == LIST) {
			reading.slug = "*";
		} else if (row->over == KEYED) {
			reading.slug = row->key;
		} else if (row->over == PRIMARY_INTERFACE && primary) {
			text_slug(slug, sizeof(slug), primary->text);
			reading.slug = slug;
		}
		names[n].name = row->path;
		names[n].path[0] = '\0';
		if (metric->family == HOST || *reading.slug)
			reading_path(&reading, '.', names[n].path, sizeof(names[n].path));
		n++;
	}
	return n;
}

static double now(void)
{
	struct timespec wall = {0};

	clock_gettime(CLOCK_REALTIME, &wall);
	return (double)wall.tv_sec + (double)wall.tv_nsec / 1e9;
}

/* 0 and *ret untouched without the parameter. */
static int number_of(
	const struct http_request *request, const char *name, double greatest, double *ret)
{
	char text[32];
	double number;

	if (!http_parameter(request->query, name, text, sizeof(text)))
		return 0;
	if (!text_to_double(text, &number) || number < 0 || number > greatest)
		return -EINVAL;
	*ret = number;
	return 1;
}

static bool refused(struct routes *routes, struct http_peer *peer)
{
	if (!routes->history)
		http_refuse(peer, 404, "", "no history is kept (history.enabled)");
	return !routes->history;
}

/* Everything is held to HOURS_MAX; where only metric and hours are given, the answer is a plain
 * list. */
static const char *read_range(const struct http_request *request, struct history_request *ret)
{
	double hours = ret->form == HISTORY_TABLE ? 24 : 1, points = POINTS;
	int given;

	ret->to = now();
	if (number_of(request, "hours", INFINITY, &hours) < 0)
		return "hours must be a number from 0 to 168";
	if (hours > HOURS_MAX)
		hours = HOURS_MAX;
	ret->from = ret->to - hours * HOUR_SECONDS;
	if (ret->form == HISTORY_TABLE)
		return NULL;
	given = number_of(request, "from", 1e11, &ret->from);
	if (given < 0)
		return "from must be Unix seconds";
	if (given)
		ret->form = HISTORY_BUCKETS;
	given = number_of(request, "to", 1e11, &ret->to);
	if (given < 0)
		return "to must be Unix seconds";
	if (given)
		ret->form = HISTORY_BUCKETS;
	given = number_of(request, "points", HISTORY_POINTS_MAX, &points);
	if (given < 0 || points < 1)
		return "points must be a number from 1 to 5000";
	if (given || strchr(ret->metrics, ','))
		ret->form = HISTORY_BUCKETS;
	ret->points = (unsigned)points;
	return NULL;
}

void history_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	struct history_name names[NAMES_MAX];
	char metrics[HTTP_REQUEST_SIZE] = "cpu_percent";
	struct history_request asked = {.form = HISTORY_VALUES, .metrics = metrics, .names = names};
	const char *wrong;

	(void)route;
	if (refused(routes, peer))
		return;
	(void)http_parameter(request->query, "metric", metrics, sizeof(metrics));
	asked.names_n = current_names(routes, names);
	asked.latest = sampler_latest(routes->sampler);
	wrong = read_range(request, &asked);
	if (wrong)
		http_refuse(peer, 400, "", wrong);
	else
		ask(routes, peer, &asked);
}

void export_answer(struct routes *routes, struct http_peer *peer,
	const struct http_request *request, const struct route *route)
{
	struct history_name names[NAMES_MAX];
	struct history_request asked = {.form = HISTORY_TABLE, .names = names};
	const char *wrong;

	(void)route;
	if (refused(routes, peer))
		return;
	asked.names_n = current_names(routes, names);
	wrong = read_range(request, &asked);
	if (wrong)
		http_refuse(peer, 400, "", wrong);
	else
		ask(routes, peer, &asked);
}
