#include "cli/options.h"

#include "detect/detect.h"
#include "strategy/strategy.h"
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEDULES_DEFAULT 10000u
#define VERSION "0.1.0"

enum {
    OPT_STRATEGY = 256,
    OPT_SEED,
    OPT_SCHEDULES,
    OPT_TIME_LIMIT,
    OPT_POINTS,
    OPT_ORDER,
    OPT_CLOCK,
    OPT_JUMPS,
    OPT_FAULTS,
    OPT_REPLAY,
    OPT_STRICT,
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
    {"points", required_argument, NULL, OPT_POINTS},
    {"order", required_argument, NULL, OPT_ORDER},
    {"clock", required_argument, NULL, OPT_CLOCK},
    {"jumps", required_argument, NULL, OPT_JUMPS},
    {"faults", required_argument, NULL, OPT_FAULTS},
    {"replay", required_argument, NULL, OPT_REPLAY},
    {"strict", no_argument, NULL, OPT_STRICT},
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

static const char help_text[] =
    "usage: %s [OPTIONS] [TEST...]\n"
    "Runs each test under many schedules and reports what goes wrong.\n"
    "\n"
    "  --strategy=NAME       auto (default), fifo, random, dfs\n"
    "  --seed=N              of the random choices (1)\n"
    "  --schedules=N         executions per test at most (10000)\n"
    "  --time-limit=SECONDS  per test\n"
    "  --keep-going          do not stop a test at its first finding\n"
    "  --no-shrink           schedules as they were found, and no labels\n"
    "what may vary\n"
    "  --points=suspend|await    tasks switch where they wait (default), or\n"
    "                            at every awaiting call\n"
    "  --order=any|loop          any ready task (default), or as a FIFO loop\n"
    "  --clock=exact|jump|auto   time moves when nothing can run (default),\n"
    "                            also before that, or exact and then jump\n"
    "  --jumps=N                 clock jumps in one execution at most\n"
    "  --faults=LIST             inject faults: cancel (a task, where it "
    "waits),\n"
    "                            alloc (an allocation of Heddle's fails); one\n"
    "                            in an execution, or so many: cancel:2,alloc\n"
    "replay\n"
    "  --replay=TOKEN        one schedule; the program's own output is shown.\n"
    "                        A file with a token will do\n"
    "  --strict              refuse a token that does not fit\n"
    "  --save-schedule=FILE  append the tokens of findings to FILE\n"
    "which tests, which findings\n"
    "  --list                the tests, one a line\n"
    "  --filter=GLOB         only tests that match\n"
    "  --expect=KIND,...     pass if exactly these are found\n"
    "  --ignore=KIND,...     do not look for these\n"
    "output\n"
    "  --report=text[:FILE]  where reports go (stderr; - is stdout)\n"
    "  --color=WHEN          auto (default), always, never\n"
    "  -q, -v                no reports, only verdicts; more about the search\n"
    "  --help, --version\n"
    "\n"
    "exit status: 0 nothing found (or what was expected), 1 findings, 2 usage\n"
    "or environment, 3 the program is nondeterministic, 77 nothing to run,\n"
    "128 + signal ended by a signal before anything was found\n";

/* Tell an error of usage; returns its exit status. */
static int usage_error(const char *format, ...) HD_PRINTF(1, 2);

static int
usage_error(const char *format, ...)
{
    va_list args;
    fputs("heddle: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("\n        --help shows what there is\n", stderr);
    return HD_EXIT_USAGE;
}

static int
read_count(const char *name, const char *text, uint64_t min, uint64_t max,
           uint64_t *out)
{
    char *end;
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        number < min || number > max) {
        return usage_error("--%s: '%s' is not a number from %llu to %llu", name,
                           text, (unsigned long long)min,
                           (unsigned long long)max);
    }
    *out = number;
    return -1;
}

static int
read_seconds(const char *text, uint64_t *out_ms)
{
    char *end;
    const double seconds = strtod(text, &end);
    if (*end != '\0' || end == text || !(seconds > 0) || seconds > 1e9) {
        return usage_error("--time-limit: '%s' is not a number of seconds",
                           text);
    }
    *out_ms = (uint64_t)(seconds * 1000);
    return -1;
}

/* One of a few words; its index. */
static int
read_word(const char *name, const char *text, const char *const *words,
          int *out)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return -1;
        }
    }
    return usage_error("--%s: '%s' is unknown (%s, %s%s%s)", name, text,
                       words[0], words[1], words[2] != NULL ? ", " : "",
                       words[2] != NULL ? words[2] : "");
}

/* One of a list of kinds is unknown: show those that there are. */
static int
unknown_kind(const char *name, const char *kind, size_t length)
{
    char known[1024] = "";
    size_t count;
    const struct hd_detector *rows = hd_detectors(&count);
    size_t at = 0;
    for (size_t i = 0; i < count && at < sizeof(known); i++) {
        at += (size_t)snprintf(known + at, sizeof(known) - at, "%s%s",
                               i > 0 ? ", " : "", rows[i].kind);
    }
    return usage_error("--%s: there is no finding '%.*s'; there are\n        "
                       "%s",
                       name, (int)length, kind, known);
}

static int
read_ignored(struct hd_settings *settings, const char *text)
{
    size_t count;
    const struct hd_detector *rows = hd_detectors(&count);
    while (*text != '\0') {
        const size_t length = strcspn(text, ",");
        size_t i = 0;
        while (i < count && (strlen(rows[i].kind) != length ||
                             strncmp(rows[i].kind, text, length) != 0)) {
            i++;
        }
        if (i == count) {
            return unknown_kind("ignore", text, length);
        }
        settings->ignored |= UINT64_C(1) << i;
        text += length + (text[length] == ',');
    }
    return -1;
}

static int
check_kinds(const char *text)
{
    char kind[64];
    while (*text != '\0') {
        const size_t length = strcspn(text, ",");
        snprintf(kind, sizeof(kind), "%.*s", (int)length, text);
        if (hd_detector_find(kind) == NULL) {
            return unknown_kind("expect", text, length);
        }
        text += length + (text[length] == ',');
    }
    return -1;
}

/* Of whatever version. */
static bool
is_token(const char *text)
{
    return strncmp(text, "hd", 2) == 0 && text[2] >= '0' && text[2] <= '9';
}

/* How many more lines begin like one. */
static unsigned
count_tokens(FILE *file)
{
    char *line = NULL;
    size_t bytes = 0;
    unsigned count = 0;
    while (getline(&line, &bytes, file) > 0) {
        count += is_token(line);
    }
    free(line);
    return count;
}

/* The first line of a file that begins like a token; NULL: told why not. */
static char *
read_token_file(const char *name)
{
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t bytes = 0;
    if (file == NULL) {
        usage_error("--replay: '%s' is no token (hd1:...), and as a file: %s",
                    name, strerror(errno));
        return NULL;
    }
    errno = 0;
    while (getline(&line, &bytes, file) > 0) {
        line[strcspn(line, " \t\r\n")] = '\0';
        if (is_token(line)) {
            const unsigned more = count_tokens(file);
            fclose(file);
            if (more > 0) {
                fprintf(stderr,
                        "heddle: note: %s has %u tokens, the first is "
                        "replayed\n",
                        name, more + 1);
            }
            return line;
        }
        errno = 0;
    }
    usage_error("--replay: %s: %s", name,
                errno != 0 ? strerror(errno) : "no line of it begins with hd1");
    free(line);
    fclose(file);
    return NULL;
}

static int
read_replay(struct hd_options *options, const char *text)
{
    char error[HD_TOKEN_ERROR_BYTES];
    char *token = is_token(text) ? strdup(text) : read_token_file(text);
    if (token == NULL) {
        return HD_EXIT_USAGE;
    }
    hd_token_finish(&options->token);
    const bool right = hd_token_read(token, &options->token, error);
    if (!right) {
        usage_error("--replay: %s\n        %.200s", error, token);
    }
    free(token);
    if (!right) {
        return HD_EXIT_USAGE;
    }
    options->settings.replay = &options->token;
    return -1;
}

static int
read_faults(struct hd_rules *rules, const char *text)
{
    struct hd_fault_budget faults = {0};
    const char *at = text;
    const char *wrong;
    if (hd_fault_budget_read(&at, ",:", &faults, &wrong) && *at != '\0') {
        wrong = "a comma should stand here";
    }
    if (wrong != NULL) {
        return usage_error("--faults: '%s', at character %td: %s", text,
                           at - text + 1, wrong);
    }
    rules->cancels_max = faults.cancels;
    rules->allocs_max = faults.allocs;
    return -1;
}

/* What was asked for is not what the token says: say so. */
static void
note_unheeded(const struct hd_options *options)
{
    const struct hd_rules *rules = &options->settings.rules;
    const struct hd_token *token = &options->token;
    const struct {
        const char *name;
        bool is_unheeded;
    } rows[] = {
        {"order", options->asked_order && rules->order != token->order},
        {"clock", options->asked_clock && rules->clock != token->clock},
        {"points", options->asked_points && rules->points != token->points},
        {"faults", rules->cancels_max + rules->allocs_max > 0 &&
                       (rules->cancels_max != token->faults.cancels ||
                        rules->allocs_max != token->faults.allocs)},
    };
    char text[HD_TOKEN_SETTINGS_BYTES];
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (rows[i].is_unheeded) {
            fprintf(stderr,
                    "heddle: note: --%s is not heeded, a replay goes by its "
                    "token (%s)\n",
                    rows[i].name, hd_token_settings(token, text, sizeof(text)));
        }
    }
}

/* A replay's rules are those of its token, whatever else was asked for. */
static void
use_token(struct hd_options *options)
{
    struct hd_settings *settings = &options->settings;
    if (settings->replay != NULL) {
        note_unheeded(options);
        settings->rules.order = (enum hd_order)options->token.order;
        settings->rules.clock = (enum hd_clock)options->token.clock;
        settings->rules.points = (enum hd_points)options->token.points;
        settings->rules.cancels_max = options->token.faults.cancels;
        settings->rules.allocs_max = options->token.faults.allocs;
    }
}

static int
read_report(struct hd_settings *settings, const char *text)
{
    if (strncmp(text, "text", 4) != 0 || (text[4] != '\0' && text[4] != ':')) {
        return usage_error("--report: '%s' is unknown (text, text:FILE)", text);
    }
    if (strcmp(text, "text:") == 0) {
        return usage_error("--report: a file's name should follow 'text:'");
    }
    settings->report_file = text[4] == ':' ? text + 5 : NULL;
    return -1;
}

static int
read_clock(struct hd_settings *settings, const char *text)
{
    static const char *const words[] = {"exact", "jump", "auto", NULL};
    int word = 0;
    const int status = read_word("clock", text, words, &word);
    settings->both_clocks = word == 2;
    settings->rules.clock = word == 1 ? HD_CLOCK_JUMP : HD_CLOCK_EXACT;
    return status;
}

static int
read_color(struct hd_options *options, const char *text)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    int word = 0;
    const int status = read_word("color", text, words, &word);
    options->settings.color = word == 1;
    options->color_auto = word == 0;
    return status;
}

static int
read_rules(struct hd_settings *settings, int option, const char *text)
{
    static const char *const points[] = {"suspend", "await", NULL};
    static const char *const orders[] = {"any", "loop", NULL};
    int word = 0;
    int status;
    uint64_t number = 0;
    switch (option) {
    case OPT_POINTS:
        status = read_word("points", text, points, &word);
        settings->rules.points = (enum hd_points)word;
        return status;
    case OPT_ORDER:
        status = read_word("order", text, orders, &word);
        settings->rules.order = (enum hd_order)word;
        return status;
    case OPT_CLOCK:
        return read_clock(settings, text);
    case OPT_FAULTS:
        return read_faults(&settings->rules, text);
    default:
        status = read_count("jumps", text, 0, UINT32_MAX, &number);
        settings->rules.jumps_max = status < 0 ? (uint32_t)number : 0;
        return status;
    }
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
        return read_count("seed", text, 0, UINT64_MAX, &settings->seed);
    case OPT_SCHEDULES:
        return read_count("schedules", text, 1, UINT64_MAX,
                          &settings->schedules);
    case OPT_TIME_LIMIT:
        return read_seconds(text, &settings->time_limit_ms);
    case OPT_REPLAY:
        return read_replay(options, text);
    case OPT_SAVE:
        settings->save_schedule = text;
        return -1;
    case OPT_EXPECT:
        settings->expect = text;
        return check_kinds(text);
    case OPT_IGNORE:
        return read_ignored(settings, text);
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
        printf(help_text, argv[0]);
        return HD_EXIT_CLEAN;
    case OPT_VERSION:
        puts("heddle " VERSION);
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
            return usage_error("there is no option --%.*s", (int)length, name);
        }
    }
    return -1;
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
    use_token(options);
    options->names = argv + optind;
    options->name_count = argc - optind;
    return -1;
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
