/*
 * dpor across processes: what is kept is enough to go on, whenever that is, and
 * shards add up.
 */
#include "counts.h"
#include "explore/shared.h"
#include "model.h"
#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TRACES_MAX 200u /* of the programs that are tried */
#define RUNS_MAX 2000u

static const char *const modes[] = {"source", "optimal"};

/* ---- an exploration, run by run ---- */

struct visit {
    struct model model;
    void *self;
    uint64_t runs;
    uint64_t traces[RUNS_MAX], count; /* of complete executions, sorted */
};

static struct visit visit;
static uint32_t shard, shards;

static bool
begin_shard(void *self, const struct hd_run *run)
{
    struct hd_run part = *run;
    part.shard = shard;
    part.shards = shards;
    return hd_strategy_dpor.begin(self, &part);
}

static void
begin_visit(const struct model_published *row, const char *text)
{
    model_load(&visit.model, row->name, row->parameter);
    visit.self = hd_shared_map(hd_strategy_dpor.bytes);
    assert_non_null(visit.self);
    assert_true(hd_strategy_dpor.init(visit.self, text, 1));
    visit.runs = visit.count = 0;
}

static void
end_visit(void)
{
    hd_shared_unmap(visit.self, hd_strategy_dpor.bytes);
}

static bool
run_once(const struct hd_strategy *strategy)
{
    static struct model_result result;
    const struct model_search search = {.strategy = strategy,
                                        .runs_max = RUNS_MAX};
    if (!model_run(&visit.model, &search, visit.self, visit.runs, &result)) {
        return false;
    }
    assert_true(++visit.runs < RUNS_MAX);
    if (result.outcome != HD_OUTCOME_PRUNED) {
        visit.traces[visit.count++] = result.trace;
    }
    return true;
}

static int
by_value(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Each trace is there, and so often that none is there twice. */
static void
check_visit(const struct model_published *row)
{
    uint64_t different = visit.count > 0;
    qsort(visit.traces, visit.count, sizeof(*visit.traces), by_value);
    for (uint64_t i = 1; i < visit.count; i++) {
        different += visit.traces[i] != visit.traces[i - 1];
    }
    if (different != row->traces || visit.count != row->traces) {
        fail_msg("%s(%d): %lu executions, %lu traces instead of %lu", row->name,
                 row->parameter, (unsigned long)visit.count,
                 (unsigned long)different, (unsigned long)row->traces);
    }
}

typedef void row_fn(const struct model_published *row, const char *text);

static void
for_each_program(row_fn *check)
{
    for (size_t i = 0; i < model_published_count; i++) {
        for (size_t mode = 0; mode < 2; mode++) {
            if (model_published[i].traces <= TRACES_MAX) {
                check(&model_published[i], modes[mode]);
            }
        }
    }
}

/* ---- going on ---- */

/* Another process gets what a file would keep, and nothing else. */
static void
move_to_another_process(void)
{
    void *fresh = hd_shared_map(hd_strategy_dpor.bytes);
    assert_non_null(fresh);
    memcpy(fresh, visit.self, hd_strategy_dpor.used(visit.self));
    hd_shared_unmap(visit.self, hd_strategy_dpor.bytes);
    visit.self = fresh;
}

static void
explore_moving(const struct model_published *row, const char *text)
{
    begin_visit(row, text);
    while (run_once(&hd_strategy_dpor)) {
        move_to_another_process();
    }
    check_visit(row);
    end_visit();
}

static void
a_search_goes_on_in_another_process(void **state)
{
    (void)state;
    for_each_program(explore_moving);
}

/* The executions of which nothing was kept are run again. */
static void
explore_dying(const struct model_published *row, const char *text)
{
    const struct hd_run run = {.number = 0};
    begin_visit(row, text);
    do {
        void *before = visit.self;
        visit.self = hd_shared_map(hd_strategy_dpor.bytes);
        assert_non_null(visit.self);
        memcpy(visit.self, before, hd_strategy_dpor.used(before));
        hd_shared_unmap(before, hd_strategy_dpor.bytes);
        if (visit.runs > 0 && !hd_strategy_dpor.begin(visit.self, &run)) {
            break;
        }
        if (visit.runs > 0) {
            move_to_another_process();
        }
    } while (run_once(&hd_strategy_dpor));
    check_visit(row);
    end_visit();
}

static void
an_execution_that_was_begun_elsewhere_is_run_again(void **state)
{
    (void)state;
    for_each_program(explore_dying);
}

static void
explore_untold(const struct model_published *row, const char *text)
{
    struct hd_strategy untold = hd_strategy_dpor;
    untold.end = NULL;
    begin_visit(row, text);
    while (run_once(&untold)) {
    }
    check_visit(row);
    end_visit();
}

static void
an_end_that_nobody_tells_is_noticed(void **state)
{
    (void)state;
    for_each_program(explore_untold);
}

/* ---- shards ---- */

/* How many executions of its own it says were complete. */
static uint64_t
complete_by_itself(void)
{
    struct hd_progress progress = {0};
    unsigned long complete = 0;
    hd_strategy_dpor.progress(visit.self, &progress);
    assert_int_equal(sscanf(progress.text, "%lu complete", &complete), 1);
    assert_true(progress.explored == 1);
    return complete;
}

static void
explore_shards(const struct model_published *row, const char *text)
{
    struct hd_strategy part = hd_strategy_dpor;
    part.begin = begin_shard;
    for (shards = 2; shards <= 5; shards++) {
        static uint64_t all[RUNS_MAX];
        uint64_t complete = 0;
        uint64_t count = 0;
        for (shard = 0; shard < shards; shard++) {
            begin_visit(row, text);
            while (run_once(&part)) {
            }
            complete += complete_by_itself();
            for (uint64_t i = 0; i < visit.count; i++) {
                uint64_t at = 0;
                while (at < count && all[at] != visit.traces[i]) {
                    at++;
                }
                all[at] = visit.traces[i];
                count += at == count;
            }
            end_visit();
        }
        if (count != row->traces || complete != row->traces) {
            fail_msg("%s(%d), dpor:%s, %u shards: %lu complete, %lu traces "
                     "instead of %lu",
                     row->name, row->parameter, text, shards,
                     (unsigned long)complete, (unsigned long)count,
                     (unsigned long)row->traces);
        }
    }
}

static void
shards_visit_together_what_one_search_visits(void **state)
{
    (void)state;
    for_each_program(explore_shards);
}

/* ---- what is told meanwhile ---- */

static void
watch_progress(const struct model_published *row, const char *text)
{
    double before = 0;
    begin_visit(row, text);
    while (run_once(&hd_strategy_dpor)) {
        struct hd_progress progress = {0};
        hd_strategy_dpor.progress(visit.self, &progress);
        assert_true(progress.explored >= before && progress.explored < 1);
        before = progress.explored;
    }
    assert_int_equal(complete_by_itself(), row->traces);
    end_visit();
}

static void
what_is_explored_grows_to_one(void **state)
{
    (void)state;
    for_each_program(watch_progress);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_goes_on_in_another_process),
        cmocka_unit_test(an_execution_that_was_begun_elsewhere_is_run_again),
        cmocka_unit_test(an_end_that_nobody_tells_is_noticed),
        cmocka_unit_test(shards_visit_together_what_one_search_visits),
        cmocka_unit_test(what_is_explored_grows_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
