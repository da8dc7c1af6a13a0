/* Is what one group of the list says of a probe good as a whole?  Declared in config_private.h. */
#include "config_private.h"
#include "mem.h"
#include "probe_class.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define NAME_MOST 40
#define LABEL_MOST 80
#define UNIT_MOST 20

enum { NUMBERS = 1, STATES = 2, TEXTS = 4, ANY = NUMBERS | STATES | TEXTS };

static const int kinds_of[SETTINGS] = {
#define SETTING(id, kinds, ...) [SETTING_##id] = kinds,
#include "probe_settings.def"
#undef SETTING
};

/* A group that is being read. */
struct draft {
	const struct config *config;
	const struct option_value *values;
	const char *origin; /* of the group */
	char **ret_complaint;
};

static bool given(const struct draft *draft, enum probe_setting setting)
{
	return strcmp(draft->values[setting].origin, "default") != 0;
}

static const char *text_of(const struct draft *draft, enum probe_setting setting)
{
	return draft->values[setting].text;
}

/* Takes over what is wrong; the line is the setting's, or the group's where it is missing. */
static int refuse(const struct draft *draft, enum probe_setting setting, char *wrong)
{
	*draft->ret_complaint = xasprintf("%s: %s: %s",
		given(draft, setting) ? draft->values[setting].origin : draft->origin,
		probe_settings[setting].path, wrong);
	free(wrong);
	return -EINVAL;
}

static int check_name(const struct draft *draft)
{
	const struct config *config = draft->config;
	const char *name = text_of(draft, SETTING_NAME);
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (!*name)
		return refuse(draft, SETTING_NAME, xstrdup("every probe needs a name"));
	if (name[n] || name[0] == '_' || n > NAME_MOST)
		return refuse(draft, SETTING_NAME,
			xasprintf("\"%s\" is no name of at most %d of a to z, 0 to 9 and _", name,
				NAME_MOST));
	if (config->probes_n >= families[PROBE].limit)
		return refuse(draft, SETTING_NAME,
			xasprintf("more than %zu probes", families[PROBE].limit));
	for (size_t i = 0; i < config->probes_n; i++)
		if (strcmp(config->probes[i].name, name) == 0)
			return refuse(draft, SETTING_NAME,
				xasprintf("\"%s\" is the name of the probe at %s already", name,
					config->probe_values[i][SETTING_NAME].origin));
	return 0;
}

/* What stands in a list of one and has a blank was meant for a shell. */
static int check_source(const struct draft *draft)
{
	const struct option_value *command = &draft->values[SETTING_COMMAND];
	const char *file = text_of(draft, SETTING_FILE), *program = "";

	if (command->list_n)
		program = command->list[0];
	if (!*file == !*program)
		return refuse(draft, *file ? SETTING_COMMAND : SETTING_FILE,
			xasprintf("%s: a file or a command is wanted",
				*file ? "both" : "nothing to read"));
	if (*file && *file != '/')
		return refuse(draft, SETTING_FILE,
			xasprintf("\"%s\" does not begin with /: the whole path is wanted", file));
	if (command->list_n == 1 && strchr(program, ' '))
		return refuse(draft, SETTING_COMMAND,
			xasprintf(
				"no shell reads it: [ \"%.*s\", \"…\" ] is wanted, each argument a "
				"text of its own",
				(int)strcspn(program, " "), program));
	if (*program && *program != '/')
		return refuse(draft, SETTING_COMMAND,
			xasprintf(
				"\"%s\" does not begin with /: the whole path is wanted", program));
	if (*file && given(draft, SETTING_TIMEOUT))
		return refuse(draft, SETTING_TIMEOUT, xstrdup("files have none, only commands"));
	return 0;
}

static int check_kinds(const struct draft *draft)
{
	static const int bits[] = {NUMBERS, STATES, TEXTS};
	const struct option_value *kind = &draft->values[SETTING_KIND];

	for (enum probe_setting setting = 0; setting < SETTINGS; setting++)
		if (given(draft, setting) && !(kinds_of[setting] & bits[(int)kind->number]))
			return refuse(draft, setting,
				xasprintf("this probe's kind is %s; it is for %s", kind->text,
					kinds_of[setting] == NUMBERS  ? "number"
					: kinds_of[setting] == STATES ? "state"
								      : "number and state"));
	return 0;
}

static int check_text(const struct draft *draft, enum probe_setting setting, size_t most)
{
	if (strlen(text_of(draft, setting)) > most)
		return refuse(draft, setting, xasprintf("more than %zu bytes", most));
	return 0;
}

static int check_icon(const struct draft *draft)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *icon = text_of(draft, SETTING_ICON);
	size_t set = strspn(icon, letters),
	       name = icon[set] == ':' ? strspn(icon + set + 1, letters) : 0;

	if (!*icon || (set && name && !icon[set + 1 + name]))
		return 0;
	return refuse(
		draft, SETTING_ICON, xasprintf("\"%s\" is no icon, as \"mdi:waves\" is one", icon));
}

static int check_words(const struct draft *draft)
{
	const struct option_value *on = &draft->values[SETTING_ON],
				  *off = &draft->values[SETTING_OFF];

	if (on->list_n == 0)
		return refuse(draft, SETTING_ON, xstrdup("at least one text is wanted"));
	for (size_t i = 0; given(draft, SETTING_OFF) && i < off->list_n; i++)
		for (size_t j = 0; j < on->list_n; j++)
			if (strcasecmp(on->list[j], off->list[i]) == 0)
				return refuse(draft, SETTING_OFF,
					xasprintf("\"%s\" means on already", off->list[i]));
	return 0;
}

static int check_shown(const struct draft *draft)
{
	int r = check_text(draft, SETTING_LABEL, LABEL_MOST);

	return r < 0 ? r : check_text(draft, SETTING_UNIT, UNIT_MOST);
}

static int check_class(const struct draft *draft, const char **ret_state_class)
{
	const char *class = text_of(draft, SETTING_CLASS);
	char *wrong = NULL;

	switch ((int)draft->values[SETTING_KIND].number) {
	case 0:
		wrong = probe_class_sensor(class, text_of(draft, SETTING_UNIT),
			text_of(draft, SETTING_STATE_CLASS), ret_state_class);
		break;
	case 1:
		wrong = probe_class_binary(class);
		break;
	}
	return wrong ? refuse(draft, SETTING_CLASS, wrong) : 0;
}

int probe_check(const struct config *config, const struct option_value *values, const char *origin,
	const char **ret_state_class, char **ret_complaint)
{
	static int (*const checks[])(const struct draft *) = {
		check_name, check_source, check_kinds, check_shown, check_icon, check_words};
	struct draft draft = {config, values, origin, ret_complaint};

	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i](&draft) < 0)
			return -EINVAL;
	return check_class(&draft, ret_state_class);
}
