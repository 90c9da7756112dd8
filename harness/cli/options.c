#include "cli/options.h"

#include "cli/help.h"
#include "cli/replay.h"
#include "cli/shard.h"
#include "cli/values.h"
#include "explore/supervise.h"
#include "memory/memory.h"
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define SCHEDULES_DEFAULT 10000u

enum {
    OPT_STRATEGY = 256,
    OPT_SEED,
    OPT_SCHEDULES,
    OPT_TIME_LIMIT,
    OPT_JOBS,
    OPT_SHARD,
    OPT_RESUME,
    OPT_POINTS,
    OPT_ORDER,
    OPT_CLOCK,
    OPT_JUMPS,
    OPT_MEMORY,
    OPT_COVERAGE,
    OPT_FAULTS,
    OPT_REPLAY,
    OPT_STRICT,
    OPT_STOP_AT,
    OPT_SAVE,
    OPT_EXPECT,
    OPT_IGNORE,
    OPT_KEEP_GOING,
    OPT_NO_SHRINK,
    OPT_LIST,
    OPT_FILTER,
    OPT_REPORT,
    OPT_COLOR,
    OPT_VERSION,
};

static const struct option long_options[] = {
    {"strategy", required_argument, NULL, OPT_STRATEGY},
    {"seed", required_argument, NULL, OPT_SEED},
    {"schedules", required_argument, NULL, OPT_SCHEDULES},
    {"time-limit", required_argument, NULL, OPT_TIME_LIMIT},
    {"jobs", required_argument, NULL, OPT_JOBS},
    {"shard", required_argument, NULL, OPT_SHARD},
    {"resume", required_argument, NULL, OPT_RESUME},
    {"points", required_argument, NULL, OPT_POINTS},
    {"order", required_argument, NULL, OPT_ORDER},
    {"clock", required_argument, NULL, OPT_CLOCK},
    {"jumps", required_argument, NULL, OPT_JUMPS},
    {"memory", required_argument, NULL, OPT_MEMORY},
    {"coverage", required_argument, NULL, OPT_COVERAGE},
    {"faults", required_argument, NULL, OPT_FAULTS},
    {"replay", required_argument, NULL, OPT_REPLAY},
    {"strict", no_argument, NULL, OPT_STRICT},
    {"stop-at", required_argument, NULL, OPT_STOP_AT},
    {"save-schedule", required_argument, NULL, OPT_SAVE},
    {"expect", required_argument, NULL, OPT_EXPECT},
    {"ignore", required_argument, NULL, OPT_IGNORE},
    {"keep-going", no_argument, NULL, OPT_KEEP_GOING},
    {"no-shrink", no_argument, NULL, OPT_NO_SHRINK},
    {"list", no_argument, NULL, OPT_LIST},
    {"filter", required_argument, NULL, OPT_FILTER},
    {"report", required_argument, NULL, OPT_REPORT},
    {"color", required_argument, NULL, OPT_COLOR},
    {"version", no_argument, NULL, OPT_VERSION},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int
read_report(struct hd_settings *settings, const char *text)
{
    if (strncmp(text, "text", 4) != 0 || (text[4] != '\0' && text[4] != ':')) {
        return hd_usage_error("--report: '%s' is unknown (text, text:FILE)",
                              text);
    }
    if (strcmp(text, "text:") == 0) {
        return hd_usage_error("--report: a file's name should follow 'text:'");
    }
    settings->report_file = text[4] == ':' ? text + 5 : NULL;
    return -1;
}

static int
read_clock(struct hd_settings *settings, const char *text)
{
    static const char *const words[] = {"exact", "jump", "auto", NULL};
    int word = 0;
    const int status = hd_value_word("clock", text, words, &word);
    settings->both_clocks = word == 2;
    settings->rules.clock = word == 1 ? HD_CLOCK_JUMP : HD_CLOCK_EXACT;
    return status;
}

static int
read_color(struct hd_options *options, const char *text)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    int word = 0;
    const int status = hd_value_word("color", text, words, &word);
    options->settings.color = word == 1;
    options->color_auto = word == 0;
    return status;
}

static int
read_rules(struct hd_settings *settings, int option, const char *text)
{
    static const char *const points[] = {"suspend", "await", NULL};
    static const char *const orders[] = {"any", "loop", NULL};
    static const char *const memories[] = {"objects", "all", "seen", NULL};
    static const char *const looks[] = {"some", "all", "none", NULL};
    int word = 0;
    int status;
    uint64_t number = 0;
    switch (option) {
    case OPT_POINTS:
        status = hd_value_word("points", text, points, &word);
        settings->rules.points = (enum hd_points)word;
        return status;
    case OPT_ORDER:
        status = hd_value_word("order", text, orders, &word);
        settings->rules.order = (enum hd_order)word;
        return status;
    case OPT_MEMORY:
        status = hd_value_word("memory", text, memories, &word);
        settings->rules.memory = (enum hd_memory)word;
        return status;
    case OPT_COVERAGE:
        status = hd_value_word("coverage", text, looks, &word);
        settings->coverage = (enum hd_coverage_want)word;
        return status;
    case OPT_CLOCK:
        return read_clock(settings, text);
    case OPT_FAULTS:
        return hd_value_faults(&settings->rules, text);
    default:
        status = hd_value_count("jumps", text, 0, UINT32_MAX, &number);
        settings->rules.jumps_max = status < 0 ? (uint32_t)number : 0;
        return status;
    }
}

static int
read_jobs(struct hd_settings *settings, const char *text)
{
    uint64_t jobs = 0;
    const int status = hd_value_count("jobs", text, 1, HD_SHIFTS_MAX, &jobs);
    settings->jobs = (uint32_t)jobs;
    return status;
}

/* Options with a value that is not among the rules. */
static int
read_value(struct hd_options *options, int option, const char *text)
{
    struct hd_settings *settings = &options->settings;
    switch (option) {
    case OPT_STRATEGY:
        settings->strategy = text;
        return -1;
    case OPT_SEED:
        return hd_value_count("seed", text, 0, UINT64_MAX, &settings->seed);
    case OPT_SCHEDULES:
        return hd_value_count("schedules", text, 1, UINT64_MAX,
                              &settings->schedules);
    case OPT_TIME_LIMIT:
        return hd_value_seconds(text, &settings->time_limit_ms);
    case OPT_JOBS:
        return read_jobs(settings, text);
    case OPT_SHARD:
        return hd_shard_read(settings, text);
    case OPT_RESUME:
        options->resume = text;
        return -1;
    case OPT_REPLAY:
        return hd_replay_read(options, text);
    case OPT_STOP_AT:
        return hd_replay_stop_at(options, text);
    case OPT_SAVE:
        settings->save_schedule = text;
        return -1;
    case OPT_EXPECT:
        settings->expect = text;
        return hd_value_kinds(text);
    case OPT_IGNORE:
        return hd_value_ignored(settings, text);
    case OPT_FILTER:
        options->filter = text;
        return -1;
    case OPT_REPORT:
        return read_report(settings, text);
    case OPT_COLOR:
        return read_color(options, text);
    default:
        options->asked_order |= option == OPT_ORDER;
        options->asked_clock |= option == OPT_CLOCK;
        options->asked_points |= option == OPT_POINTS;
        return read_rules(settings, option, text);
    }
}

static int
read_option(struct hd_options *options, int option, char **argv)
{
    struct hd_settings *settings = &options->settings;
    switch (option) {
    case OPT_STRICT:
        settings->strict = true;
        return -1;
    case OPT_KEEP_GOING:
        settings->keep_going = true;
        return -1;
    case OPT_NO_SHRINK:
        settings->no_shrink = true;
        return -1;
    case OPT_LIST:
        options->list = true;
        return -1;
    case 'q':
        settings->verbosity = -1;
        return -1;
    case 'v':
        settings->verbosity = 1;
        return -1;
    case 'h':
        hd_help_print(argv[0]);
        return HD_EXIT_CLEAN;
    case OPT_VERSION:
        puts("heddle " HD_VERSION);
        return HD_EXIT_CLEAN;
    case '?':
        fputs("        --help shows what there is\n", stderr);
        return HD_EXIT_USAGE;
    default:
        return read_value(options, option, optarg);
    }
}

/* Abbreviated, an option would mean something else once another is added. */
static int
refuse_abbreviations(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            continue;
        }
        const char *name = argv[i] + 2;
        const size_t length = strcspn(name, "=");
        const struct option *known = long_options;
        while (known->name != NULL &&
               (strlen(known->name) != length ||
                strncmp(known->name, name, length) != 0)) {
            known++;
        }
        if (known->name == NULL) {
            return hd_usage_error("there is no option --%.*s", (int)length,
                                  name);
        }
    }
    return -1;
}

int
hd_options_end(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *text = argv[i];
        const struct option *row = long_options;
        if (strcmp(text, "--") == 0) {
            return i + 1;
        }
        if (text[0] != '-' || text[1] == '\0') {
            return i;
        }
        if (text[1] != '-') {
            continue; /* none of one letter has a value */
        }
        while (row->name != NULL && strcmp(row->name, text + 2) != 0) {
            row++;
        }
        i += row->has_arg == required_argument;
    }
    return argc;
}

int
hd_options_read(struct hd_options *options, int argc, char **argv)
{
    *options = (struct hd_options){
        .settings = {.program = argv[0],
                     .strategy = "auto",
                     .seed = 1,
                     .schedules = SCHEDULES_DEFAULT,
                     .rules = HD_RULES_DEFAULT,
                     .watchdog = HD_WATCHDOG_DEFAULT},
        .color_auto = true,
    };
    if (hd_memory_hooked) {
        options->settings.rules.memory = HD_MEMORY_SEEN;
    }
    const int refused = refuse_abbreviations(argc, argv);
    if (refused >= 0) {
        return refused;
    }
    int option;
    while ((option = getopt_long(argc, argv, "hqv", long_options, NULL)) !=
           -1) {
        const int status = read_option(options, option, argv);
        if (status >= 0) {
            return status;
        }
    }
    options->names = argv + optind;
    options->name_count = argc - optind;
    return hd_replay_use(options);
}

void
hd_options_finish(struct hd_options *options)
{
    hd_token_finish(&options->token);
}

bool
hd_options_want(const struct hd_options *options, const char *test)
{
    if (options->filter != NULL && fnmatch(options->filter, test, 0) != 0) {
        return false;
    }
    for (int i = 0; i < options->name_count; i++) {
        if (strcmp(options->names[i], test) == 0) {
            return true;
        }
    }
    return options->name_count == 0;
}
