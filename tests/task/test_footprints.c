/*
 * Which steps depend on each other by tasks, futures, timers and the clock, and
 * who is said to have made an actor ready.
 */
#include "footprints.h"
#include <heddle/access.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct hd_future *future;
static struct hd_task *sleeper;
static int variable;

static int
sleep_long(void *arg)
{
    (void)arg;
    return hd_sleep(HD_S(1));
}

static int
return_at_once(void *arg)
{
    (void)arg;
    return HD_OK;
}

static void
ignore(struct hd_future *done, void *arg)
{
    (void)done;
    (void)arg;
}

static void
do_nothing(void *arg)
{
    (void)arg;
}

/* ---- what tasks do, one step each ---- */

#define DOES(name, ...)                                                        \
    static void name(void *shared)                                             \
    {                                                                          \
        (void)shared;                                                          \
        __VA_ARGS__;                                                           \
    }

DOES(nothing, )
DOES(make_future, future = hd_future_create())
DOES(make_done_future, future = hd_future_create(); hd_future_set(future, NULL))
DOES(set, hd_future_set(future, NULL))
DOES(cancel_future, hd_future_cancel(future))
DOES(await, (void)!hd_await(future))
DOES(look, (void)hd_future_is_done(future))
DOES(hook, hd_future_on_done(future, ignore, NULL))
DOES(unhook, hd_future_off_done(future, ignore, NULL))
DOES(give_back, hd_future_release(future))

DOES(make_sleeper, sleeper = hd_task_spawn(sleep_long, NULL); (void)hd_yield())
DOES(cancel_sleeper, hd_task_cancel(sleeper))
DOES(look_at_sleeper, (void)hd_task_is_done(sleeper))
DOES(count_cancels, (void)hd_task_cancelling(sleeper))
DOES(call_it, hd_task_set_name(sleeper, "sleeper"))
DOES(ask_its_name, (void)hd_task_name(sleeper))

DOES(spawn, hd_task_spawn(return_at_once, NULL))
DOES(list_tasks, (void)hd_loop_tasks(hd_loop_running(), NULL, 0))
DOES(draw, (void)hd_random(6))
DOES(fall_asleep, (void)hd_sleep(HD_MS(3)))
DOES(ask_the_time, (void)hd_loop_now(hd_loop_running()))
DOES(call_soon, hd_loop_call_soon(hd_loop_running(), do_nothing, NULL))
DOES(stop_loop, hd_loop_stop(hd_loop_running()))
DOES(write_variable, HD_WRITE(&variable))

/* ---- futures ---- */

static void
who_looks_at_a_future_depends_on_its_end_only(void **state)
{
    (void)state;

    assert_true(pair_depends(make_future, await, set));
    assert_true(pair_depends(make_future, look, set));
    assert_true(pair_depends(make_future, cancel_future, set));
    assert_false(pair_depends(make_future, look, look));
    assert_false(pair_depends(make_done_future, await, await));
    assert_false(pair_depends(make_done_future, await, look));
}

static void
putting_a_callback_on_a_future_commutes_with_its_end(void **state)
{
    (void)state;

    assert_false(pair_depends(make_future, hook, set));
    assert_false(pair_depends(make_future, hook, hook));
    assert_true(pair_depends(make_future, hook, unhook));
    assert_true(pair_depends(make_future, unhook, set));
}

static void
giving_a_reference_back_depends_on_who_uses_the_handle(void **state)
{
    (void)state;

    assert_true(pair_depends(make_done_future, give_back, look));
}

/* ---- tasks ---- */

static void
a_cancellation_depends_on_others_and_on_who_counts_them(void **state)
{
    (void)state;

    assert_true(pair_depends(make_sleeper, cancel_sleeper, cancel_sleeper));
    assert_true(pair_depends(make_sleeper, cancel_sleeper, count_cancels));
    assert_false(pair_depends(make_sleeper, cancel_sleeper, look_at_sleeper));
    assert_false(pair_depends(make_sleeper, count_cancels, count_cancels));
    assert_true(pair_depends(make_sleeper, call_it, ask_its_name));
}

static void
spawning_depends_on_who_lists_tasks_only(void **state)
{
    (void)state;

    assert_false(pair_depends(NULL, spawn, spawn));
    assert_true(pair_depends(NULL, spawn, list_tasks));
    assert_false(pair_depends(NULL, call_soon, call_soon));
}

static void
the_data_stream_and_a_stop_are_shared_by_all(void **state)
{
    (void)state;

    assert_true(pair_depends(NULL, draw, draw));
    assert_true(pair_depends(NULL, stop_loop, stop_loop));
    assert_false(pair_depends(NULL, draw, spawn));
}

static void
sleeping_depends_on_nobody_but_the_clock(void **state)
{
    (void)state;

    assert_false(pair_depends(NULL, fall_asleep, fall_asleep));
    assert_false(pair_depends(NULL, fall_asleep, ask_the_time));
}

static int
do_and_sleep(void *arg)
{
    struct hd_task *task = hd_task_spawn(sleep_long, arg);
    return hd_await(task);
}

/* The first step of the first actor of this kind, or NULL. */
static const struct footprint *
step_of_kind(const struct footprints *all, enum hd_actor_kind kind)
{
    for (uint32_t i = 0; i < all->step_count; i++) {
        if (all->actors[all->steps[i].actor].kind == kind) {
            return &all->steps[i];
        }
    }
    return NULL;
}

static void
where_time_may_jump_the_clock_is_who_makes_timers_due(void **state)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;
    rules.clock = HD_CLOCK_JUMP;

    const struct footprints *all = footprints_of(do_and_sleep, NULL, &rules);

    const struct footprint *clock = step_of_kind(all, HD_ACTOR_CLOCK);
    const struct footprint *timer = step_of_kind(all, HD_ACTOR_TIMER);
    assert_non_null(clock);
    assert_non_null(timer);
    assert_ptr_equal(&all->steps[timer->by], clock);
    assert_true(footprints_conflict(all, clock, footprint_of(all, 1, 1)));
    assert_false(footprints_conflict(all, clock, timer));
}

static void
where_time_waits_for_everybody_all_steps_come_before_a_timer(void **state)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;

    const struct footprints *all = footprints_of(do_and_sleep, NULL, &rules);

    assert_null(step_of_kind(all, HD_ACTOR_CLOCK));
    assert_int_equal(step_of_kind(all, HD_ACTOR_TIMER)->by, FOOTPRINT_BY_ALL);
}

static int
arm_what_is_due(void *arg)
{
    hd_loop_call_at(hd_loop_running(), 0, do_nothing, arg);
    assert_int_equal(sim_world()->ready.view.ready_count, 1);
    return hd_sleep(HD_MS(1));
}

static void
a_timer_that_is_due_when_it_is_armed_is_offered_at_once(void **state)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;

    const struct footprints *all = footprints_of(arm_what_is_due, NULL, &rules);

    const struct footprint *timer = step_of_kind(all, HD_ACTOR_TIMER);
    assert_ptr_equal(&all->steps[timer->by], footprint_of(all, 0, 1));
}

/* ---- countdowns ---- */

static int
gather_two(void *arg)
{
    (void)arg;
    struct hd_task *one = hd_task_spawn(return_at_once, NULL);
    struct hd_task *other = hd_task_spawn(return_at_once, NULL);
    return hd_gather(one, other);
}

static void
the_countdown_of_a_gather_has_no_order_and_its_end_comes_after_all(void **state)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct footprint *counts[2];
    unsigned count = 0;
    (void)state;

    const struct footprints *all = footprints_of(gather_two, NULL, &rules);

    for (uint32_t i = 0; i < all->step_count; i++) {
        if (all->actors[all->steps[i].actor].kind == HD_ACTOR_CALLBACK) {
            assert_true(count < 2);
            counts[count++] = &all->steps[i];
        }
    }
    assert_int_equal(count, 2);
    assert_false(footprints_conflict(all, counts[0], counts[1]));
    assert_true(footprints_conflict(all, counts[0], footprint_of(all, 0, 2)));
    assert_true(footprints_conflict(all, counts[1], footprint_of(all, 0, 2)));
}

/* ---- everything ---- */

static void
steps_that_share_nothing_depend_if_all_memory_counts(void **state)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;
    rules.memory = HD_MEMORY_ALL;

    const struct footprints *all = footprints_of(gather_two, NULL, &rules);

    assert_true(footprints_conflict(all, footprint_of(all, 1, 1),
                                    footprint_of(all, 2, 1)));
    assert_false(pair_depends(NULL, nothing, write_variable));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_looks_at_a_future_depends_on_its_end_only),
        cmocka_unit_test(putting_a_callback_on_a_future_commutes_with_its_end),
        cmocka_unit_test(
            giving_a_reference_back_depends_on_who_uses_the_handle),
        cmocka_unit_test(
            a_cancellation_depends_on_others_and_on_who_counts_them),
        cmocka_unit_test(spawning_depends_on_who_lists_tasks_only),
        cmocka_unit_test(the_data_stream_and_a_stop_are_shared_by_all),
        cmocka_unit_test(sleeping_depends_on_nobody_but_the_clock),
        cmocka_unit_test(where_time_may_jump_the_clock_is_who_makes_timers_due),
        cmocka_unit_test(
            where_time_waits_for_everybody_all_steps_come_before_a_timer),
        cmocka_unit_test(
            a_timer_that_is_due_when_it_is_armed_is_offered_at_once),
        cmocka_unit_test(
            the_countdown_of_a_gather_has_no_order_and_its_end_comes_after_all),
        cmocka_unit_test(steps_that_share_nothing_depend_if_all_memory_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
