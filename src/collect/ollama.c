/*
 * Which language models Ollama has in memory.  Of a server that does not answer, or says what
 * nobody understands, the last values stay until they are three intervals old.
 */
#include "collector.h"
#include "mem.h"
#include "root_devices.h"
#include "text.h"

#include <cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MODELS_MAX 32

struct model {
	char name[TEXT_SIZE];
	double size, vram; /* bytes; NAN: not told */
	double expires_at; /* seconds since 1970; NAN: not told */
};

struct models {
	struct model at[MODELS_MAX];
	size_t n;
	size_t told; /* more than fit */
};

struct ollama {
	atomic_bool stop;
};

/* 2026-02-03T18:12:25.883098758Z, 2024-06-04T14:38:31.83753-07:00 (RFC 3339).  A model that is
 * kept for ever expires in some other century. */
static int moment_parse(const char *text, double *ret)
{
	const char *at;
	struct tm day = {0}, zone = {0};
	double seconds;
	char *end;

	at = strptime(text, "%Y-%m-%dT%H:%M:", &day);
	if (!at || day.tm_year < 70)
		return -EBADMSG;
	seconds = strtod(at, &end);
	if (end == at || end != at + strspn(at, "0123456789.") || seconds >= 61)
		return -EBADMSG;
	at = strptime(end, "%z", &zone);
	if (!at || *at || labs(zone.tm_gmtoff) > 14 * 3600)
		return -EBADMSG;
	*ret = (double)(timegm(&day) - zone.tm_gmtoff) + seconds;
	return 0;
}

static double bytes_of(const cJSON *model, const char *key)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(model, key);

	if (!cJSON_IsNumber(number) || !(number->valuedouble >= 0 && number->valuedouble < 1e18))
		return NAN;
	return number->valuedouble;
}

static void take_model(const cJSON *model, struct models *ret)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(model, "name"));
	const char *expires =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(model, "expires_at"));
	struct model *at;

	if (!name || !*name)
		return;
	ret->told++;
	if (ret->n == MODELS_MAX)
		return;
	at = &ret->at[ret->n++];
	text_copy(at->name, sizeof(at->name), name);
	at->size = bytes_of(model, "size");
	at->vram = bytes_of(model, "size_vram");
	at->expires_at = NAN;
	if (expires)
		(void)moment_parse(expires, &at->expires_at);
}

/*
 * {"models":[{"name":"mistral:latest","model":"mistral:latest","size":5137025024,"digest":"2ae6…",
 * "details":{"family":"llama",…},"expires_at":"2024-06-04T14:38:31.83753-07:00",
 * "size_vram":5137025024}]}
 */
static int ollama_parse(const char *text, struct models *ret)
{
	cJSON *answer = cJSON_Parse(text);
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(answer, "models");
	int r = cJSON_IsArray(list) || cJSON_IsNull(list) ? 0 : -EBADMSG;

	if (r == 0) {
		*ret = (struct models){0};
		for (const cJSON *model = list->child; model; model = model->next)
			take_model(model, ret);
	}
	cJSON_Delete(answer);
	return r;
}

/* In the words of `ollama ps`. */
static void put_processor(const struct model *model, const char *key, struct slice *ret)
{
	double share = model->vram / model->size * 100;
	char text[32];

	if (model->vram == 0)
		snprintf(text, sizeof(text), "100%% CPU");
	else if (!(share <= 100)) /* nonsense, or not told */
		return;
	else if (model->vram == model->size)
		snprintf(text, sizeof(text), "100%% GPU");
	else
		snprintf(text, sizeof(text), "%.0f%%/%.0f%% CPU/GPU", round(100 - share),
			100 - round(100 - share));
	put_text(ret, MODEL_PROCESSOR, key, text);
}

static void put_model(const struct model *model, struct slice *ret)
{
	char key[KEY_SIZE];

	text_copy(key, sizeof(key), model->name);
	put_text(ret, MODEL_NAME, key, model->name);
	put(ret, MODEL_SIZE, key, model->size);
	put(ret, MODEL_VRAM, key, model->vram);
	put_processor(model, key, ret);
	put(ret, MODEL_EXPIRES_AT, key, model->expires_at);
}

static bool ollama_configured(const struct config *config)
{
	return config_flag(config, OPTION_OLLAMA_ENABLED);
}

static int ollama_collect(
	void *state, const struct root *root, const struct config *config, struct slice *ret)
{
	struct ollama *ollama = state;
	auto_free char *text = NULL;
	struct models models;
	ssize_t n;

	if (!ollama_configured(config))
		return -ENOENT;
	n = root_ollama(root, config_text(config, OPTION_OLLAMA_URL), &ollama->stop, &text);
	if (n < 0)
		return (int)n;
	if (ollama_parse(text, &models) < 0)
		return -EBADMSG;
	put(ret, OLLAMA_RUNNING_MODELS, "", (double)models.told);
	for (size_t i = 0; i < models.n; i++)
		put_model(&models.at[i], ret);
	return 0;
}

/* On the loop, while the lane may be waiting for the server. */
static void ollama_interrupt(void *state)
{
	struct ollama *ollama = state;

	atomic_store(&ollama->stop, true);
}

const struct collector collect_ollama = {
	.name = "ollama",
	.gives = "ollama.*",
	.interval = 15,
	.patience = 3,
	.lane = LANE_OLLAMA,
	.state = sizeof(struct ollama),
	.configured = ollama_configured,
	.interrupt = ollama_interrupt,
	.collect = ollama_collect,
};
