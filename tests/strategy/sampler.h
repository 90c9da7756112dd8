/*
 * What every sampler must do, whatever it prefers: the same again with the same
 * seed, a run alone as in its turn, crowds, and executions that died.
 */
#ifndef TESTS_STRATEGY_SAMPLER_H
#define TESTS_STRATEGY_SAMPLER_H

#include "search.h"

#include "base/random.h"
#include "explore/shared.h"

/* A sampler with a state of its own. */
struct sampler {
    const struct hd_strategy *strategy;
    void *self;
};

/* The one under test; each test makes it anew. */
static struct sampler sampler;

__attribute__((unused)) static void
sampler_make(const struct hd_strategy *strategy, const char *text)
{
    sampler.strategy = strategy;
    sampler.self = hd_shared_map(strategy->bytes);
    assert_non_null(sampler.self);
    assert_true(strategy->init == NULL ||
                strategy->init(sampler.self, text, 1));
}

static void
sampler_drop(void)
{
    hd_shared_unmap(sampler.self, sampler.strategy->bytes);
    sampler.self = NULL;
}

/* Run `number` of a search; returns its trace hash. */
static uint64_t
sampler_run_seeded(hd_fn *program, void *arg, uint64_t number, uint64_t seed)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_run run = {.number = number, .seed = hd_mix(seed)};
    assert_true(sampler.strategy->begin(sampler.self, &run));
    const enum hd_outcome outcome =
        sim_explore(program, arg, &rules, sampler.strategy, sampler.self);
    assert_int_equal(outcome, HD_OUTCOME_OK);
    if (sampler.strategy->end != NULL) {
        sampler.strategy->end(sampler.self, &sim_world()->ready.view, outcome);
    }
    return sim_world()->ready.view.trace_hash;
}

static uint64_t
sampler_run(hd_fn *program, void *arg, uint64_t number)
{
    return sampler_run_seeded(program, arg, number, number);
}

/* ---- a program with all that can become ready ---- */

static struct hall {
    struct hd_lock lock;
    struct hd_queue queue;
} hall;

static int
visit(void *arg)
{
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_lock_acquire(&hall.lock));
        HD_TRY(hd_yield());
        HD_TRY(hd_lock_release(&hall.lock));
        HD_TRY(hd_queue_put(&hall.queue, arg));
    }
    return HD_OK;
}

static void
ignore(void *arg)
{
    (void)arg;
}

static int
serve(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    for (unsigned i = 0; i < 9; i++) {
        void *item;
        HD_TRY(hd_queue_get(&hall.queue, &item));
        hd_loop_call_soon(loop, ignore, arg);
        hd_handle_cancel(hd_loop_call_soon(loop, ignore, arg));
        hd_loop_call_later(loop, HD_MS(i), ignore, arg);
    }
    return hd_sleep(HD_MS(1));
}

static int
run_hall(void *arg)
{
    hd_lock_init(&hall.lock);
    hd_queue_init(&hall.queue, 2);
    struct hd_task *server = hd_task_spawn(serve, arg);
    struct hd_task *visitors[3];
    for (int i = 0; i < 3; i++) {
        visitors[i] = hd_task_spawn(visit, arg);
    }
    HD_TRY(hd_yield());
    hd_task_cancel(hd_task_spawn(run_crowd, arg)); /* before it could step */
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_await(visitors[i]));
    }
    HD_TRY(hd_await(server));
    hd_queue_finish(&hall.queue);
    return HD_OK;
}

/* ---- the checks ---- */

static void
repeats_itself(const struct hd_strategy *strategy, const char *text)
{
    uint64_t first[40];
    sampler_make(strategy, text);
    for (uint64_t i = 0; i < 40; i++) {
        first[i] = sampler_run(run_hall, NULL, i);
    }
    sampler_drop();
    sampler_make(strategy, text);
    for (uint64_t i = 0; i < 40; i++) {
        assert_int_equal(sampler_run(run_hall, NULL, i), first[i]);
    }
    sampler_drop();
}

/* A run after nothing but the profiling runs is what it is in its turn. */
static void
runs_alone_as_in_turn(const struct hd_strategy *strategy, const char *text)
{
    uint64_t in_turn[40];
    sampler_make(strategy, text);
    for (uint64_t i = 0; i < 40; i++) {
        in_turn[i] = sampler_run(run_hall, NULL, i);
    }
    sampler_drop();
    for (uint64_t i = 0; i < 40; i++) {
        sampler_make(strategy, text);
        for (uint64_t j = 0; j < strategy->profiles && j < i; j++) {
            sampler_run(run_hall, NULL, j);
        }
        assert_int_equal(sampler_run(run_hall, NULL, i), in_turn[i]);
        sampler_drop();
    }
}

static void
runs_differ(const struct hd_strategy *strategy, const char *text)
{
    static struct crowd crowd = {4, 4};
    uint64_t traces[40];
    sampler_make(strategy, text);
    unsigned same = 0;
    for (uint64_t i = 0; i < 40; i++) {
        traces[i] = sampler_run(run_crowd, &crowd, i);
        for (uint64_t j = 0; j < i; j++) {
            same += traces[i] == traces[j];
        }
    }
    assert_in_range(same, 0, 40);
    sampler_drop();
}

static int
yield_four_times(void *arg)
{
    (void)arg;
    for (int i = 0; i < 4; i++) {
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
run_many(void *arg)
{
    const unsigned tasks = (unsigned)(uintptr_t)arg;
    for (unsigned i = 0; i < tasks; i++) {
        hd_task_spawn(yield_four_times, NULL);
    }
    return hd_sleep(HD_MS(1));
}

static void
copes_with_crowds(const struct hd_strategy *strategy, const char *text)
{
    sampler_make(strategy, text);
    for (uint64_t i = 0; i < 3; i++) {
        sampler_run(run_many, (void *)(uintptr_t)1000, i);
        assert_int_equal(sim_world()->ready.view.step, 5003);
    }
    for (uint64_t i = 3; i < 5; i++) {
        sampler_run(run_many, (void *)(uintptr_t)20000, i);
    }
    sampler_drop();
}

/* The execution breaks off after a few steps; nobody is told of its end. */
static void
cut_short(uint64_t number)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_run run = {.number = number, .seed = hd_mix(number)};
    rules.steps_max = 11;
    assert_true(sampler.strategy->begin(sampler.self, &run));
    assert_int_equal(
        sim_explore(run_hall, NULL, &rules, sampler.strategy, sampler.self),
        HD_OUTCOME_LIMIT);
}

/* Also in the profiling run, which is the first. */
static void
survives_a_death(const struct hd_strategy *strategy, const char *text)
{
    for (uint64_t dead = 0; dead < 3; dead++) {
        sampler_make(strategy, text);
        for (uint64_t i = 0; i < 20; i++) {
            if (i == dead) {
                cut_short(i);
            } else {
                sampler_run(run_hall, NULL, i);
            }
        }
        sampler_drop();
    }
}

/* As tests: what to run in main() before those of one's own. */
static const struct hd_strategy *sampler_strategy;
static const char *sampler_text = "";

static void
a_search_repeats_itself(void **state)
{
    (void)state;
    repeats_itself(sampler_strategy, sampler_text);
}

static void
a_run_alone_is_what_it_is_in_its_turn(void **state)
{
    (void)state;
    runs_alone_as_in_turn(sampler_strategy, sampler_text);
}

static void
its_runs_differ(void **state)
{
    (void)state;
    runs_differ(sampler_strategy, sampler_text);
}

static void
a_thousand_and_twenty_thousand_tasks_are_no_trouble(void **state)
{
    (void)state;
    copes_with_crowds(sampler_strategy, sampler_text);
}

static void
an_execution_that_dies_does_not_break_the_others(void **state)
{
    (void)state;
    survives_a_death(sampler_strategy, sampler_text);
}

#define SAMPLER_TESTS                                                          \
    cmocka_unit_test(a_search_repeats_itself),                                 \
        cmocka_unit_test(a_run_alone_is_what_it_is_in_its_turn),               \
        cmocka_unit_test(its_runs_differ),                                     \
        cmocka_unit_test(a_thousand_and_twenty_thousand_tasks_are_no_trouble), \
        cmocka_unit_test(an_execution_that_dies_does_not_break_the_others)

#endif
