/*
 * A test program: what main() is in every file of HD_TESTs.
 *
 * Results go to stdout, one line a test; reports and troubles to stderr. Where
 * the program's own output is passed through, stdout is the program's alone and
 * results go to stderr, too.
 */
#include "cli/live.h"
#include "cli/session.h"

#include "cli/note.h"
#include "cli/verdict.h"
#include "detect/detect.h"
#include "explore/checkpoint.h"
#include "explore/expect.h"
#include "explore/sometimes.h"
#include "memory/memory.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    hd_session_complain(
        "drift: %s%s%c%u of the token %s: the program has changed, or the "
        "token is damaged%s",
        earlier, item->at_name, item->is_value ? '~' : '@', item->step,
        misfit ? "does not fit" : "never came up",
        options->settings.strict ? "; refused (--strict)"
                                 : "; the rest ran as fifo");
    return false;
}

/* A test that could not be run: why. */
static void
give_up(struct hd_session *session, const struct hd_test *test,
        const struct hd_verdict *verdict, const char *error)
{
    hd_session_complain("%s: %s", test->name,
                        verdict->unable ? "a worker could not start" : error);
    session->unable = true;
    hd_session_end_list(session);
}

static void
replay_test(struct hd_session *session, const struct hd_test *test)
{
    const struct hd_options *options = session->options;
    FILE *out = session->results;
    struct hd_verdict verdict;
    char error[200];
    struct hd_drift drift = {SIZE_MAX, SIZE_MAX};
    hd_session_list(session);
    if (!hd_explore_replay(&options->settings, test, hd_session_tell, session,
                           &verdict, &drift, error, sizeof(error)) ||
        verdict.unable) {
        give_up(session, test, &verdict, error);
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
    hd_session_end_list(session);
    fflush(out);
}

static void
explore_test(struct hd_session *session, const struct hd_test *test)
{
    const struct hd_settings *settings = &session->options->settings;
    struct hd_verdict verdict;
    char error[200];
    const char *expected = hd_expected(settings, test);
    hd_session_list(session);
    hd_session_tell_kept(session, test);
    const bool searched =
        hd_explore_test(settings, test, hd_session_tell, session, &verdict,
                        error, sizeof(error));
    hd_live_erase();
    if (!searched || verdict.unable) {
        give_up(session, test, &verdict, error);
        return;
    }
    session->failed += !hd_is_as_expected(expected, &verdict);
    session->cut_short += !verdict.complete || settings->shards > 1;
    hd_verdict_print(&verdict, settings, test, session->results);
    hd_session_end_list(session);
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
    hd_session_complain(
        "%s: the token (print %06x) was made by another program or test "
        "(%s of %s has %06x)",
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
            hd_session_complain("there is no test '%s' (--list shows them)",
                                options->names[i]);
            return HD_EXIT_USAGE;
        }
    }
    return -1;
}

/* Memory is seen only by hooks. */
static int
check_memory(const struct hd_options *options)
{
    if (options->settings.rules.memory == HD_MEMORY_SEEN && !hd_memory_hooked) {
        hd_session_complain("--memory=seen: nothing in this program is "
                            "instrumented; compile and link it with heddle cc");
        return HD_EXIT_USAGE;
    }
    return -1;
}

/* The user wants to end: what was not run? */
static int
tell_interrupted(const struct hd_session *session, uint32_t left)
{
    const int signal = hd_supervise_interrupted();
    if (left > 0) {
        hd_session_complain("interrupted, %u test%s not run", left,
                            left == 1 ? " was" : "s were");
    }
    return session->failed > 0 ? HD_EXIT_FINDINGS : HD_EXIT_SIGNAL + signal;
}

/* Nothing was run: why? */
static int
tell_nothing(const struct hd_options *options)
{
    if (hd_test_first() == NULL) {
        hd_session_complain("the program has no tests");
    } else if (options->settings.replay != NULL && options->filter == NULL &&
               options->name_count == 0) {
        hd_session_complain(
            "the token (print %06x) was made by another program or test; "
            "name a test to replay it there",
            options->token.print);
        return HD_EXIT_USAGE;
    } else {
        hd_session_complain(
            "no test matches%s%s, nothing to run (--list shows them)",
            options->filter != NULL ? " --filter=" : "",
            options->filter != NULL ? options->filter : "");
    }
    return HD_EXIT_NOTHING;
}

static int
run_test(struct hd_session *session, const struct hd_test *test)
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
tell_unreached(struct hd_session *session)
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
run_tests(struct hd_session *session)
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
open_reports(struct hd_session *session, struct hd_options *options)
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
        hd_session_complain("cannot write %s: %s", name, strerror(errno));
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
        hd_session_complain("cannot write %s: %s", name, strerror(errno));
        return false;
    }
    fclose(file);
    return true;
}

/* What stdio still holds must reach its end, too. */
static int
close_outputs(const struct hd_session *session, int status)
{
    const char *name = session->options->settings.report_file;
    errno = 0;
    if (ferror(session->reports) || fflush(session->reports) != 0) {
        hd_session_complain("cannot write %s: %s",
                            name != NULL ? name : "reports", strerror(errno));
        return HD_EXIT_USAGE;
    }
    if (ferror(stdout) || fflush(stdout) != 0) {
        hd_session_complain("cannot write to stdout: %s", strerror(errno));
        return HD_EXIT_USAGE;
    }
    return status;
}

/* The names of the tests that are wanted, a blank between. malloc'ed. */
static char *
list_tests(const struct hd_options *options)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    const char *before = "";
    for (const struct hd_test *test = hd_test_first();
         to != NULL && test != NULL; test = test->next) {
        if (hd_options_want(options, test->name)) {
            fprintf(to, "%s%s", before, test->name);
            before = " ";
        }
    }
    if (to != NULL) {
        fclose(to);
    }
    return text;
}

/* Run the tests from where a file says they are, or keep them there. */
static int
resume_tests(struct hd_session *session, struct hd_options *options)
{
    struct hd_checkpoint checkpoint;
    char error[HD_CONTAINER_ERROR_BYTES];
    hd_supervise_begin(); /* from the file on, a signal is no accident */
    char *tests = list_tests(options);
    int status = HD_EXIT_USAGE;
    if (tests == NULL) {
        return HD_EXIT_USAGE;
    }
    if (hd_checkpoint_open(&checkpoint, options->resume, &options->settings,
                           tests, error)) {
        options->settings.checkpoint = &checkpoint;
        status = run_tests(session);
        status = checkpoint.failed ? HD_EXIT_USAGE : status;
    } else {
        hd_session_complain("--resume: %s", error);
    }
    options->settings.checkpoint = NULL;
    hd_checkpoint_close(&checkpoint);
    free(tests);
    return status;
}

static int
run(struct hd_options *options)
{
    struct hd_settings *settings = &options->settings;
    struct hd_session session = {.options = options};
    int status = check_names(options);
    if (status < 0) {
        status = check_memory(options);
    }
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
    settings->live = hd_live_is_wanted(settings) ? hd_live_draw : NULL;
    const bool resumes =
        options->resume != NULL && !options->list && settings->replay == NULL;
    return close_outputs(&session, resumes ? resume_tests(&session, options)
                                           : run_tests(&session));
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
