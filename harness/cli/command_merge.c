/*
 * The verdict on each test is made from the united parts as that of a search is
 * made from its jobs, and printed by the same code.
 */
#include "cli/command.h"

#include "cli/options.h"
#include "cli/verdict.h"
#include "detect/detect.h"
#include "explore/checkpoint.h"
#include "explore/covered.h"
#include "explore/expect.h"
#include "explore/merge.h"
#include "explore/tally.h"
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 4096u

/* What is made of the united file. */
struct outcome {
    const struct hd_merge *merge;
    struct hd_options options; /* the search's, as far as they are kept */
    char **arguments;          /* to which they point */
    int verbosity;
    uint32_t failed, uncontrolled;
};

/* One test of it. */
struct test {
    char name[256];
    const char *expect;
    struct hd_plan plan; /* names, clocks and kinds of arms */
    struct hd_strategy strategies[HD_ARMS_MAX];
    char texts[HD_ARMS_MAX][64];
    struct hd_part parts[PARTS_MAX];
    uint32_t part_count;
    bool is_over; /* every part has done what it should */
};

/* ---- settings ---- */

/* Read those that are kept, which are as on a command line. */
static bool
read_settings(struct outcome *outcome)
{
    const struct hd_container *from = &outcome->merge->united;
    const char *program = hd_container_get(from, "program");
    char **arguments = calloc(from->field_count + 2, sizeof(*arguments));
    int count = 0;
    if (arguments == NULL || program == NULL) {
        free(arguments);
        return false;
    }
    outcome->arguments = arguments;
    arguments[count++] = strdup(program);
    for (size_t i = 0; i < from->field_count; i++) {
        const struct hd_field *field = &from->fields[i];
        if (strncmp(field->name, "--", 2) == 0 &&
            asprintf(&arguments[count], "%s=%s", field->name, field->value) >
                0) {
            count++;
        }
    }
    optind = 0;
    const bool fine = hd_options_read(&outcome->options, count, arguments) < 0;
    outcome->options.settings.verbosity = outcome->verbosity;
    outcome->options.settings.keep_going = true;
    return fine;
}

static void
finish_settings(struct outcome *outcome)
{
    for (size_t i = 0;
         outcome->arguments != NULL && outcome->arguments[i] != NULL; i++) {
        free(outcome->arguments[i]);
    }
    free(outcome->arguments);
    hd_options_finish(&outcome->options);
}

/* ---- parts ---- */

/* "dfs exact exhaustive", "dpor exact exhaustive assumed". */
static void
read_arm(struct test *test, uint32_t index, const char *text)
{
    struct hd_arm *arm = &test->plan.arms[index];
    char *name = test->texts[index];
    snprintf(name, sizeof(test->texts[index]), "%s", text);
    arm->clock =
        strstr(text, " jump ") != NULL ? HD_CLOCK_JUMP : HD_CLOCK_EXACT;
    arm->is_exhaustive = strstr(text, " exhaustive") != NULL;
    arm->is_assumed = strstr(text, " assumed") != NULL;
    arm->text = "";
    name[strcspn(name, " :")] = '\0';
    test->strategies[index].name = name;
    arm->strategy = &test->strategies[index];
    test->plan.arm_count = index + 1;
}

static bool
read_part(struct test *test, const struct hd_container *from, uint32_t number)
{
    char name[HD_KEPT_NAME_BYTES];
    const struct hd_section *search = hd_container_find(
        from, hd_kept_name(name, test->name, "job/%u/search", number));
    const struct hd_section *covered = hd_container_find(
        from, hd_kept_name(name, test->name, "job/%u/coverage", number));
    if (search == NULL || search->count != HD_REMEMBERED_BYTES ||
        test->part_count == PARTS_MAX) {
        return false;
    }
    struct hd_shared *shared = calloc(1, sizeof(*shared));
    if (shared == NULL) {
        return false;
    }
    memcpy((char *)shared + HD_REMEMBERED_AT, search->bytes,
           HD_REMEMBERED_BYTES);
    if (covered != NULL && (shared->coverage = hd_coverage_create()) != NULL) {
        hd_covered_read(shared->coverage, covered->bytes, covered->count);
    }
    test->parts[test->part_count++] =
        (struct hd_part){.plan = &test->plan, .shared = shared};
    return true;
}

static void
read_test(struct test *test, const struct outcome *outcome)
{
    const struct hd_container *from = &outcome->merge->united;
    const uint32_t parts = outcome->merge->shards * outcome->merge->jobs;
    char name[HD_KEPT_NAME_BYTES];
    const char *text;
    for (uint32_t i = 0;
         i < HD_ARMS_MAX &&
         (text = hd_container_get(
              from, hd_kept_name(name, test->name, "arm/%u", i))) != NULL;
         i++) {
        read_arm(test, i, text);
    }
    for (uint32_t i = 0; i < parts; i++) {
        read_part(test, from, i);
    }
    text = hd_container_get(from, hd_kept_name(name, test->name, "complete"));
    test->is_over =
        test->part_count == parts && text != NULL && strcmp(text, "yes") == 0;
    test->expect =
        hd_container_get(from, hd_kept_name(name, test->name, "expect"));
}

static void
finish_test(struct test *test)
{
    for (uint32_t i = 0; i < test->part_count; i++) {
        struct hd_shared *shared =
            (struct hd_shared *)(uintptr_t)test->parts[i].shared;
        hd_coverage_destroy(shared->coverage);
        free(shared);
    }
    free(test);
}

/* ---- what was found ---- */

static const char *
kind_of(const char *text)
{
    const struct hd_detector *row = hd_detector_find(text);
    return row != NULL ? row->kind : text;
}

static void
tell_findings(const struct outcome *outcome, const struct test *test,
              struct hd_verdict *verdict)
{
    struct hd_kept_finding finding;
    for (uint32_t i = 0; hd_checkpoint_finding(&outcome->merge->united,
                                               test->name, i, &finding);
         i++) {
        hd_discover_note(verdict, kind_of(finding.kind));
        if (outcome->verbosity >= 0) {
            fputs(finding.report, stderr);
        }
    }
}

/*
 * Conditions that were reached and true in no schedule of any shard: a line
 * each of the text is `reached met line file expression`.
 */
static void
tell_unmet(const struct outcome *outcome, const struct test *test,
           struct hd_verdict *verdict)
{
    char name[HD_KEPT_NAME_BYTES];
    const struct hd_section *sites = hd_container_find(
        &outcome->merge->united, hd_kept_name(name, test->name, "sites"));
    const char *text = sites != NULL ? (const char *)sites->bytes : "";
    if (!test->is_over || !hd_merge_is_whole(outcome->merge) ||
        hd_is_ignored("sometimes", outcome->options.settings.ignored)) {
        return;
    }
    for (; *text != '\0'; text += strcspn(text, "\n") + 1) {
        int line;
        int file = 0;
        int expression = 0;
        if (strncmp(text, "1 0 ", 4) != 0 ||
            sscanf(text + 4, "%d %n%*s %n", &line, &file, &expression) != 1) {
            continue;
        }
        hd_discover_note(verdict, "sometimes");
        if (outcome->verbosity >= 0) {
            const char *path = hd_finding_file(text + 4 + file);
            fprintf(stderr,
                    "sometimes in test %s: %.*s was true in no schedule of any "
                    "shard (%.*s:%d)\n\n",
                    test->name, (int)strcspn(text + 4 + expression, "\n"),
                    text + 4 + expression, (int)strcspn(path, " "), path, line);
        }
    }
}

/* ---- the verdict ---- */

static void
tell_missing(const struct outcome *outcome)
{
    const struct hd_merge *merge = outcome->merge;
    const uint32_t missing = hd_merge_missing(merge);
    const char *before = " ";
    if (!merge->same_build) {
        fputs("heddle merge: note: the shards were made by different builds of "
              "the program; so\n        nothing is proved\n",
              stderr);
    }
    if (missing == 0) {
        return;
    }
    fprintf(stderr,
            "heddle merge: note: of %u shards %u %s missing:", merge->shards,
            missing, missing == 1 ? "is" : "are");
    for (uint32_t i = 0, named = 0; i < merge->shards && named < 20; i++) {
        if (!merge->has[i]) {
            fprintf(stderr, "%s%u", before, i + 1);
            before = ", ";
            named++;
        }
    }
    fputs(missing > 20 ? ", ...\n" : "\n", stderr);
}

static void
judge_test(struct outcome *outcome, struct test *test)
{
    struct hd_verdict verdict = {0};
    char name[HD_KEPT_NAME_BYTES];
    const struct hd_settings *settings = &outcome->options.settings;
    const char *elapsed = hd_container_get(
        &outcome->merge->united, hd_kept_name(name, test->name, "elapsed-ms"));
    const uint32_t parts = outcome->merge->shards * outcome->merge->jobs;
    read_test(test, outcome);
    const struct hd_test as = {.name = test->name, .expect = test->expect};
    hd_tally(&verdict, settings, test->parts, test->part_count,
             test->part_count == parts && hd_merge_is_whole(outcome->merge));
    verdict.elapsed_ms = elapsed != NULL ? strtoull(elapsed, NULL, 10) : 0;
    tell_findings(outcome, test, &verdict);
    tell_unmet(outcome, test, &verdict);
    hd_verdict_print(&verdict, settings, &as, stdout);
    if (!test->is_over && outcome->verbosity >= 0 && verdict.kind_count == 0) {
        fputs("       note: not every shard has ended\n", stdout);
    }
    const char *expected = hd_expected(settings, &as);
    outcome->failed += !hd_is_as_expected(expected, &verdict);
    for (uint32_t i = 0; i < verdict.kind_count; i++) {
        outcome->uncontrolled +=
            strcmp(verdict.kinds[i], "uncontrolled") == 0 &&
            !hd_expects(expected, "uncontrolled");
    }
}

static int
judge(struct outcome *outcome)
{
    const char *list = hd_container_get(&outcome->merge->united, "tests");
    tell_missing(outcome);
    while (*list != '\0') {
        const size_t length = strcspn(list, " ");
        struct test *test = calloc(1, sizeof(*test));
        if (test == NULL) {
            return HD_EXIT_USAGE;
        }
        snprintf(test->name, sizeof(test->name), "%.*s", (int)length, list);
        judge_test(outcome, test);
        finish_test(test);
        list += length + (list[length] == ' ');
    }
    if (outcome->uncontrolled > 0) {
        return HD_EXIT_UNCONTROLLED;
    }
    return outcome->failed > 0 ? HD_EXIT_FINDINGS : HD_EXIT_CLEAN;
}

/* ---- the command ---- */

static int
merge_files(char *const *paths, uint32_t count, const char *out, int verbosity)
{
    struct hd_merge merge;
    char error[HD_CONTAINER_ERROR_BYTES];
    if (!hd_merge(&merge, paths, count, error)) {
        fprintf(stderr, "heddle merge: %s\n", error);
        return HD_EXIT_USAGE;
    }
    struct outcome outcome = {.merge = &merge, .verbosity = verbosity};
    int status = HD_EXIT_USAGE;
    if (!read_settings(&outcome)) {
        fputs("heddle merge: the settings that are kept make no sense here\n",
              stderr);
    } else if (out != NULL && !hd_container_write(&merge.united, out, error)) {
        fprintf(stderr, "heddle merge: %s\n", error);
    } else {
        status = judge(&outcome);
    }
    finish_settings(&outcome);
    hd_merge_finish(&merge);
    return status;
}

int
hd_command_merge(int argc, char **argv)
{
    const char *out = NULL;
    int verbosity = 0;
    int option;
    opterr = 0;
    while ((option = getopt(argc, argv, "+o:qv")) != -1) {
        switch (option) {
        case 'o':
            out = optarg;
            break;
        case 'q':
            verbosity = -1;
            break;
        case 'v':
            verbosity = 1;
            break;
        default:
            return hd_command_misused("merge", "'%s' is not understood",
                                      argv[optind - 1]);
        }
    }
    opterr = 1;
    if (optind == argc) {
        return hd_command_misused("merge", "which files?");
    }
    return merge_files(argv + optind, (uint32_t)(argc - optind), out,
                       verbosity);
}
