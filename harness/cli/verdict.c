/*
 * One line a test; notes below it where a reader would ask something. Only
 * where every schedule was executed and nothing was found may it say `proved`.
 */
#include "cli/verdict.h"

#include "cli/account.h"
#include "detect/detect.h"
#include "explore/expect.h"
#include <string.h>

void
hd_verdict_print_kinds(const struct hd_verdict *verdict, FILE *out)
{
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        fprintf(out, "%s%s", i > 0 ? ", " : "", verdict->kinds[i]);
    }
}

/* "order any, clock exact, points suspend, then jump; ...". */
static void
print_settings(const struct hd_verdict *verdict,
               const struct hd_settings *settings, FILE *out)
{
    const struct hd_token token = {
        .order = (uint8_t)settings->rules.order,
        .clock = (uint8_t)settings->rules.clock,
        .points = (uint8_t)settings->rules.points,
        .faults = {settings->rules.cancels_max, settings->rules.allocs_max},
    };
    char text[HD_TOKEN_SETTINGS_BYTES];
    size_t count;
    const struct hd_detector *rows = hd_detectors(&count);
    const char *before = "; not looked for: ";
    fprintf(out, " (%s", hd_token_settings(&token, text, sizeof(text)));
    if (settings->both_clocks) {
        fputs(", then jump", out);
    }
    if (settings->rules.jumps_max != UINT32_MAX) {
        fprintf(out, ", at most %u jumps", settings->rules.jumps_max);
    }
    if (settings->rules.memory == HD_MEMORY_ALL) {
        fputs(", any two steps may conflict", out);
    }
    if (verdict->is_assumed && (verdict->proved || verdict->part_done)) {
        fputs("; steps conflict only through Heddle's objects", out);
    }
    if (verdict->by_orders && (verdict->proved || verdict->part_done)) {
        fputs("; all memory that the program's instrumented code touches", out);
    }
    for (size_t i = 0; i < count; i++) {
        if (settings->ignored >> i & 1) {
            fprintf(out, "%s%s", before, rows[i].kind);
            before = ", ";
        }
    }
    fputc(')', out);
}

/* Of orders that matter, one schedule each was enough. */
static bool
counts_orders(const struct hd_verdict *verdict)
{
    return verdict->is_assumed || verdict->by_orders;
}

static void
print_coverage(const struct hd_verdict *verdict,
               const struct hd_settings *settings, FILE *out)
{
    const unsigned long long count = verdict->executions;
    const char *plural = count == 1 ? "" : "s";
    if (verdict->proved && verdict->kind_count == 0) {
        fputs("proved ", out);
    }
    if (!verdict->proved) {
        fprintf(out, "%s%llu schedule%s",
                verdict->kind_count > 0 ? "after " : "", count, plural);
    } else if (verdict->all > 1) {
        fprintf(out,
                counts_orders(verdict) ? "in all %llu orders that matter"
                                       : "in all %llu schedules",
                (unsigned long long)verdict->all);
    } else {
        fputs(counts_orders(verdict) ? "in the only order that matters"
                                     : "in the only schedule",
              out);
    }
    if (settings->shards > 1) {
        fprintf(out,
                verdict->part_done ? ", all of shard %u/%u" : " of shard %u/%u",
                settings->shard + 1, settings->shards);
    }
    if (!verdict->proved && !verdict->part_done && verdict->kind_count == 0) {
        hd_account_print_short(verdict, out);
    }
    if (verdict->interrupted) {
        fputs(", interrupted", out);
    } else if (verdict->out_of_time) {
        fputs(", out of time", out);
    } else if (verdict->gave_up) {
        fputs(", given up: too many of them hang", out);
    }
}

static void
print_result(const struct hd_verdict *verdict, const char *expected, FILE *out)
{
    size_t length;
    const char *missing = hd_expected_missing(expected, verdict, &length);
    if (verdict->kind_count > 0) {
        hd_verdict_print_kinds(verdict, out);
        fputs(hd_is_as_expected(expected, verdict) ? " (expected), " : ", ",
              out);
    } else if (missing == NULL) {
        fputs("nothing found, ", out);
    }
    if (missing != NULL) {
        fprintf(out, "%.*s was expected and not found%s, ", (int)length,
                missing,
                verdict->interrupted ? " yet"
                : verdict->is_part   ? " by this shard"
                                     : "");
    }
}

static bool
was_found(const struct hd_verdict *verdict, const char *kind)
{
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        if (strcmp(verdict->kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

/* What dpor has proved while auto went on. */
static void
print_assumed(const struct hd_verdict *verdict, FILE *out)
{
    if (verdict->is_assumed && !verdict->proved && !verdict->part_done &&
        verdict->kind_count == 0) {
        fprintf(out,
                "       proved in %llu order%s, if steps conflict only through "
                "Heddle's objects\n"
                "       and marked memory\n",
                (unsigned long long)verdict->all, verdict->all == 1 ? "" : "s");
    }
}

/* What a reader may ask next. */
static void
print_notes(const struct hd_verdict *verdict,
            const struct hd_settings *settings, const char *expected, FILE *out)
{
    size_t length;
    if (verdict->restored[0] != '\0') {
        fprintf(out,
                "       note, no finding: globals ('%s') change; they are "
                "restored before\n       each execution\n",
                verdict->restored);
    }
    if (was_found(verdict, "uncontrolled")) {
        fputs("       note: something besides the schedule decides what the "
              "program does:\n"
              "       time, randomness, addresses, process ids or what an "
              "earlier execution\n"
              "       left behind; tokens cannot be relied on until it is "
              "gone\n",
              out);
    }
    if (hd_expected_missing(expected, verdict, &length) != NULL &&
        verdict->kind_count == 0 && !verdict->proved && !verdict->interrupted) {
        fprintf(out, "       note: %s may find it\n",
                settings->both_clocks || settings->rules.clock != HD_CLOCK_EXACT
                    ? "more --schedules or --points=await"
                    : "more --schedules, --clock=auto or --points=await");
    }
}

void
hd_verdict_print(const struct hd_verdict *verdict,
                 const struct hd_settings *settings, const struct hd_test *test,
                 FILE *out)
{
    const char *expected = hd_expected(settings, test);
    const char *word = "FAILED";
    if (hd_is_as_expected(expected, verdict)) {
        word = verdict->interrupted ? "ended" : "ok";
    }
    fprintf(out, "%-6s %s: ", word, test->name);
    print_result(verdict, expected, out);
    print_coverage(verdict, settings, out);
    print_settings(verdict, settings, out);
    fputc('\n', out);
    if (settings->verbosity >= 0) {
        print_assumed(verdict, out);
        print_notes(verdict, settings, expected, out);
    }
    if (settings->verbosity > 0) {
        hd_account_print(verdict, out);
    }
    fflush(out);
}
