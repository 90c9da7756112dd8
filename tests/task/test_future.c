/*
 * Futures: set once, failed once, awaited by any number; what may not be
 * awaited.
 */
#include "outside.h"

static struct hd_future *shared;

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    shared = NULL;
    return 0;
}

static int one = 1, two = 2;

/* ---- results ---- */

static int
set_and_look(void *arg)
{
    void *value = NULL;
    struct hd_future *future = hd_future_create();
    (void)arg;
    tell("%d", hd_future_is_done(future));
    tell_status("result", hd_future_result(future, &value));
    tell_status("set", hd_future_set(future, &two));
    tell("%d%d", hd_future_is_done(future), hd_future_is_cancelled(future));
    tell_status("result", hd_future_result(future, &value));
    tell("%d", *(int *)value);
    return HD_OK;
}

static void
a_future_is_pending_until_it_is_set(void **state)
{
    (void)state;

    sim_run(set_and_look, NULL);

    assert_string_equal(story, "0 result:PENDING set:ok 10 result:ok 2");
}

static int
set_twice(void *arg)
{
    void *value = NULL;
    struct hd_future *future = hd_future_create();
    (void)arg;
    HD_TRY(hd_future_set(future, &one));
    tell_status("set", hd_future_set(future, &two));
    tell_status("fail", hd_future_fail(future, HD_E_USER, "late"));
    tell("%d", hd_future_cancel(future));
    HD_TRY(hd_await_value(future, &value));
    tell("%d", *(int *)value);
    return HD_OK;
}

static void
a_future_is_set_once_and_for_all(void **state)
{
    (void)state;

    sim_run(set_twice, NULL);

    assert_string_equal(story, "set:DONE fail:DONE 0 1");
    assert_int_equal(misuses(HD_E_DONE), 2);
}

static int
set_what_must_not_be(void *arg)
{
    struct hd_task *task = hd_task_spawn(succeed, NULL);
    struct hd_future *future = hd_future_create();
    (void)arg;
    tell_status("task", hd_future_set(HD_FUTURE(task), NULL));
    tell_status("task", hd_future_fail(HD_FUTURE(task), HD_E_USER, ""));
    tell_status("zero", hd_future_fail(future, 0, "no error"));
    tell_status("positive", hd_future_fail(future, 1, "no error"));
    tell("%d", hd_future_is_done(future));
    return hd_await(task);
}

static void
setting_a_task_or_failing_with_success_is_invalid(void **state)
{
    (void)state;

    sim_run(set_what_must_not_be, NULL);

    assert_string_equal(
        story, "task:INVALID task:INVALID zero:INVALID positive:INVALID 0");
}

static int
use_a_stale_future(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    hd_future_release(future);
    tell_status("set", hd_future_set(future, NULL));
    tell_status("fail", hd_future_fail(future, HD_E_USER, ""));
    tell_status("result", hd_future_result(future, NULL));
    tell_status("await", hd_await(future));
    tell("%d", hd_future_cancel(future));
    tell("%d%d", hd_future_is_done(future), hd_future_is_cancelled(future));
    tell("%d", hd_future_error(future) == NULL);
    tell("%d", hd_future_loop(future) == NULL);
    return HD_OK;
}

static void
every_use_of_a_released_future_is_stale(void **state)
{
    (void)state;

    sim_run(use_a_stale_future, NULL);

    assert_string_equal(story, "set:STALE fail:STALE result:STALE await:STALE "
                               "0 00 1 1");
}

static int
know_the_loop(void *arg)
{
    struct hd_future *future = hd_loop_future(hd_loop_running());
    (void)arg;
    tell("%d", hd_future_loop(future) == hd_loop_running());
    return HD_OK;
}

static void
a_future_knows_its_loop(void **state)
{
    (void)state;

    sim_run(know_the_loop, NULL);

    assert_string_equal(story, "1");
}

static void
create_outside(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    tell("%d", hd_future_create() == NULL);
    tell("%d", hd_loop_future(loop) != NULL);
    hd_loop_close(loop);
    tell("%d", hd_loop_future(loop) == NULL);
    hd_loop_destroy(loop);
}

static void
a_future_needs_a_loop_that_is_open(void **state)
{
    (void)state;

    run_outside(create_outside, NULL);

    assert_string_equal(story, "1 1 1");
    assert_int_equal(sim_count(HD_LOG_NO_LOOP), 1);
    assert_int_equal(sim_count(HD_LOG_CLOSED), 1);
}

/* ---- waiting ---- */

static int
wait_and_tell(void *name)
{
    void *value = NULL;
    tell_status(name, hd_await_value(shared, &value));
    tell("%d", value != NULL ? *(int *)value : 0);
    return HD_OK;
}

static int
wake_three(void *arg)
{
    (void)arg;
    shared = hd_future_create();
    start(wait_and_tell, "a");
    start(wait_and_tell, "b");
    start(wait_and_tell, "c");
    HD_TRY(hd_future_set(shared, &two));
    tell("set");
    settle();
    return HD_OK;
}

static void
waiters_wake_in_the_order_in_which_they_came(void **state)
{
    (void)state;

    sim_run(wake_three, NULL);

    assert_string_equal(story, "set a:ok 2 b:ok 2 c:ok 2");
}

static int
await_what_is_done(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    HD_TRY(hd_future_set(future, NULL));
    hd_task_spawn(speak, NAME("other"));
    HD_TRY(hd_await(future));
    tell("main");
    return hd_yield();
}

static void
awaiting_what_is_done_does_not_suspend(void **state)
{
    (void)state;

    sim_run(await_what_is_done, NULL);

    assert_string_equal(story, "main other");
    assert_int_equal(sim_count(HD_LOG_SUSPEND), 0);
}

static int
await_oneself(void *arg)
{
    (void)arg;
    return tell_status("await", hd_await(hd_task_current()));
}

static void
a_task_cannot_await_itself(void **state)
{
    (void)state;

    const int status = sim_run(await_oneself, NULL);

    assert_int_equal(status, HD_E_SELF_AWAIT);
    assert_int_equal(misuses(HD_E_SELF_AWAIT), 1);
}

static void
await_in_a_callback(void *future)
{
    tell_status("await", hd_await((struct hd_future *)future));
}

static int
call_who_awaits(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), await_in_a_callback,
                      hd_future_create());
    return hd_yield();
}

static void
only_a_task_may_await(void **state)
{
    (void)state;

    sim_run(call_who_awaits, NULL);

    assert_string_equal(story, "await:NO_TASK");
}

static int
await_shared(void *arg)
{
    (void)arg;
    return tell_status("await", hd_await(shared));
}

static void
await_across_loops(void *arg)
{
    struct hd_loop *mine = hd_loop_create();
    struct hd_loop *other = hd_loop_create();
    (void)arg;
    shared = hd_loop_future(other);
    (void)hd_loop_run_fn(mine, await_shared, NULL);
    hd_loop_destroy(mine);
    hd_loop_destroy(other);
}

static void
a_future_of_another_loop_cannot_be_awaited(void **state)
{
    (void)state;

    run_outside(await_across_loops, NULL);

    assert_string_equal(story, "await:FOREIGN_LOOP");
    assert_int_equal(misuses(HD_E_FOREIGN_LOOP), 1);
}

static int
cancel_one_of_two(void *arg)
{
    (void)arg;
    shared = hd_future_create();
    struct hd_task *a = start(wait_and_tell, "a");
    start(wait_and_tell, "b");
    hd_task_cancel(a);
    settle();
    return HD_OK;
}

static void
cancelling_one_waiter_cancels_the_future_for_all(void **state)
{
    (void)state;

    sim_run(cancel_one_of_two, NULL);

    assert_string_equal(story, "a:CANCELLED 0 b:CANCELLED 0");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_future_is_pending_until_it_is_set),
        TEST(a_future_is_set_once_and_for_all),
        TEST(setting_a_task_or_failing_with_success_is_invalid),
        TEST(every_use_of_a_released_future_is_stale),
        TEST(a_future_knows_its_loop),
        TEST(a_future_needs_a_loop_that_is_open),
        TEST(waiters_wake_in_the_order_in_which_they_came),
        TEST(awaiting_what_is_done_does_not_suspend),
        TEST(a_task_cannot_await_itself),
        TEST(only_a_task_may_await),
        TEST(a_future_of_another_loop_cannot_be_awaited),
        TEST(cancelling_one_waiter_cancels_the_future_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
