#include "story.h"

static struct hd_event event;

static int
set_up(void **state)
{
    (void)state;
    hd_event_init(&event);
    story_begin();
    return 0;
}

static int
wait_for_it(void *name)
{
    tell_status(name, hd_event_wait(&event));
    return HD_OK;
}

static int
wait_5_ms_for_it(void *name)
{
    const int status = hd_event_wait_for(&event, HD_MS(5));
    tell_time();
    tell_status(name, status);
    return HD_OK;
}

/* ---- waking ---- */

static int
set_for_three(void *arg)
{
    (void)arg;
    start(wait_for_it, "a");
    start(wait_for_it, "b");
    start(wait_for_it, "c");
    hd_event_set(&event);
    tell("set");
    settle();
    return HD_OK;
}

static void
setting_wakes_all_in_arrival_order(void **state)
{
    (void)state;

    sim_run(set_for_three, NULL);

    assert_string_equal(story, "set a:ok b:ok c:ok");
    assert_true(hd_event_is_set(&event));
}

static void
zeroed_storage_is_an_unset_event(void **state)
{
    (void)state;
    memset(&event, 0, sizeof(event));
    assert_false(hd_event_is_set(&event));

    sim_run(set_for_three, NULL);

    assert_string_equal(story, "set a:ok b:ok c:ok");
}

static int
wait_alone(void *arg)
{
    (void)arg;
    tell_status("main", hd_event_wait(&event));
    return tell_status("main", hd_event_wait_for(&event, 0));
}

static void
waiting_for_a_set_event_does_not_suspend(void **state)
{
    (void)state;
    hd_event_set(&event); /* also where no loop runs */

    sim_run(wait_alone, NULL);

    assert_string_equal(story, "main:ok main:ok");
    assert_int_equal(sim_count(HD_LOG_SUSPEND), 0);
}

static int
set_and_clear(void *arg)
{
    (void)arg;
    start(wait_for_it, "a");
    hd_event_set(&event);
    hd_event_clear(&event);
    start(wait_for_it, "b");
    settle();
    tell("%s", hd_event_is_set(&event) ? "set" : "clear");
    hd_event_set(&event);
    settle();
    return HD_OK;
}

static void
who_was_woken_goes_on_although_it_was_cleared(void **state)
{
    (void)state;

    sim_run(set_and_clear, NULL);

    assert_string_equal(story, "a:ok clear b:ok");
}

/* ---- cancellation ---- */

static int
cancel_then_set(void *arg)
{
    (void)arg;
    struct hd_task *a = start(wait_for_it, "a");
    start(wait_for_it, "b");
    hd_task_cancel(a);
    hd_event_set(&event);
    settle();
    return HD_OK;
}

static void
a_waiter_cancelled_in_line_leaves_it(void **state)
{
    (void)state;

    sim_run(cancel_then_set, NULL);

    assert_string_equal(story, "a:CANCELLED b:ok");
    assert_null(event.waiters.first);
}

static int
set_then_cancel(void *arg)
{
    (void)arg;
    struct hd_task *a = start(wait_for_it, "a");
    start(wait_for_it, "b");
    hd_event_set(&event);
    hd_task_cancel(a);
    settle();
    return HD_OK;
}

static void
a_waiter_cancelled_just_after_its_wake_up_is_cancelled(void **state)
{
    (void)state;

    sim_run(set_then_cancel, NULL);

    assert_string_equal(story, "a:CANCELLED b:ok");
    assert_null(event.waiters.first);
}

/* ---- time ---- */

static int
set_after_10_ms(void *arg)
{
    (void)arg;
    start(wait_5_ms_for_it, "a");
    HD_TRY(hd_sleep(HD_MS(10)));
    hd_event_set(&event);
    return HD_OK;
}

static void
a_wait_ends_when_its_time_is_up(void **state)
{
    (void)state;

    sim_run(set_after_10_ms, NULL);

    assert_string_equal(story, "5ms a:TIMEDOUT");
}

static int
set_after_3_ms(void *arg)
{
    (void)arg;
    start(wait_5_ms_for_it, "a");
    HD_TRY(hd_sleep(HD_MS(3)));
    hd_event_set(&event);
    settle();
    return HD_OK;
}

static void
an_event_that_comes_in_time_ends_the_wait(void **state)
{
    (void)state;

    sim_run(set_after_3_ms, NULL);

    assert_string_equal(story, "3ms a:ok");
}

/* ---- misuse ---- */

static void
wait_from_callback(void *arg)
{
    (void)arg;
    tell_status("wait", hd_event_wait(&event));
    tell_status("wait_for", hd_event_wait_for(&event, HD_MS(1)));
}

static int
call_wait(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), wait_from_callback, NULL);
    settle();
    return HD_OK;
}

static void
waiting_outside_of_a_task_is_no_task(void **state)
{
    (void)state;

    sim_run(call_wait, NULL);

    assert_string_equal(story, "wait:NO_TASK wait_for:NO_TASK");
    assert_int_equal(sim_count(HD_LOG_MISUSE), 2);
}

static int
only_wait(void *arg)
{
    (void)arg;
    return hd_event_wait(&event);
}

static int
only_set(void *arg)
{
    (void)arg;
    hd_event_set(&event);
    return HD_OK;
}

static void
waiting_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;

    const int status = status_on_another_loop(wait_for_it, only_wait, only_set);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "waiter:ok");
}

/* ---- points ---- */

static int
set_clear_set_wait(void *arg)
{
    (void)arg;
    hd_event_set(&event);
    hd_event_clear(&event);
    hd_event_set(&event);
    return hd_event_wait(&event);
}

static void
where_awaits_are_points_only_waiting_is_one(void **state)
{
    (void)state;

    const size_t points = count_points(set_clear_set_wait);

    assert_int_equal(points, 1);
    assert_int_equal(sim_count(HD_LOG_ACT), 4); /* that it passed is one */
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(setting_wakes_all_in_arrival_order),
        TEST(zeroed_storage_is_an_unset_event),
        TEST(waiting_for_a_set_event_does_not_suspend),
        TEST(who_was_woken_goes_on_although_it_was_cleared),
        TEST(a_waiter_cancelled_in_line_leaves_it),
        TEST(a_waiter_cancelled_just_after_its_wake_up_is_cancelled),
        TEST(a_wait_ends_when_its_time_is_up),
        TEST(an_event_that_comes_in_time_ends_the_wait),
        TEST(waiting_outside_of_a_task_is_no_task),
        TEST(waiting_behind_another_loop_is_foreign_loop),
        TEST(where_awaits_are_points_only_waiting_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
