/*
 * Exhaustive search up to equivalence, against the published counts.
 */
#include "counts.h"
#include "differ.h"
#include "generate.h"
#include "model.h"
#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct model_counts
explore(const struct model_published *row, const char *text)
{
    const struct model_search search = {
        .strategy = &hd_strategy_dpor, .text = text, .runs_max = UINT64_MAX};
    struct model model;
    struct model_counts counts;
    model_load(&model, row->name, row->parameter);
    model_explore(&model, &search, &counts);
    return counts;
}

static void
check_row(const struct model_published *row, const char *text,
          struct model_counts counts, uint64_t pruned)
{
    if (counts.complete != row->traces || counts.traces != row->traces ||
        counts.pruned != pruned) {
        fail_msg("%s(%d), dpor:%s: %lu complete, %lu traces of %lu, %lu pruned "
                 "instead of %lu",
                 row->name, row->parameter, text,
                 (unsigned long)counts.complete, (unsigned long)counts.traces,
                 (unsigned long)row->traces, (unsigned long)counts.pruned,
                 (unsigned long)pruned);
    }
    assert_int_equal(counts.bad, row->bad);
    assert_int_equal(counts.deadlocks, row->deadlocks);
    assert_false(counts.inconsistent || counts.diverged);
    /* optimal sees for itself whether a step may touch something else. */
    assert_true(!counts.cut || strcmp(text, "optimal") == 0);
    model_counts_finish(&counts);
}

static void
source_dpor_blocks_as_often_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_published_count; i++) {
        const struct model_published *row = &model_published[i];
        check_row(row, "source", explore(row, "source"),
                  (uint64_t)row->blocked);
    }
}

static void
optimal_dpor_runs_each_trace_once_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_published_count; i++) {
        const struct model_published *row = &model_published[i];
        struct model_counts counts = explore(row, "optimal");
        check_row(row, "optimal", counts, row->general ? counts.pruned : 0);
    }
}

/* ---- generated programs ---- */

static void
check_generated(const char *text, unsigned each)
{
    static char program[MODEL_TEXT_BYTES];
    const struct model_search search = {
        .strategy = &hd_strategy_dpor, .text = text, .runs_max = UINT64_MAX};
    for (unsigned kind = 0; kind < MODEL_KINDS; kind++) {
        for (unsigned seed = 1; seed <= each; seed++) {
            model_generate((enum model_kind)kind, seed, program);
            const struct model_difference difference =
                model_differ(program, &search);
            /* It says so itself where it may have missed something. */
            const bool gave_up = strcmp(text, "optimal") == 0 &&
                                 difference.found.cut &&
                                 !difference.found.diverged;
            if (difference.verdict > MODEL_NONSENSE && !gave_up) {
                fail_msg("dpor:%s %s:\n%s", text,
                         model_verdict_names[difference.verdict], program);
            }
        }
    }
}

static void
each_trace_of_generated_programs_is_run_once(void **state)
{
    (void)state;
    check_generated("source", 20);
    check_generated("optimal", 20);
}

static void
each_trace_of_many_programs_is_run_once(void **state)
{
    (void)state;
    check_generated("source", 400);
    check_generated("optimal", 400);
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source_dpor_blocks_as_often_as_published),
        cmocka_unit_test(optimal_dpor_runs_each_trace_once_and_nothing_else),
        cmocka_unit_test(each_trace_of_generated_programs_is_run_once),
    };
    const struct CMUnitTest longer[] = {
        cmocka_unit_test(each_trace_of_many_programs_is_run_once),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        return cmocka_run_group_tests(longer, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
