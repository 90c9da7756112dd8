/*
 * dpor over coroutine programs: how few executions it takes.
 */
#include "explore/shared.h"
#include "search.h"

/* ---- three philosophers ---- */

struct seat {
    struct hd_lock *first, *second;
};

static int
dine(void *arg)
{
    const struct seat *seat = arg;
    HD_TRY(hd_lock_acquire(seat->first));
    HD_TRY(hd_lock_acquire(seat->second));
    HD_TRY(hd_lock_release(seat->second));
    return hd_lock_release(seat->first);
}

/* arg: whether all take the fork with the lower number first. */
static int
run_dinner(void *arg)
{
    const bool *is_ordered = arg;
    struct hd_lock forks[3] = {{.locked = false}};
    struct seat seats[3];
    struct hd_task *tasks[3];
    for (int i = 0; i < 3; i++) {
        const int next = (i + 1) % 3;
        const bool swaps = *is_ordered && next < i;
        seats[i].first = &forks[swaps ? next : i];
        seats[i].second = &forks[swaps ? i : next];
        tasks[i] = hd_task_spawn(dine, &seats[i]);
    }
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

/* ---- the search ---- */

struct tally {
    unsigned executions, deadlocks;
    bool cut;
};

static struct tally
explore(hd_fn *program, void *arg)
{
    const struct hd_strategy *dpor = &hd_strategy_dpor;
    void *self = hd_shared_map(dpor->bytes);
    struct tally tally = {0};
    struct hd_progress progress = {0};
    struct search *search = search_for(dpor, self, program, arg);
    assert_non_null(self);
    assert_true(dpor->init(self, "", 1));
    search->rules.points = HD_POINTS_AWAIT;
    while (search->executions < TRACES_MAX && search_once(search)) {
        dpor->end(self, &sim_world()->ready.view, search->outcome);
        tally.deadlocks += search->outcome == HD_OUTCOME_DEADLOCK;
    }
    dpor->progress(self, &progress);
    tally.executions = search->executions;
    tally.cut = progress.cut;
    hd_shared_unmap(self, dpor->bytes);
    return tally;
}

static void
philosophers_with_an_order_are_proved_in_few_executions(void **state)
{
    static bool is_ordered = true;
    (void)state;

    const struct tally tally = explore(run_dinner, &is_ordered);

    assert_true(tally.executions > 1 && tally.executions <= 200);
    assert_int_equal(tally.deadlocks, 0);
    assert_false(tally.cut);
}

static void
philosophers_without_an_order_starve_in_some_executions(void **state)
{
    static bool is_ordered = false;
    (void)state;

    const struct tally tally = explore(run_dinner, &is_ordered);

    assert_true(tally.executions <= 200);
    assert_true(tally.deadlocks > 0 && tally.deadlocks < tally.executions);
    assert_false(tally.cut);
}

/* ---- tasks that have nothing to do with each other ---- */

static void
tasks_that_share_nothing_need_one_execution(void **state)
{
    static struct crowd crowd = {4, 3};
    (void)state;

    const struct tally tally = explore(run_crowd, &crowd);

    assert_int_equal(tally.executions, 1);
    assert_false(tally.cut);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            philosophers_with_an_order_are_proved_in_few_executions),
        cmocka_unit_test(
            philosophers_without_an_order_starve_in_some_executions),
        cmocka_unit_test(tasks_that_share_nothing_need_one_execution),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
