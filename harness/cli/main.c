/*
 * A test program: what main() is in every file of HD_TESTs.
 *
 * Results go to stdout, one line a test; reports and troubles to stderr. Where
 * the program's own output is passed through, stdout is the program's alone and
 * results go to stderr, too.
 */
#include "cli/options.h"

#include "cli/note.h"
#include "cli/verdict.h"
#include "detect/detect.h"
#include "explore/expect.h"
#include "explore/explore.h"
#include "explore/sometimes.h"
#include "report/report.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session {
    const struct hd_options *options;
    FILE *results, *reports;
    uint32_t tests, failed, uncontrolled;
    uint32_t cut_short; /* searches that did not end by themselves */
    bool unable;
    /* The findings of the test that runs, a line each; open while it does. */
    FILE *list;
    char *listed;
    size_t listed_bytes;
    uint32_t listed_count;
};

/* "heddle: ..." on stderr. */
static void complain(const char *format, ...) HD_PRINTF(1, 2);

static void
complain(const char *format, ...)
{
    va_list args;
    fputs("heddle: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

/* ---- what was found, a line each ---- */

static void
list_begin(struct session *session)
{
    session->listed_count = 0;
    session->list = open_memstream(&session->listed, &session->listed_bytes);
}

static void
list_add(struct session *session, const struct hd_finding *finding)
{
    if (session->list != NULL) {
        fprintf(session->list, "       %s: %s\n", finding->kind,
                finding->message);
        session->listed_count++;
    }
}

/* Below the verdict, which names kinds only; one finding needs no list. */
static void
list_end(struct session *session)
{
    if (session->list == NULL) {
        return;
    }
    fclose(session->list);
    if (session->listed_count > 1 &&
        session->options->settings.verbosity >= 0) {
        fputs(session->listed, session->results);
        fflush(session->results);
    }
    free(session->listed);
    session->list = NULL;
}

/* ---- telling a finding ---- */

static void
save_schedule(struct session *session, const struct hd_discovery *discovery,
              const char *token)
{
    const char *name = discovery->settings->save_schedule;
    FILE *file = fopen(name, "a");
    if (file != NULL) {
        fprintf(file, "# %s in %s: %s\n%s\n", discovery->finding->kind,
                discovery->test->name, discovery->finding->message, token);
    }
    if (file == NULL || fclose(file) != 0) {
        session->unable = true;
        complain("cannot write %s: %s", name, strerror(errno));
    }
}

/* The run of a sampler, as a token that names it; NULL: it has no such name. */
static char *
recipe_of(const struct hd_discovery *discovery)
{
    struct hd_token recipe = *discovery->token;
    const char *text = discovery->strategy_text;
    if (discovery->of_search || !hd_plan_has_recipe(discovery->strategy)) {
        return NULL;
    }
    recipe.is_recipe = true;
    recipe.schedule = (struct hd_schedule){0};
    recipe.seed = discovery->settings->seed;
    recipe.run = discovery->run;
    snprintf(recipe.strategy, sizeof(recipe.strategy), "%s%s%s",
             discovery->strategy->name, text[0] != '\0' ? ":" : "", text);
    return hd_token_write(&recipe);
}

static void
tell(const struct hd_discovery *discovery, void *context)
{
    struct session *session = context;
    char settings[HD_TOKEN_SETTINGS_BYTES];
    char *token = hd_token_write(discovery->token);
    char *recipe = recipe_of(discovery);
    if (token == NULL) {
        return;
    }
    list_add(session, discovery->finding);
    const struct hd_story story = {
        .program = discovery->settings->program,
        .test = discovery->test->name,
        .finding = discovery->finding,
        .log = discovery->log,
        .names = discovery->names,
        .settings =
            hd_token_settings(discovery->token, settings, sizeof(settings)),
        .token = token,
        .recipe = recipe,
        .labels = discovery->labels,
        .passing = discovery->passing,
        .order = discovery->order,
        .executions = discovery->executions,
        .of_search = discovery->of_search,
        .reproduced = discovery->reproduced,
        .replays = discovery->replays,
        .deviations_found = (uint32_t)discovery->deviations_found,
        .deviations_left = (uint32_t)discovery->deviations_left,
        .fewer = discovery->fewer,
        .color = discovery->settings->color,
    };
    if (discovery->settings->verbosity >= 0) {
        hd_report_text(&story, session->reports);
        if (discovery->settings->verbosity > 0 && !discovery->of_search) {
            fprintf(session->reports, "  trace:   %016llx\n",
                    (unsigned long long)discovery->digest);
        }
        fputc('\n', session->reports);
        fflush(session->reports);
    }
    if (discovery->settings->save_schedule != NULL && !discovery->of_search) {
        save_schedule(session, discovery, token);
    }
    free(token);
    free(recipe);
}

static bool
has_kind(const struct hd_verdict *verdict, const char *kind)
{
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        if (strcmp(verdict->kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- running tests ---- */

/* Does the token still fit the program? Says so if it does not. */
static bool
fits(const struct hd_options *options, const struct hd_drift *drift)
{
    const bool misfit = drift->misfit != SIZE_MAX;
    if (!misfit && drift->unmet == SIZE_MAX) {
        return true;
    }
    const struct hd_deviation *item =
        &options->token.schedule.items[misfit ? drift->misfit : drift->unmet];
    char earlier[HD_PATH_BYTES + 16] = "";
    if (item->is_order) {
        snprintf(earlier, sizeof(earlier), "%s@%u-", item->take_name,
                 item->take_step);
    }
    complain("drift: %s%s%c%u of the token %s: the program has changed, or the "
             "token is damaged%s",
             earlier, item->at_name, item->is_value ? '~' : '@', item->step,
             misfit ? "does not fit" : "never came up",
             options->settings.strict ? "; refused (--strict)"
                                      : "; the rest ran as fifo");
    return false;
}

static void
replay_test(struct session *session, const struct hd_test *test)
{
    const struct hd_options *options = session->options;
    FILE *out = session->results;
    struct hd_verdict verdict;
    char error[200];
    struct hd_drift drift = {SIZE_MAX, SIZE_MAX};
    list_begin(session);
    if (!hd_explore_replay(&options->settings, test, tell, session, &verdict,
                           &drift, error, sizeof(error)) ||
        verdict.unable) {
        complain("%s: %s", test->name,
                 verdict.unable ? "a worker could not start" : error);
        session->unable = true;
        list_end(session);
        return;
    }
    if (!fits(options, &drift)) {
        session->unable |= options->settings.strict;
    }
    fprintf(out, "replay %s: ", test->name);
    if (verdict.kind_count > 0) {
        hd_verdict_print_kinds(&verdict, out);
        session->failed++;
    } else {
        fputs(verdict.interrupted ? "interrupted" : "nothing found", out);
    }
    fprintf(out, ", trace %016llx\n", (unsigned long long)verdict.digest);
    list_end(session);
    fflush(out);
}

static void
explore_test(struct session *session, const struct hd_test *test)
{
    const struct hd_settings *settings = &session->options->settings;
    struct hd_verdict verdict;
    char error[200];
    const char *expected = hd_expected(settings, test);
    list_begin(session);
    if (!hd_explore_test(settings, test, tell, session, &verdict, error,
                         sizeof(error)) ||
        verdict.unable) {
        complain("%s: %s", test->name,
                 verdict.unable ? "a worker could not start" : error);
        session->unable = true;
        list_end(session);
        return;
    }
    session->failed += !hd_is_as_expected(expected, &verdict);
    session->cut_short += !verdict.complete || settings->shards > 1;
    hd_verdict_print(&verdict, settings, test, session->results);
    list_end(session);
    if (has_kind(&verdict, "uncontrolled") &&
        !hd_expects(expected, "uncontrolled")) {
        session->uncontrolled++;
    }
}

/* A token belongs to one program and test; say so if it is another's. */
static int
check_print(const struct hd_options *options, const struct hd_test *test,
            uint32_t tests)
{
    const uint32_t print =
        hd_token_print_of(options->settings.program, test->name);
    if (print == options->token.print || tests > 1) {
        return -1;
    }
    complain("%s: the token (print %06x) was made by another program or test "
             "(%s of %s has %06x)",
             options->settings.strict ? "refused" : "note",
             options->token.print, test->name, options->settings.program,
             print);
    return options->settings.strict ? HD_EXIT_USAGE : -1;
}

/* With a token and no name, the test that it was made for. */
static bool
is_wanted(const struct hd_options *options, const struct hd_test *test)
{
    if (!hd_options_want(options, test->name)) {
        return false;
    }
    if (options->settings.replay == NULL || options->name_count > 0 ||
        options->filter != NULL || hd_test_first()->next == NULL) {
        return true;
    }
    return hd_token_print_of(options->settings.program, test->name) ==
           options->token.print;
}

static int
check_names(const struct hd_options *options)
{
    for (int i = 0; i < options->name_count; i++) {
        const struct hd_test *test = hd_test_first();
        while (test != NULL && strcmp(test->name, options->names[i]) != 0) {
            test = test->next;
        }
        if (test == NULL) {
            complain("there is no test '%s' (--list shows them)",
                     options->names[i]);
            return HD_EXIT_USAGE;
        }
    }
    return -1;
}

/* The user wants to end: what was not run? */
static int
tell_interrupted(const struct session *session, uint32_t left)
{
    const int signal = hd_supervise_interrupted();
    if (left > 0) {
        complain("interrupted, %u test%s not run", left,
                 left == 1 ? " was" : "s were");
    }
    return session->failed > 0 ? HD_EXIT_FINDINGS : HD_EXIT_SIGNAL + signal;
}

/* Nothing was run: why? */
static int
tell_nothing(const struct hd_options *options)
{
    if (hd_test_first() == NULL) {
        complain("the program has no tests");
    } else if (options->settings.replay != NULL && options->filter == NULL &&
               options->name_count == 0) {
        complain("the token (print %06x) was made by another program or test; "
                 "name a test to replay it there",
                 options->token.print);
        return HD_EXIT_USAGE;
    } else {
        complain("no test matches%s%s, nothing to run (--list shows them)",
                 options->filter != NULL ? " --filter=" : "",
                 options->filter != NULL ? options->filter : "");
    }
    return HD_EXIT_NOTHING;
}

static int
run_test(struct session *session, const struct hd_test *test)
{
    const struct hd_options *options = session->options;
    session->tests++;
    if (options->list) {
        puts(test->name);
    } else if (options->settings.replay != NULL) {
        const int status = check_print(options, test, session->tests);
        if (status >= 0) {
            return status;
        }
        replay_test(session, test);
    } else {
        explore_test(session, test);
    }
    return -1;
}

/*
 * Every test was searched to its end: which conditions has none reached? That
 * fails the program.
 */
static void
tell_unreached(struct session *session)
{
    const struct hd_options *options = session->options;
    const struct hd_sometimes *site = NULL;
    const char *before = "FAILED no test reaches the HD_SOMETIMES at ";
    if (session->cut_short > 0 || options->list || options->name_count > 0 ||
        options->filter != NULL || options->settings.replay != NULL ||
        hd_is_ignored("sometimes", options->settings.ignored)) {
        return;
    }
    while ((site = hd_sometimes_unreached(site)) != NULL) {
        fprintf(session->results, "%s%s:%d", before,
                hd_finding_file(site->file), site->line);
        before = ", ";
        session->failed++;
    }
    if (*before == ',') {
        fputc('\n', session->results);
    }
}

static int
run_tests(struct session *session)
{
    uint32_t left = 0;
    int status = -1;
    for (const struct hd_test *test = hd_test_first();
         test != NULL && status < 0; test = test->next) {
        if (!is_wanted(session->options, test)) {
            continue;
        }
        if (hd_supervise_interrupted() != 0) {
            left++;
        } else {
            status = run_test(session, test);
        }
    }
    if (status >= 0) {
        return status;
    }
    if (session->tests == 0) {
        return tell_nothing(session->options);
    }
    if (session->unable) {
        return HD_EXIT_USAGE;
    }
    tell_unreached(session);
    if (hd_supervise_interrupted() != 0) {
        return tell_interrupted(session, left);
    }
    if (session->uncontrolled > 0) {
        return HD_EXIT_UNCONTROLLED;
    }
    return session->failed > 0 ? HD_EXIT_FINDINGS : HD_EXIT_CLEAN;
}

/* ---- where it goes ---- */

static bool
open_reports(struct session *session, struct hd_options *options)
{
    const char *name = options->settings.report_file;
    if (name == NULL) {
        session->reports = stderr;
    } else if (strcmp(name, "-") == 0) {
        session->reports = stdout;
    } else {
        session->reports = fopen(name, "w");
    }
    if (session->reports == NULL) {
        complain("cannot write %s: %s", name, strerror(errno));
        return false;
    }
    if (options->color_auto) {
        options->settings.color = isatty(fileno(session->reports)) == 1;
    }
    return true;
}

/* Better to learn it now than after an hour of searching. */
static bool
check_save_schedule(const char *name)
{
    FILE *file = name != NULL ? fopen(name, "a") : NULL;
    if (name == NULL) {
        return true;
    }
    if (file == NULL) {
        complain("cannot write %s: %s", name, strerror(errno));
        return false;
    }
    fclose(file);
    return true;
}

/* What stdio still holds must reach its end, too. */
static int
close_outputs(const struct session *session, int status)
{
    const char *name = session->options->settings.report_file;
    errno = 0;
    if (ferror(session->reports) || fflush(session->reports) != 0) {
        complain("cannot write %s: %s", name != NULL ? name : "reports",
                 strerror(errno));
        return HD_EXIT_USAGE;
    }
    if (ferror(stdout) || fflush(stdout) != 0) {
        complain("cannot write to stdout: %s", strerror(errno));
        return HD_EXIT_USAGE;
    }
    return status;
}

static int
run(struct hd_options *options)
{
    struct hd_settings *settings = &options->settings;
    struct session session = {.options = options};
    int status = check_names(options);
    if (status >= 0) {
        return status;
    }
    if (!check_save_schedule(settings->save_schedule) ||
        !open_reports(&session, options)) {
        return HD_EXIT_USAGE;
    }
    settings->pass_output =
        settings->replay != NULL ||
        (strcmp(settings->strategy, "fifo") == 0 && settings->schedules == 1);
    session.results = settings->pass_output ? stderr : stdout;
    return close_outputs(&session, run_tests(&session));
}

/*
 * What the command heddle knows a test program by. In assembly, since a
 * compiler would make it a variable: padded by a sanitizer, and in a section
 * that the linker may throw away.
 */
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
/* clang-format off */
__asm__(
    ".pushsection .note.heddle,\"a\",%note\n"
    ".balign 4\n"
    ".long 2f - 1f\n" /* bytes of the name */
    ".long 0\n"       /* bytes of what it says */
    ".long " TEXT(HD_NOTE_TYPE) "\n"
    "1: .asciz \"" HD_NOTE_NAME "\"\n"
    "2: .balign 4\n"
    ".popsection\n");
/* clang-format on */

int
main(int argc, char **argv)
{
    struct hd_options options;
    int status = hd_options_read(&options, argc, argv);
    if (status < 0) {
        status = run(&options);
    }
    hd_options_finish(&options);
    return status;
}
