/*
 * A test program: what main() is in every file of HD_TESTs.
 *
 * Results go to stdout, one line a test; reports and troubles to stderr. Where
 * the program's own output is passed through, stdout is the program's alone and
 * results go to stderr, too.
 */
#include "cli/options.h"

#include "explore/explore.h"
#include "report/report.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    const struct hd_options *options;
    FILE *results, *reports;
    uint32_t tests, failed, uncontrolled;
    bool unable;
};

/* ---- telling a finding ---- */

static void
save_schedule(const struct hd_discovery *discovery, const char *token)
{
    const char *name = discovery->settings->save_schedule;
    FILE *file = fopen(name, "a");
    if (file == NULL) {
        fprintf(stderr, "heddle: cannot write %s: %s\n", name, strerror(errno));
        return;
    }
    fprintf(file, "# %s in %s: %s\n%s\n", discovery->finding->kind,
            discovery->test->name, discovery->finding->message, token);
    fclose(file);
}

/* The run of a random search, as a token that names it. */
static char *
recipe_of(const struct hd_discovery *discovery)
{
    struct hd_token recipe = *discovery->token;
    recipe.is_recipe = true;
    recipe.schedule = (struct hd_schedule){0};
    recipe.seed = discovery->settings->seed;
    recipe.run = discovery->run;
    snprintf(recipe.strategy, sizeof(recipe.strategy), "%s",
             discovery->strategy);
    return strcmp(discovery->strategy, "random") == 0 ? hd_token_write(&recipe)
                                                      : NULL;
}

static void
tell(const struct hd_discovery *discovery, void *context)
{
    struct session *session = context;
    char settings[64];
    char *token = hd_token_write(discovery->token);
    char *recipe = recipe_of(discovery);
    if (token == NULL) {
        return;
    }
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
        .executions = discovery->executions,
        .reproduced = discovery->reproduced,
        .replays = discovery->replays,
        .deviations_found = (uint32_t)discovery->deviations_found,
        .deviations_left = (uint32_t)discovery->deviations_left,
        .color = discovery->settings->color,
    };
    if (discovery->settings->verbosity >= 0) {
        hd_report_text(&story, session->reports);
        fflush(session->reports);
    }
    if (discovery->settings->save_schedule != NULL) {
        save_schedule(discovery, token);
    }
    free(token);
    free(recipe);
}

/* ---- the verdict on a test ---- */

/* Is this kind among the comma-separated ones? */
static bool
is_listed(const char *kinds, const char *kind)
{
    const size_t length = strlen(kind);
    while (*kinds != '\0') {
        const size_t item = strcspn(kinds, ",");
        if (item == length && strncmp(kinds, kind, length) == 0) {
            return true;
        }
        kinds += item + (kinds[item] == ',');
    }
    return false;
}

static bool
all_found(const char *kinds, const struct hd_verdict *verdict)
{
    while (*kinds != '\0') {
        const size_t item = strcspn(kinds, ",");
        bool found = false;
        for (uint32_t i = 0; i < verdict->kind_count; i++) {
            found |= strlen(verdict->kinds[i]) == item &&
                     strncmp(verdict->kinds[i], kinds, item) == 0;
        }
        if (!found) {
            return false;
        }
        kinds += item + (kinds[item] == ',');
    }
    return true;
}

static bool
is_as_expected(const char *expected, const struct hd_verdict *verdict)
{
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        if (!is_listed(expected, verdict->kinds[i])) {
            return false;
        }
    }
    return all_found(expected, verdict);
}

static void
print_kinds(FILE *out, const struct hd_verdict *verdict)
{
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        fprintf(out, "%s%s", i > 0 ? ", " : "", verdict->kinds[i]);
    }
}

static void
print_coverage(FILE *out, const struct hd_settings *settings,
               const struct hd_verdict *verdict)
{
    const struct hd_token token = {
        .order = (uint8_t)settings->rules.order,
        .clock = (uint8_t)settings->rules.clock,
        .points = (uint8_t)settings->rules.points,
    };
    char text[64];
    const unsigned long long count = verdict->executions;
    if (verdict->proved && count > 1) {
        fprintf(out, "proved in all %llu schedules", count);
    } else if (verdict->proved) {
        fputs("proved in the only schedule", out);
    } else {
        fprintf(out, "%llu schedule%s", count, count == 1 ? "" : "s");
    }
    if (verdict->interrupted) {
        fputs(", interrupted", out);
    } else if (verdict->out_of_time) {
        fputs(", out of time", out);
    }
    fprintf(out, " (%s%s)", hd_token_settings(&token, text, sizeof(text)),
            settings->both_clocks ? ", then jump" : "");
}

static void
print_verdict(struct session *session, const struct hd_test *test,
              const struct hd_verdict *verdict, const char *expected)
{
    const struct hd_settings *settings = &session->options->settings;
    const bool passed = is_as_expected(expected, verdict);
    FILE *out = session->results;
    session->failed += !passed;
    fprintf(out, "%-6s %s: ", passed ? "ok" : "FAILED", test->name);
    if (verdict->kind_count > 0) {
        print_kinds(out, verdict);
        fprintf(out, "%s, ",
                expected[0] != '\0' && passed ? " (expected)" : "");
    } else if (expected[0] != '\0') {
        fprintf(out, "%s was expected and not found, ", expected);
    } else {
        fputs("nothing found, ", out);
    }
    print_coverage(out, settings, verdict);
    fputc('\n', out);
    if (verdict->restored[0] != '\0' && settings->verbosity >= 0) {
        fprintf(out,
                "       note: globals ('%s') change and are restored before "
                "each execution\n",
                verdict->restored);
    }
    fflush(out);
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

static void
replay_test(struct session *session, const struct hd_test *test)
{
    const struct hd_options *options = session->options;
    FILE *out = session->results;
    struct hd_verdict verdict;
    char error[200];
    size_t drift;
    if (!hd_explore_replay(&options->settings, test, tell, session, &verdict,
                           &drift, error, sizeof(error))) {
        fprintf(stderr, "heddle: %s: %s\n", test->name, error);
        session->unable = true;
        return;
    }
    if (drift != SIZE_MAX) {
        const struct hd_deviation *item = &options->token.schedule.items[drift];
        fprintf(stderr,
                "heddle: drift: the token does not fit at %s%c%u, the "
                "program has changed; %s\n",
                item->at_name, item->is_value ? '~' : '@', item->step,
                options->settings.strict ? "stopped there (--strict)"
                                         : "went on as fifo");
    }
    fprintf(out, "replay %s: ", test->name);
    if (verdict.kind_count > 0) {
        print_kinds(out, &verdict);
        session->failed++;
    } else {
        fputs("nothing found", out);
    }
    fprintf(out, ", trace %016llx\n", (unsigned long long)verdict.trace_hash);
}

static void
explore_test(struct session *session, const struct hd_test *test)
{
    const struct hd_settings *settings = &session->options->settings;
    struct hd_verdict verdict;
    char error[200];
    const char *expected = settings->expect != NULL ? settings->expect
                           : test->expect != NULL   ? test->expect
                                                    : "";
    if (!hd_explore_test(settings, test, tell, session, &verdict, error,
                         sizeof(error))) {
        fprintf(stderr, "heddle: %s: %s\n", test->name, error);
        session->unable = true;
        return;
    }
    session->unable |= verdict.unable;
    print_verdict(session, test, &verdict, expected);
    if (has_kind(&verdict, "uncontrolled") &&
        !is_listed(expected, "uncontrolled")) {
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
    fprintf(stderr,
            "heddle: %s: the token (print %06x) was made by another program "
            "or test (%s of %s has %06x)\n",
            options->settings.strict ? "refused" : "note", options->token.print,
            test->name, options->settings.program, print);
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
            fprintf(stderr,
                    "heddle: there is no test '%s' (--list shows them)\n",
                    options->names[i]);
            return HD_EXIT_USAGE;
        }
    }
    return -1;
}

static int
run_tests(struct session *session)
{
    const struct hd_options *options = session->options;
    for (const struct hd_test *test = hd_test_first(); test != NULL;
         test = test->next) {
        if (!is_wanted(options, test) || hd_supervise_interrupted()) {
            continue;
        }
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
    }
    if (session->tests == 0) {
        fputs("heddle: no test matches, nothing to run\n", stderr);
        return HD_EXIT_NOTHING;
    }
    if (session->unable) {
        return HD_EXIT_USAGE;
    }
    if (session->uncontrolled > 0) {
        return HD_EXIT_UNCONTROLLED;
    }
    return session->failed > 0 ? HD_EXIT_FINDINGS : HD_EXIT_CLEAN;
}

static FILE *
open_reports(const char *name)
{
    if (name == NULL) {
        return stderr;
    }
    return strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
}

int
main(int argc, char **argv)
{
    struct hd_options options;
    int status = hd_options_read(&options, argc, argv);
    if (status >= 0) {
        return status;
    }
    struct session session = {.options = &options};
    session.reports = open_reports(options.settings.report_file);
    if (session.reports == NULL) {
        fprintf(stderr, "heddle: cannot write %s: %s\n",
                options.settings.report_file, strerror(errno));
        return HD_EXIT_USAGE;
    }
    options.settings.pass_output =
        options.settings.replay != NULL ||
        (strcmp(options.settings.strategy, "fifo") == 0 &&
         options.settings.schedules == 1);
    session.results = options.settings.pass_output ? stderr : stdout;
    status = check_names(&options);
    if (status < 0) {
        status = run_tests(&session);
    }
    hd_options_finish(&options);
    return status;
}
