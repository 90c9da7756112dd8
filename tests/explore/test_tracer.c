/*
 * Traces as the tracer tells them apart, against the published counts: of all
 * interleavings of a program there are as many traces as there are classes.
 */
#include "explore/tracer.h"

#include "base/assert.h"
#include "counts.h"
#include "model.h"
#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INTERLEAVINGS_MAX UINT64_C(20000)

static struct hd_tracer tracer;
static struct hd_coverage *coverage;

/* Run all that the strategy has, or so many; the traces are in coverage. */
static void
trace_runs(const struct model *model, const struct hd_strategy *strategy,
           uint64_t runs_max)
{
    static struct model_result result;
    struct model_search search = {.strategy = strategy, .seed = 1};
    void *self = calloc(1, strategy->bytes + 1);
    assert_non_null(self);
    for (uint64_t run = 0; run < runs_max; run++) {
        uint64_t trace;
        search.observer = hd_tracer_begin(&tracer, coverage);
        if (!model_run(model, &search, self, run, &result)) {
            break;
        }
        assert_true(hd_tracer_end(&tracer, &trace));
        hd_coverage_note_trace(coverage, 0, trace);
    }
    free(self);
}

static int
begin(void **state)
{
    (void)state;
    coverage = hd_coverage_create();
    return coverage != NULL ? 0 : -1;
}

static int
finish(void **state)
{
    (void)state;
    hd_coverage_destroy(coverage);
    hd_tracer_finish(&tracer);
    return 0;
}

/* ---- tests ---- */

static void
there_are_as_many_traces_as_classes_of_interleavings(void **state)
{
    size_t checked = 0;
    for (size_t i = 0; i < model_published_count; i++) {
        const struct model_published *row = &model_published[i];
        struct model model;
        if (row->interleavings > INTERLEAVINGS_MAX) {
            continue;
        }
        model_load(&model, row->name, row->parameter);
        finish(state);
        begin(state);

        trace_runs(&model, &hd_strategy_dfs, UINT64_MAX);

        if (coverage->distinct != row->traces) {
            print_message("%s(%d)\n", row->name, row->parameter);
        }
        assert_int_equal(coverage->distinct, row->traces);
        assert_int_equal(coverage->arms[0].executions, row->interleavings);
        checked++;
    }
    assert_true(checked > 50);
}

static void
nothing_new_is_seen_once_everything_was_seen_twice(void **state)
{
    struct model model;
    (void)state;
    model_load(&model, "inc", 2);

    trace_runs(&model, &hd_strategy_random, 1);
    assert_true(hd_coverage_chance(coverage, 0) == 1);
    trace_runs(&model, &hd_strategy_random, 500);

    assert_int_equal(coverage->arms[0].once, 0);
    assert_true(hd_coverage_chance(coverage, 0) == 0);
    assert_int_equal(coverage->distinct, coverage->arms[0].distinct);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            there_are_as_many_traces_as_classes_of_interleavings, begin,
            finish),
        cmocka_unit_test_setup_teardown(
            nothing_new_is_seen_once_everything_was_seen_twice, begin, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
