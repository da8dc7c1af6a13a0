#include "forward.h"

#include "clock.h"
#include "curl.h"
#include "log.h"
#include "mem.h"
#include "session_backoff.h"
#include "url.h"
#include "views.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE 10 /* seconds for one attempt */
#define PAUSE_MAX 300
#define ANSWER_MAX (64u * 1024) /* nobody reads it, but it may not go on for ever */
#define STOP_SECONDS 1

struct forward {
	const struct config *config;
	struct lane *lane;
	char server[256]; /* as it may be shown */
	double interval, tolerance;
	double due; /* CLOCK_MONOTONIC seconds; 0: before the first sample */
	struct backoff pauses;
	atomic_bool stop;
	/* the lane's while it is out */
	char *body;
	int result;
	struct curl_answer answer;
	/* what the log knows of */
	bool told;
	int told_result;
	long told_status;
};

/* The token is read each time: it may be replaced while pistat runs. */
static void send_sample(void *argument)
{
	struct forward *forward = argument;
	const struct config *config = forward->config;
	auto_free char *token = NULL;
	int r = config_secret(config, OPTION_FORWARD_TOKEN_FILE, "forward-token", &token);

	if (r < 0) {
		forward->answer = (struct curl_answer){0};
		snprintf(forward->answer.why, CURL_WHY, "cannot read its token: %s", strerror(-r));
	} else {
		r = curl_exchange(
			&(struct curl_request){.url = config_text(config, OPTION_FORWARD_URL),
				.body = forward->body,
				.token = token,
				.ca_file = config_text(config, OPTION_FORWARD_CA_FILE),
				.timeout = PATIENCE,
				.limit = ANSWER_MAX,
				.stop = &forward->stop},
			&forward->answer);
	}
	if (token)
		explicit_bzero(token, strlen(token));
	free(forward->body);
	free(forward->answer.body);
	forward->body = forward->answer.body = NULL;
	forward->result = r;
}

/* Once for each kind of trouble, however its words change. */
static void tell(struct forward *forward)
{
	const struct curl_answer *answer = &forward->answer;

	if (forward->told && forward->told_result == forward->result &&
		(forward->result != -EPROTO || forward->told_status == answer->status))
		return;
	if (forward->result < 0)
		log_warning(
			"forward: %s: %s; trying again and again", forward->server, answer->why);
	else
		log_info("forward: %s takes the samples", forward->server);
	forward->told = true;
	forward->told_result = forward->result;
	forward->told_status = answer->status;
}

static struct backoff fresh_pauses(const struct forward *forward)
{
	return backoff_new(fmax(PAUSE_MAX, forward->interval));
}

static void settle(void *argument)
{
	struct forward *forward = argument;

	if (forward->result < 0)
		forward->due = clock_now() + backoff_next(&forward->pauses);
	else
		forward->pauses = fresh_pauses(forward);
	tell(forward);
}

int forward_open(sd_event *event, const struct config *config, struct forward **ret)
{
	const char *url = config_text(config, OPTION_FORWARD_URL);
	struct forward *forward;
	int r;

	*ret = NULL;
	if (!*url)
		return 0;
	forward = xcalloc(1, sizeof(*forward));
	forward->config = config;
	forward->interval = config_number(config, OPTION_FORWARD_INTERVAL);
	/* a tick that is a little early must not cost a whole one */
	forward->tolerance = config_number(config, OPTION_SAMPLING_INTERVAL) / 2;
	forward->pauses = fresh_pauses(forward);
	url_shown(forward->server, sizeof(forward->server), url);
	r = lane_open(event, "forward", &forward->lane);
	if (r < 0)
		free(forward);
	else
		*ret = forward;
	return r;
}

/* The first sample has no rates yet; the second comes a second later. */
static bool is_due(struct forward *forward, const struct snapshot *snapshot)
{
	if (forward->due == 0) {
		forward->due = snapshot->mono;
		return false;
	}
	return snapshot->mono + fmin(forward->tolerance, forward->interval / 2) >= forward->due;
}

void forward_sample(void *self, const struct snapshot *snapshot)
{
	struct forward *forward = self;
	size_t n;

	if (!is_due(forward, snapshot) || lane_busy(forward->lane))
		return;
	forward->body = render_view(snapshot, view_forward, &n);
	forward->due = snapshot->mono + forward->interval;
	if (lane_submit(forward->lane,
		    (struct lane_job){.work = send_sample, .done = settle, .argument = forward}) <
		0) {
		free(forward->body);
		forward->body = NULL;
	}
}

bool forward_close(struct forward *forward)
{
	if (!forward)
		return true;
	atomic_store(&forward->stop, true);
	(void)lane_drain(forward->lane, STOP_SECONDS);
	if (!lane_close(forward->lane)) /* it may still be resolving a name, and will write here */
		return false;
	free(forward);
	return true;
}
