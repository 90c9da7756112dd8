/*
 * What the tests of detectors share: a program under all its schedules, or
 * under many.
 */
#ifndef TESTS_DETECT_EVERY_H
#define TESTS_DETECT_EVERY_H

#include "judged.h"
#include "strategy/strategy.h"
#include <stdlib.h>

/* Called after each execution, whose findings are in `found`. */
typedef void every_fn(void *context);

/* All schedules of a small program; returns how many. */
__attribute__((unused)) static unsigned
every_schedule(hd_fn *program, void *arg, every_fn *look, void *context)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_run run = {.number = 0};
    struct hd_dfs *dfs = calloc(1, sizeof(*dfs));
    unsigned count = 0;
    assert_non_null(dfs);
    while (hd_strategy_dfs.begin(dfs, &run)) {
        sim_explore(program, arg, &rules, &hd_strategy_dfs, dfs);
        judge(0);
        look(context);
        count++;
        assert_true(count < 100000);
    }
    free(dfs);
    return count;
}

/* What was found in many executions. */
struct tally {
    const char *kind;    /* every finding must be of it */
    const char *message; /* every one must say this */
    unsigned found, clean;
    uint64_t signature; /* the same for all */
};

__attribute__((unused)) static void
look_at(void *context)
{
    struct tally *tally = context;
    tally->clean += found.count == 0;
    for (uint32_t i = 0; i < found.count; i++) {
        const struct hd_finding *finding = &found.items[i];
        assert_string_equal(finding->kind, tally->kind);
        if (strstr(finding->message, tally->message) == NULL) {
            fail_msg("'%s' should say '%s'", finding->message, tally->message);
        }
        assert_true(tally->found == 0 ||
                    tally->signature == finding->signature);
        tally->signature = finding->signature;
        tally->found++;
    }
}

/*
 * In some schedules, and where it is found it is always this, and one finding;
 * the other schedules are clean.
 */
__attribute__((unused)) static struct tally
assert_every(hd_fn *program, void *arg, const char *kind, const char *message)
{
    struct tally tally = {.kind = kind, .message = message};
    every_schedule(program, arg, look_at, &tally);
    assert_true(tally.found > 0);
    return tally;
}

/* In all schedules, word for word. */
__attribute__((unused)) static void
assert_always(hd_fn *program, const char *message)
{
    const struct tally tally = assert_every(program, NULL, "deadlock", message);
    assert_int_equal(tally.clean, 0);
    assert_string_equal(found.items[0].message, message);
}

/* No schedule shows anything. */
__attribute__((unused)) static void
assert_clean(hd_fn *program, void *arg)
{
    struct tally tally = {.kind = "none", .message = ""};
    every_schedule(program, arg, look_at, &tally);
    assert_int_equal(tally.found, 0);
}

#endif
