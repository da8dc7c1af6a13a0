#pragma once
/*
 * What was: every value that the catalogue wants kept, in a file (history_store.h), written in
 * batches and read again by a lane of its own.  A sink of the sampler; nothing here waits for a
 * disk.
 */
#include "config.h"
#include "snapshot.h"

#include <systemd/sd-event.h>

struct history;

/* 0 and *ret NULL where there is to be none.  Borrows nothing. */
int history_open(sd_event *event, const struct config *config, struct history **ret);

/* For the sampler. */
void history_sample(void *self, const struct snapshot *snapshot);

/* Writes the last batch, in two seconds at most.  False if the disk took longer: the lane has been
 * left behind, and the process should end without ceremony. */
bool history_close(struct history *history);

enum history_form {
	HISTORY_VALUES,	 /* one series: [{"ts": …, "value": …}, …] */
	HISTORY_BUCKETS, /* some series, at most so many points: least, mean, greatest of each */
	HISTORY_TABLE,	 /* all of them as CSV */
};

/* Another name for a series, or in a table for the array of all members of a family ("*"). */
struct history_name {
	const char *name;
	char path[128];
};

struct history_request {
	enum history_form form;
	double from, to; /* seconds since 1970 */
	unsigned points;
	const char *metrics;	       /* names or paths, separated by commas; not of a table */
	const struct snapshot *latest; /* what is in it is a metric, kept already or not; or NULL */
	const struct history_name *names; /* a table begins with these */
	size_t names_n;
};

/*
 * An answer comes in pieces, each when it was asked for.  then() takes the text: status 200, or 400
 * with why the request is none, for the first piece; text NULL: it cannot go on.  After the last
 * piece, or text NULL, the question is gone.
 */
typedef void history_then(void *self, int status, char *text, size_t n, bool last);
struct history_question;

/* The first piece is asked for at once.  -EBUSY: too many at a time.  Copies the request. */
int history_ask(struct history *history, const struct history_request *request, history_then *then,
	void *self, struct history_question **ret);
void history_more(struct history_question *question);
/* then() is not called any more. */
void history_leave(struct history_question *question);
