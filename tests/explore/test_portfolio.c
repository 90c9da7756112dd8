/*
 * Turns of a plan's arms. No execution happens here: an arm's runs have as many
 * steps as the test says.
 */
#include "explore/portfolio.h"

#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A search whose size is known; it says how far it is. */
struct endless {
    uint64_t begun, size;
};

static bool
begin(void *self, const struct hd_run *run)
{
    struct endless *mine = self;
    (void)run;
    return mine->begun++ < mine->size;
}

static void
progress(void *self, struct hd_progress *out_progress)
{
    const struct endless *mine = self;
    out_progress->explored = (double)mine->begun / (double)mine->size;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    (void)self;
    return view->first;
}

static const struct hd_strategy counted = {
    .name = "counted", .begin = begin, .pick = pick, .progress = progress};

static const struct hd_strategy sampler = {.name = "sampler", .pick = pick};

static struct hd_plan plan;
static struct hd_shared *shared;
static struct endless search;

/* One stage: an exhaustive arm of this size, and two samplers. */
static int
set_up(void **state)
{
    (void)state;
    search = (struct endless){.size = UINT64_MAX};
    shared = hd_shared_create();
    plan = (struct hd_plan){
        .arms = {{.strategy = &counted,
                  .is_exhaustive = true,
                  .share = 200,
                  .executions_max = UINT64_MAX,
                  .self = &search},
                 {.strategy = &sampler,
                  .share = 600,
                  .executions_max = UINT64_MAX},
                 {.strategy = &sampler,
                  .share = 200,
                  .executions_max = UINT64_MAX}},
        .stages = {{.count = 3, .total_max = UINT64_MAX}},
        .arm_count = 3,
        .stage_count = 1,
    };
    return shared != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    hd_shared_destroy(shared);
    return 0;
}

/* Let the arms take turns; arm i's runs have steps[i] steps. */
static void
take_turns(unsigned turns, const uint64_t steps[3])
{
    for (unsigned i = 0; i < turns; i++) {
        assert_non_null(hd_portfolio_begin(&plan, shared));
        hd_portfolio_end(&plan, shared, steps[shared->arm], HD_SEEN_BEFORE);
    }
}

/* ---- tests ---- */

static void
arms_share_steps_not_executions(void **state)
{
    const uint64_t steps[3] = {100, 10, 20};
    (void)state;

    take_turns(10000, steps);

    const struct hd_arm_state *arms = shared->arms;
    assert_int_equal(shared->executions, 10000);
    assert_in_range(arms[1].steps * 10 / arms[0].steps, 27, 33);
    assert_in_range(arms[1].steps * 10 / arms[2].steps, 27, 33);
    assert_int_equal(
        arms[0].executions + arms[1].executions + arms[2].executions, 10000);
}

static void
the_first_run_is_the_first_arms(void **state)
{
    (void)state;

    assert_non_null(hd_portfolio_begin(&plan, shared));

    assert_int_equal(shared->arm, 0);
    assert_int_equal(shared->run, 0);
}

static void
a_search_that_is_soon_done_goes_on_alone(void **state)
{
    const uint64_t steps[3] = {100, 10, 20};
    (void)state;
    search.size = 15;

    take_turns(15, steps);
    const struct hd_arm *next = hd_portfolio_begin(&plan, shared);

    assert_null(next);
    assert_int_equal(shared->arms[0].executions, 15);
    assert_int_equal(shared->arms[1].executions, 0);
    assert_true(shared->exhausted[HD_CLOCK_EXACT]);
}

static void
who_sees_more_that_is_new_gets_more_steps(void **state)
{
    (void)state;
    plan.arms[1].share = plan.arms[2].share = 400;

    for (unsigned i = 0; i < 10000; i++) {
        assert_non_null(hd_portfolio_begin(&plan, shared));
        hd_portfolio_end(&plan, shared, 10,
                         shared->arm == 2 ? HD_SEEN_FIRST : HD_SEEN_BEFORE);
    }

    assert_int_equal(shared->arms[1].share, 200);
    assert_in_range(shared->arms[2].share, 500, 600);
    assert_true(shared->arms[2].executions > 2 * shared->arms[1].executions);
    assert_true(shared->arms[1].executions > 500);
}

static void
an_arm_waits_for_the_one_before_it(void **state)
{
    const uint64_t steps[3] = {10, 10, 10};
    (void)state;
    plan.arms[0].is_exhaustive = false;
    plan.arms[1].after = 1;
    search.size = 50;

    take_turns(99, steps);
    assert_int_equal(shared->arms[1].executions, 0);
    take_turns(100, steps);

    assert_int_equal(shared->arms[0].executions, 50);
    assert_in_range(shared->arms[1].executions, 70, 80);
}

static void
the_same_search_takes_the_same_turns(void **state)
{
    const uint64_t steps[3] = {70, 30, 50};
    uint32_t turns[500];
    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        assert_non_null(hd_portfolio_begin(&plan, shared));
        turns[i] = shared->arm;
        hd_portfolio_end(&plan, shared, steps[shared->arm], HD_SEEN_BEFORE);
    }
    tear_down(state);
    set_up(state);

    for (unsigned i = 0; i < 500; i++) {
        assert_non_null(hd_portfolio_begin(&plan, shared));
        assert_int_equal(shared->arm, turns[i]);
        hd_portfolio_end(&plan, shared, steps[shared->arm], HD_SEEN_BEFORE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(arms_share_steps_not_executions, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_first_run_is_the_first_arms, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_search_that_is_soon_done_goes_on_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            who_sees_more_that_is_new_gets_more_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_arm_waits_for_the_one_before_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_search_takes_the_same_turns,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
