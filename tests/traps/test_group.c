/*
 * Task groups: members that fail, groups that fail together, a parent that is
 * cancelled meanwhile. Whatever meets: all members have ended at the end, a
 * request from outside is not lost, and none of the group's own is left over
 * (gh-116720, gh-155433).
 */
#include "trap.h"
#include <heddle/heddle.h>

#define BROKEN HD_E_USER

static int alive; /* members that run */

static int
work(void *arg)
{
    const uintptr_t turns = (uintptr_t)arg;
    int status = HD_OK;
    alive++;
    for (uintptr_t i = 0; i < turns && status == HD_OK; i++) {
        status = hd_yield();
    }
    alive--;
    return status;
}

static int
break_down(void *arg)
{
    const int status = work(arg);
    return status < 0 ? status : hd_fail(BROKEN, "broke");
}

/* Fails while it is being cancelled. */
static int
break_while_cleaning_up(void *arg)
{
    (void)arg;
    alive++;
    int status = hd_sleep(HD_MS(1));
    if (status == HD_E_CANCELLED) {
        (void)hd_yield();
        status = hd_fail(BROKEN, "broke in its clean-up");
    }
    alive--;
    return status;
}

static void
check_that_nothing_is_left(void)
{
    HOLDS(alive == 0);
    HOLDS(hd_task_cancelling(hd_task_current()) == 0);
    HOLDS(hd_yield() == HD_OK);
    HOLDS(hd_sleep(HD_US(1)) == HD_OK);
}

/* ---- one group, cancelled from outside ---- */

static int
scope(void *arg)
{
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, work, NUMBER(2));
    hd_group_spawn(&group, arg != NULL ? break_down : work, NUMBER(1));
    hd_group_spawn(&group, break_while_cleaning_up, NULL);
    const int inside = hd_choose(2) == 0 ? HD_OK : hd_sleep(HD_US(2));
    const int status = hd_group_end(&group, inside);
    const struct hd_error *const *errors;
    HOLDS(alive == 0);
    HOLDS(status == HD_OK || status == HD_E_GROUP || status == HD_E_CANCELLED);
    HOLDS((status == HD_E_GROUP) == (hd_group_errors(&group, &errors) > 0));
    return status;
}

/* What is told of the group is dealt with; a cancellation shows later. */
static int
deal_with_a_scope(void *arg)
{
    const int status = scope(arg);
    if (status == HD_E_CANCELLED) {
        return status;
    }
    return hd_sleep(HD_US(9));
}

static int
cancel_from_outside(void *arg)
{
    (void)arg;
    alive = 0;
    struct hd_task *task =
        hd_task_spawn(deal_with_a_scope, hd_choose(2) == 1 ? &alive : NULL);
    HD_TRY(trap_dawdle(4));
    if (hd_task_cancel(task)) {
        trap_meet();
        HOLDS(hd_await(task) == HD_E_CANCELLED);
    } else {
        HOLDS(hd_await(task) == HD_OK);
    }
    HOLDS(alive == 0 && trap_tasks() == 1);
    return HD_OK;
}

static void
a_request_from_outside_is_not_lost_to_a_failure(void **state)
{
    (void)state;

    trap_large(cancel_from_outside);
}

/* ---- the group's own request ---- */

static int
fail_at_any_time(void *arg)
{
    (void)arg;
    alive = 0;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, break_down, NUMBER(hd_choose(3)));
    hd_group_spawn(&group, break_down, NUMBER(1));
    const int inside = trap_dawdle(4);
    if (inside == HD_E_CANCELLED) {
        trap_meet();
    }
    HOLDS(hd_group_end(&group, inside) == HD_E_GROUP);
    check_that_nothing_is_left();
    return HD_OK;
}

static void
the_groups_own_request_is_taken_back(void **state)
{
    (void)state;

    trap_body(fail_at_any_time);
}

/* ---- groups in groups ---- */

static bool went_on; /* after the inner group, though the outer was aborted */

static int
nest(void)
{
    struct hd_group outer, inner;
    HD_TRY(hd_group_begin(&outer));
    hd_group_spawn(&outer, break_down, NUMBER(1 + hd_choose(2)));
    HD_TRY(hd_group_begin(&inner));
    hd_group_spawn(&inner, break_down, NUMBER(1 + hd_choose(2)));
    int status = hd_group_end(&inner, hd_sleep(HD_MS(1)));
    HOLDS(status == HD_E_GROUP || status == HD_E_CANCELLED);
    if (status == HD_E_GROUP) {
        status = hd_sleep(HD_MS(1));
        went_on = status == HD_OK;
    } else {
        trap_meet();
    }
    return hd_group_end(&outer, status);
}

static int
fail_together(void *arg)
{
    (void)arg;
    alive = 0;
    went_on = false;
    HOLDS(nest() == HD_E_GROUP);
    HOLDS(!went_on);
    check_that_nothing_is_left();
    return HD_OK;
}

static void
a_group_in_a_group_does_not_swallow_its_request(void **state)
{
    (void)state;

    trap_body(fail_together);
}

/* ---- with a time-out around ---- */

static int
fail_as_the_time_is_up(void *arg)
{
    struct hd_timeout timeout;
    struct hd_group group;
    (void)arg;
    alive = 0;
    HD_TRY(hd_timeout_begin(&timeout, HD_US(2)));
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, break_while_cleaning_up, NULL);
    int status = hd_group_end(&group, hd_sleep(HD_US(2 + hd_choose(2))));
    const bool failed = status == HD_E_GROUP;
    status = hd_timeout_end(&timeout, status);
    if (failed && hd_timeout_is_expired(&timeout)) {
        trap_meet();
    }
    HOLDS(status == HD_E_GROUP || status == HD_E_TIMEDOUT || status == HD_OK);
    check_that_nothing_is_left();
    return HD_OK;
}

static void
a_scope_around_it_leaves_no_request(void **state)
{
    (void)state;

    trap_timed(fail_as_the_time_is_up);
}

/* ---- spawning while it ends ---- */

static struct hd_group shared;
static int refused, spawned;

static int
spawn_more(void *arg)
{
    (void)arg;
    alive++;
    (void)hd_yield();
    if (shared.state != NULL) {
        struct hd_task *more = hd_group_spawn(&shared, work, NUMBER(1));
        spawned += more != NULL;
        refused += more == NULL;
    }
    alive--;
    return HD_OK;
}

static int
spawn_at_any_time(void *arg)
{
    (void)arg;
    alive = refused = spawned = 0;
    HD_TRY(hd_group_begin(&shared));
    hd_group_spawn(&shared, spawn_more, NULL);
    hd_group_spawn(&shared, spawn_more, NULL);
    HOLDS(hd_group_end(&shared, trap_dawdle(3)) == HD_OK);
    HOLDS(refused == 0 && spawned == 2);
    HOLDS(trap_tasks() == 1);
    trap_meet();
    check_that_nothing_is_left();
    return HD_OK;
}

static void
members_may_spawn_until_the_last_has_ended(void **state)
{
    (void)state;

    trap_large(spawn_at_any_time);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_from_outside_is_not_lost_to_a_failure),
        cmocka_unit_test(the_groups_own_request_is_taken_back),
        cmocka_unit_test(a_group_in_a_group_does_not_swallow_its_request),
        cmocka_unit_test(a_scope_around_it_leaves_no_request),
        cmocka_unit_test(members_may_spawn_until_the_last_has_ended),
    };
    return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
