/* Arguments and wiring. */
#include "commands.h"
#include "forget.h"
#include "log.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

static const char usage[] =
	"pistat: a Linux host on MQTT, in Home Assistant and on HTTP\n"
	"\n"
	"usage: pistat [options] [command]\n"
	"\n"
	"  run                the daemon, in the foreground (the default)\n"
	"  once               sample and print (--format "
	"table|json|prometheus|topics|discovery|csv)\n"
	"  check              check the configuration; every option and where it comes from\n"
	"  metrics            every metric there is (--format table|markdown)\n"
	"  grafana            a dashboard for Grafana, as JSON to import\n"
	"  explain PATH       where a value comes from and where it goes\n"
	"  doctor             every source, the machine, the broker: what is wrong and how to mend "
	"it\n"
	"  forget [NODE]      clear all that is retained on the broker for this node, or a named "
	"one\n"
	"  capture DIR        copy what the collectors read, serials masked, as a machine to "
	"replay\n"
	"  print-config       pistat.conf with every option and its default\n"
	"\n"
	"  -c, --config FILE        instead of /etc/pistat/pistat.conf\n"
	"  -o, --set OPTION=VALUE   one option, as in mqtt.host=broker.lan; may be repeated\n"
	"      --log-level LEVEL    error, warning, info, debug\n"
	"      --format FORMAT      of once and metrics\n"
	"      --root DIR           replay a captured machine\n"
	"      --then DIR           … and its second part, for rates\n"
	"      --elapsed SECONDS    … that much later (10)\n"
	"      --version, --help\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"set", required_argument, NULL, 'o'},
	{"log-level", required_argument, NULL, 'l'},
	{"format", required_argument, NULL, 'f'},
	{"root", required_argument, NULL, 'r'},
	{"then", required_argument, NULL, 't'},
	{"elapsed", required_argument, NULL, 'e'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

/* Does the command line ask for something else than a command, or is it wrong?  -1: go on. */
static int take_option(struct arguments *arguments, int letter)
{
	switch (letter) {
	case 'c':
		arguments->config_file = optarg;
		return -1;
	case 'o':
		if (arguments->settings_n == ARRAY_LEN(arguments->settings)) {
			log_error("too many --set");
			return 2;
		}
		arguments->settings[arguments->settings_n++].assignment = optarg;
		return -1;
	case 'l':
		arguments->log_level = optarg;
		return -1;
	case 'f':
		arguments->format = optarg;
		return -1;
	case 'r':
		arguments->root = optarg;
		return -1;
	case 't':
		arguments->then = optarg;
		return -1;
	case 'e':
		if (text_to_double(optarg, &arguments->elapsed) && arguments->elapsed > 0)
			return -1;
		log_error("--elapsed %s: seconds are wanted", optarg);
		return 2;
	case 'V':
		puts("pistat " PISTAT_VERSION);
		return 0;
	case 'h':
		fputs(usage, stdout);
		return 0;
	default:
		fputs("try pistat --help\n", stderr);
		return 2;
	}
}

static bool takes_operand(const char *command)
{
	return strcmp(command, "explain") == 0 || strcmp(command, "forget") == 0 ||
	       strcmp(command, "capture") == 0;
}

static int take_arguments(struct arguments *arguments, int argc, char **argv)
{
	int letter, status;

	while ((letter = getopt_long(argc, argv, "c:o:h", long_options, NULL)) != -1) {
		status = take_option(arguments, letter);
		if (status >= 0)
			return status;
	}
	if (optind < argc)
		arguments->command = argv[optind++];
	if (optind < argc && takes_operand(arguments->command))
		arguments->operand = argv[optind++];
	if (optind < argc) {
		log_error("%s: too many arguments", argv[optind]);
		return 2;
	}
	return -1;
}

static int unknown_command(const char *command)
{
	static const char *const commands[] = {"run", "once", "check", "metrics", "grafana",
		"explain", "doctor", "forget", "capture", "print-config"};
	const char *nearest = text_nearest(command, commands, ARRAY_LEN(commands));

	log_error("%s: no such command%s%s; try pistat --help", command,
		nearest ? "; did you mean " : "", nearest ? nearest : "");
	return 2;
}

/* SIGHUP ends one life of the daemon and begins the next with the new configuration. */
static int run(const struct arguments *arguments, struct config **config, const struct root *root)
{
	for (;;) {
		struct config *reload = NULL;
		int status = run_command(arguments, *config, root, &reload);

		*config = reload;
		if (!reload)
			return status;
	}
}

static int with_config(const struct arguments *arguments, struct config **config, struct root *root)
{
	const char *command = arguments->command;

	if (strcmp(command, "run") == 0)
		return run(arguments, config, root);
	if (strcmp(command, "once") == 0)
		return once_command(arguments, *config, root);
	if (strcmp(command, "explain") == 0)
		return explain_command(arguments, *config, root);
	if (strcmp(command, "doctor") == 0)
		return doctor_command(arguments, *config, root);
	if (strcmp(command, "capture") == 0)
		return capture_command(arguments, *config);
	if (strcmp(command, "forget") == 0)
		return forget_run(*config, root, arguments->operand);
	if (strcmp(command, "check") == 0)
		return config_print_origins(*config, stdout), 0;
	return unknown_command(command);
}

static int load(struct arguments *arguments, struct config **ret)
{
	auto_free char *complaint = NULL;

	if (config_load(arguments->config_file, arguments->settings, arguments->settings_n, ret,
		    &complaint) >= 0 &&
		names_check(*ret, &complaint) >= 0)
		return 0;
	log_error("%s", complaint);
	*ret = config_free(*ret);
	return -EINVAL;
}

static int open_machine(const char *dir, struct root **ret)
{
	int r = root_open(dir, ret);

	if (r < 0) {
		log_error("--root %s: %s", dir, strerror(-r));
		return r;
	}
	if (root_exists(*ret, "/proc") || root_exists(*ret, "/sys"))
		return 0;
	log_error("--root %s: no captured machine: there is neither proc nor sys in it%s", dir,
		root_exists(*ret, "/0/proc") ? ", but in its 0" : "");
	*ret = root_close(*ret);
	return -ENOENT;
}

static int dispatch(struct arguments *arguments)
{
	struct config *config = NULL;
	struct root *root = NULL;
	auto_free char *level = NULL;
	int status = 2;

	if (strcmp(arguments->command, "print-config") == 0)
		return config_print_file(stdout), 0;
	if (strcmp(arguments->command, "metrics") == 0)
		return metrics_command(arguments);
	if (strcmp(arguments->command, "grafana") == 0)
		return grafana_command();
	if (arguments->log_level && arguments->settings_n < ARRAY_LEN(arguments->settings)) {
		level = xasprintf("log.level=%s", arguments->log_level);
		arguments->settings[arguments->settings_n++].assignment = level;
	}
	if (load(arguments, &config) < 0)
		return 2;
	log_set_level((enum log_level)config_choice(config, OPTION_LOG_LEVEL));
	if (open_machine(arguments->root, &root) >= 0)
		status = with_config(arguments, &config, root);
	config_free(config);
	root_close(root);
	return status;
}

/* Whoever starts us without them would find the log in a socket or in the database.  What cannot be
 * written to stdout is an error, so nothing is opened there that takes it. */
static void fill_standard_files(void)
{
	static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) != fd)
			_exit(1);
}

/* 0, or 1 if not all that was printed has arrived. */
static int finish_output(void)
{
	bool lost = ferror(stdout);

	if (fflush(stdout) == 0 && !lost)
		return 0;
	log_error("standard output: %s", strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct arguments arguments = {.command = "run", .elapsed = 10};
	int status;

	fill_standard_files();

	/* Lanes allocate little and seldom: an arena for each would only be memory for nothing. */
	mallopt(M_ARENA_MAX, 1);
	setvbuf(stdout, NULL, _IOFBF, 65536);
	status = take_arguments(&arguments, argc, argv);
	if (status < 0)
		status = dispatch(&arguments);
	return status ? status : finish_output();
}
