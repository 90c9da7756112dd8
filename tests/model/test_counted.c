/*
 * Strategies that enumerate, against the published counts.
 */
#include "counts.h"
#include "model.h"
#include "sleep.h"
#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* More are for the suite `long`. */
#define INTERLEAVINGS_AT_FIRST UINT64_C(60000)

static void
check_dfs(const struct model_published *row)
{
    const struct model_search search = {.strategy = &hd_strategy_dfs,
                                        .runs_max = UINT64_MAX};
    struct model model;
    struct model_counts counts;
    model_load(&model, row->name, row->parameter);

    model_explore(&model, &search, &counts);

    if (counts.runs != row->interleavings || counts.traces != row->traces) {
        print_message("%s(%d): %lu runs, %lu traces\n", row->name,
                      row->parameter, (unsigned long)counts.runs,
                      (unsigned long)counts.traces);
    }
    assert_int_equal(counts.runs, row->interleavings);
    assert_int_equal(counts.complete, row->interleavings);
    assert_int_equal(counts.steps_max, row->steps);
    assert_int_equal(counts.traces, row->traces);
    assert_int_equal(counts.bad, row->bad);
    assert_int_equal(counts.deadlocks, row->deadlocks);
    assert_false(counts.inconsistent || counts.diverged || counts.cut);
    model_counts_finish(&counts);
}

static void
dfs_runs_every_interleaving_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_published_count; i++) {
        if (model_published[i].interleavings <= INTERLEAVINGS_AT_FIRST) {
            check_dfs(&model_published[i]);
        }
    }
}

static void
dfs_runs_every_interleaving_of_the_large_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_published_count; i++) {
        if (model_published[i].interleavings > INTERLEAVINGS_AT_FIRST) {
            check_dfs(&model_published[i]);
        }
    }
}

static void
check_sleep_sets(const struct model_published *row)
{
    const struct model_search search = {.strategy = &model_strategy_sleep,
                                        .runs_max = UINT64_MAX};
    struct model model;
    struct model_counts counts;
    model_load(&model, row->name, row->parameter);

    model_explore(&model, &search, &counts);

    assert_int_equal(counts.complete, row->traces);
    assert_int_equal(counts.traces, row->traces);
    assert_int_equal(counts.pruned, row->sleep_blocked);
    assert_int_equal(counts.bad, row->bad);
    assert_int_equal(counts.deadlocks, row->deadlocks);
    model_counts_finish(&counts);
}

static void
sleep_sets_run_every_trace_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_published_count; i++) {
        if (model_published[i].sleep_blocked >= 0) {
            check_sleep_sets(&model_published[i]);
        }
    }
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dfs_runs_every_interleaving_once),
        cmocka_unit_test(sleep_sets_run_every_trace_once),
    };
    const struct CMUnitTest longer[] = {
        cmocka_unit_test(dfs_runs_every_interleaving_of_the_large_once),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        return cmocka_run_group_tests(longer, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
