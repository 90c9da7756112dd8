#include "story.h"

static struct hd_condition condition;
static int goods; /* what the tasks wait for */

static int
set_up(void **state)
{
    (void)state;
    hd_condition_init(&condition, NULL);
    goods = 0;
    story_begin();
    return 0;
}

/* ---- who waits ---- */

static void
tell_held(const char *who, int status)
{
    tell_status(who, status);
    if (!hd_condition_is_locked(&condition)) {
        tell("without-lock");
    }
}

static int
wait_once(void *name)
{
    HD_TRY(hd_condition_acquire(&condition));
    tell_held(name, hd_condition_wait(&condition));
    return hd_condition_release(&condition);
}

static int
wait_5_ms(void *name)
{
    HD_TRY(hd_condition_acquire(&condition));
    const int status = hd_condition_wait_for(&condition, HD_MS(5));
    tell_time();
    tell_held(name, status);
    return hd_condition_release(&condition);
}

static bool
has_goods(void *arg)
{
    (void)arg;
    tell("%d?", goods);
    return goods > 0;
}

static int
wait_for_goods(void *name)
{
    HD_TRY(hd_condition_acquire(&condition));
    const int status = hd_condition_wait_until(&condition, has_goods, NULL);
    tell_held(name, status);
    return hd_condition_release(&condition);
}

static int
notify_all(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_notify_all(&condition));
    return hd_condition_release(&condition);
}

/* ---- notifying ---- */

static int
notify_two_of_three(void *arg)
{
    (void)arg;
    start(wait_once, "a");
    start(wait_once, "b");
    start(wait_once, "c");
    HD_TRY(hd_condition_acquire(&condition));
    tell_status("notify", hd_condition_notify(&condition, 2));
    HD_TRY(hd_condition_release(&condition));
    settle();
    tell("rest");
    HD_TRY(notify_all(NULL));
    settle();
    return HD_OK;
}

static void
notifying_wakes_that_many_in_arrival_order(void **state)
{
    (void)state;

    sim_run(notify_two_of_three, NULL);

    assert_string_equal(story, "notify:ok a:ok b:ok rest c:ok");
    assert_false(hd_condition_is_locked(&condition));
}

static int
notify_and_hold(void *arg)
{
    (void)arg;
    start(wait_once, "a");
    start(wait_once, "b");
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_notify_all(&condition));
    HD_TRY(hd_sleep(HD_MS(1)));
    tell("release");
    HD_TRY(hd_condition_release(&condition));
    settle();
    return HD_OK;
}

static void
who_was_notified_goes_on_when_it_has_the_lock(void **state)
{
    (void)state;

    sim_run(notify_and_hold, NULL);

    assert_string_equal(story, "release a:ok b:ok");
    assert_false(hd_condition_is_locked(&condition));
}

static int
bring_goods_late(void *arg)
{
    (void)arg;
    start(wait_for_goods, "a");
    HD_TRY(notify_all(NULL));
    settle();
    goods = 1;
    HD_TRY(notify_all(NULL));
    settle();
    return HD_OK;
}

static void
waiting_until_asks_before_each_wait(void **state)
{
    (void)state;

    sim_run(bring_goods_late, NULL);

    assert_string_equal(story, "0? 0? 1? a:ok");
}

static void
waiting_until_what_is_true_does_not_suspend(void **state)
{
    (void)state;
    goods = 1;

    sim_run(wait_for_goods, NAME("main"));

    assert_string_equal(story, "1? main:ok");
    assert_int_equal(sim_count(HD_LOG_SUSPEND), 0);
}

static int
use_a_lent_lock(void *arg)
{
    struct hd_lock *lock = arg;
    HD_TRY(hd_lock_acquire(lock));
    tell("%s", hd_condition_is_locked(&condition) ? "locked" : "free");
    HD_TRY(hd_condition_notify(&condition, 1));
    HD_TRY(hd_condition_release(&condition));
    tell("%s", hd_lock_is_locked(lock) ? "locked" : "free");
    return HD_OK;
}

static void
a_lent_lock_is_its_lock(void **state)
{
    (void)state;
    struct hd_lock lock;
    hd_lock_init(&lock);
    hd_condition_init(&condition, &lock);

    const int status = sim_run(use_a_lent_lock, &lock);

    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "locked free");
}

/* ---- cancellation ---- */

static int
cancel_the_first(void *arg)
{
    (void)arg;
    struct hd_task *a = start(wait_once, "a");
    start(wait_once, "b");
    hd_task_cancel(a);
    settle();
    HD_TRY(notify_all(NULL));
    settle();
    return HD_OK;
}

static void
a_cancelled_waiter_holds_the_lock(void **state)
{
    (void)state;

    sim_run(cancel_the_first, NULL);

    assert_string_equal(story, "a:CANCELLED b:ok");
    assert_false(hd_condition_is_locked(&condition));
}

static int
cancel_while_holding(void *arg)
{
    (void)arg;
    struct hd_task *a = start(wait_once, "a");
    HD_TRY(hd_condition_acquire(&condition));
    hd_task_cancel(a);
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(a);
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(a);
    tell("release");
    HD_TRY(hd_condition_release(&condition));
    settle();
    return HD_OK;
}

static void
no_cancellation_keeps_it_from_taking_the_lock_back(void **state)
{
    (void)state;

    sim_run(cancel_while_holding, NULL);

    assert_string_equal(story, "release a:CANCELLED");
    assert_false(hd_condition_is_locked(&condition));
}

static int
notify_one_then_cancel_it(void *arg)
{
    (void)arg;
    struct hd_task *a = start(wait_once, "a");
    struct hd_task *b = start(wait_once, "b");
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_notify(&condition, 1));
    HD_TRY(hd_condition_release(&condition));
    hd_task_cancel(a);
    settle();
    tell("%s", hd_task_is_done(b) ? "b-done" : "b-waits");
    HD_TRY(notify_all(NULL));
    settle();
    return HD_OK;
}

static void
a_cancelled_receiver_passes_its_notification_on(void **state)
{
    (void)state;

    sim_run(notify_one_then_cancel_it, NULL);

    assert_string_equal(story, "a:CANCELLED b:ok b-done");
}

static int
cancel_one_that_takes_the_lock_back(void *arg)
{
    (void)arg;
    struct hd_task *a = start(wait_once, "a");
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_notify(&condition, 1));
    HD_TRY(hd_sleep(HD_MS(1))); /* it stands in the lock's line now */
    hd_task_cancel(a);
    HD_TRY(hd_sleep(HD_MS(1)));
    tell("release");
    HD_TRY(hd_condition_release(&condition));
    settle();
    return HD_OK;
}

static void
cancelled_after_its_notification_it_still_has_the_lock(void **state)
{
    (void)state;

    sim_run(cancel_one_that_takes_the_lock_back, NULL);

    assert_string_equal(story, "release a:CANCELLED");
    assert_false(hd_condition_is_locked(&condition));
}

/* ---- time ---- */

static int
notify_late(void *arg)
{
    (void)arg;
    start(wait_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(3)));
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_sleep(HD_MS(7)));
    HD_TRY(hd_condition_release(&condition));
    settle();
    return HD_OK;
}

static void
a_timed_out_waiter_waits_for_the_lock(void **state)
{
    (void)state;

    sim_run(notify_late, NULL);

    assert_string_equal(story, "10ms a:TIMEDOUT");
    assert_false(hd_condition_is_locked(&condition));
}

static int
notify_in_time(void *arg)
{
    (void)arg;
    start(wait_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(3)));
    HD_TRY(notify_all(NULL));
    settle();
    return HD_OK;
}

static void
a_notification_in_time_ends_the_wait(void **state)
{
    (void)state;

    sim_run(notify_in_time, NULL);

    assert_string_equal(story, "3ms a:ok");
}

/* ---- misuse ---- */

static int
do_all_without_the_lock(void *arg)
{
    (void)arg;
    tell_status("wait", hd_condition_wait(&condition));
    tell_status("wait_for", hd_condition_wait_for(&condition, HD_MS(1)));
    tell_status("wait_until",
                hd_condition_wait_until(&condition, has_goods, NULL));
    tell_status("notify", hd_condition_notify(&condition, 1));
    tell_status("notify_all", hd_condition_notify_all(&condition));
    tell_status("release", hd_condition_release(&condition));
    return HD_OK;
}

static void
without_the_lock_everything_is_not_held(void **state)
{
    (void)state;

    sim_run(do_all_without_the_lock, NULL);

    assert_string_equal(story, "wait:NOT_HELD wait_for:NOT_HELD 0? "
                               "wait_until:NOT_HELD notify:NOT_HELD "
                               "notify_all:NOT_HELD release:NOT_HELD");
    assert_int_equal(sim_count(HD_LOG_MISUSE), 6);
}

static void
wait_from_callback(void *arg)
{
    (void)arg;
    tell_status("acquire", hd_condition_acquire(&condition));
    tell_status("wait", hd_condition_wait(&condition));
    tell_status("wait_for", hd_condition_wait_for(&condition, HD_MS(1)));
    tell_status("wait_until",
                hd_condition_wait_until(&condition, has_goods, NULL));
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

    assert_string_equal(story, "acquire:NO_TASK wait:NO_TASK "
                               "wait_for:NO_TASK wait_until:NO_TASK");
}

static int
acquire_and_wait(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    const int status = hd_condition_wait(&condition);
    tell("%s", hd_condition_is_locked(&condition) ? "locked" : "free");
    HD_TRY(hd_condition_release(&condition));
    return status;
}

static void
waiting_behind_another_loop_is_foreign_loop_with_the_lock(void **state)
{
    (void)state;

    const int status =
        status_on_another_loop(wait_once, acquire_and_wait, notify_all);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "locked waiter:ok");
}

/* ---- points ---- */

static int
acquire_ask_notify(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_wait_until(&condition, has_goods, NULL));
    HD_TRY(hd_condition_notify_all(&condition));
    return hd_condition_release(&condition);
}

static void
where_awaits_are_points_notifying_is_none(void **state)
{
    (void)state;
    goods = 1;

    const size_t points = count_points(acquire_ask_notify);

    assert_int_equal(points, 2);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(notifying_wakes_that_many_in_arrival_order),
        TEST(who_was_notified_goes_on_when_it_has_the_lock),
        TEST(waiting_until_asks_before_each_wait),
        TEST(waiting_until_what_is_true_does_not_suspend),
        TEST(a_lent_lock_is_its_lock),
        TEST(a_cancelled_waiter_holds_the_lock),
        TEST(no_cancellation_keeps_it_from_taking_the_lock_back),
        TEST(a_cancelled_receiver_passes_its_notification_on),
        TEST(cancelled_after_its_notification_it_still_has_the_lock),
        TEST(a_timed_out_waiter_waits_for_the_lock),
        TEST(a_notification_in_time_ends_the_wait),
        TEST(without_the_lock_everything_is_not_held),
        TEST(waiting_outside_of_a_task_is_no_task),
        TEST(waiting_behind_another_loop_is_foreign_loop_with_the_lock),
        TEST(where_awaits_are_points_notifying_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
