#include "story.h"

static struct hd_lock lock;

static int
set_up(void **state)
{
    (void)state;
    hd_lock_init(&lock);
    story_begin();
    return 0;
}

/* ---- who comes ---- */

/* Take the lock, hold it for a turn, give it back. */
static int
visit(void *name)
{
    if (tell_status(name, hd_lock_acquire(&lock)) == HD_OK) {
        (void)hd_yield();
        hd_lock_release(&lock);
    }
    return HD_OK;
}

static int
visit_within_5_ms(void *name)
{
    const int status = hd_lock_acquire_for(&lock, HD_MS(5));
    tell_time();
    if (tell_status(name, status) == HD_OK) {
        hd_lock_release(&lock);
    }
    return HD_OK;
}

static int
speak(void *name)
{
    tell("%s", (const char *)name);
    return HD_OK;
}

static void
release_from_callback(void *arg)
{
    (void)arg;
    tell_status("release", hd_lock_release(&lock));
}

/* ---- taking ---- */

static int
take_a_free_lock(void *arg)
{
    (void)arg;
    hd_task_spawn(speak, NAME("other"));
    tell_status("main", hd_lock_acquire(&lock));
    tell("%s", hd_lock_is_locked(&lock) ? "locked" : "free");
    hd_lock_release(&lock);
    tell("%s", hd_lock_is_locked(&lock) ? "locked" : "free");
    settle();
    return HD_OK;
}

static void
a_free_lock_is_taken_at_once(void **state)
{
    (void)state;

    sim_run(take_a_free_lock, NULL);

    assert_string_equal(story, "main:ok locked free other");
    assert_int_equal(sim_count(HD_LOG_ACT), 2);
}

static void
zeroed_storage_is_a_free_lock(void **state)
{
    (void)state;
    memset(&lock, 0, sizeof(lock));

    sim_run(take_a_free_lock, NULL);

    assert_string_equal(story, "main:ok locked free other");
}

static int
three_in_line(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    start(visit, "a");
    start(visit, "b");
    start(visit, "c");
    tell("release");
    hd_lock_release(&lock);
    settle();
    return HD_OK;
}

static void
lock_serves_waiters_in_arrival_order(void **state)
{
    (void)state;

    sim_run(three_in_line, NULL);

    assert_string_equal(story, "release a:ok b:ok c:ok");
    assert_false(hd_lock_is_locked(&lock));
}

static int
come_back_at_once(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    start(visit, "a");
    hd_lock_release(&lock);
    tell("%s", hd_lock_is_locked(&lock) ? "locked" : "free");
    tell_status("main", hd_lock_acquire(&lock));
    return hd_lock_release(&lock);
}

static void
a_comer_does_not_overtake_a_woken_waiter(void **state)
{
    (void)state;

    sim_run(come_back_at_once, NULL);

    assert_string_equal(story, "free a:ok main:ok");
}

/* ---- cancellation ---- */

static int
cancel_the_second(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    start(visit, "a");
    struct hd_task *b = start(visit, "b");
    start(visit, "c");
    hd_task_cancel(b);
    hd_lock_release(&lock);
    settle();
    return HD_OK;
}

static void
a_waiter_cancelled_in_line_is_passed_over(void **state)
{
    (void)state;

    sim_run(cancel_the_second, NULL);

    assert_string_equal(story, "b:CANCELLED a:ok c:ok");
    assert_false(hd_lock_is_locked(&lock));
}

static int
cancel_the_first_then_release(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    struct hd_task *a = start(visit, "a");
    start(visit, "b");
    hd_task_cancel(a);
    hd_lock_release(&lock);
    settle();
    return HD_OK;
}

static void
a_cancelled_head_of_the_line_wakes_the_next(void **state)
{
    (void)state;

    sim_run(cancel_the_first_then_release, NULL);

    assert_string_equal(story, "a:CANCELLED b:ok");
    assert_false(hd_lock_is_locked(&lock));
}

static int
release_then_cancel_the_first(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    struct hd_task *a = start(visit, "a");
    start(visit, "b");
    hd_lock_release(&lock);
    hd_task_cancel(a);
    settle();
    return HD_OK;
}

static void
a_waiter_cancelled_just_after_its_wake_up_wakes_the_next(void **state)
{
    (void)state;

    sim_run(release_then_cancel_the_first, NULL);

    assert_string_equal(story, "a:CANCELLED b:ok");
    assert_false(hd_lock_is_locked(&lock));
}

static int
cancel_the_only_one(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    struct hd_task *a = start(visit, "a");
    hd_task_cancel(a);
    hd_lock_release(&lock);
    tell_status("main", hd_lock_acquire(&lock));
    settle();
    tell("%s", hd_lock_is_locked(&lock) ? "locked" : "free");
    return hd_lock_release(&lock);
}

static void
a_line_of_cancelled_waiters_keeps_nobody_out(void **state)
{
    (void)state;

    sim_run(cancel_the_only_one, NULL);

    assert_string_equal(story, "main:ok a:CANCELLED locked");
}

/* ---- time ---- */

static int
hold_for_10_ms(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    start(visit_within_5_ms, "a");
    start(visit, "b");
    HD_TRY(hd_sleep(HD_MS(10)));
    hd_lock_release(&lock);
    settle();
    return HD_OK;
}

static void
a_wait_ends_when_its_time_is_up(void **state)
{
    (void)state;

    sim_run(hold_for_10_ms, NULL);

    assert_string_equal(story, "5ms a:TIMEDOUT b:ok");
    assert_false(hd_lock_is_locked(&lock));
}

static int
hold_for_3_ms(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    start(visit_within_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(3)));
    hd_lock_release(&lock);
    settle();
    return HD_OK;
}

static void
a_lock_that_comes_in_time_is_taken(void **state)
{
    (void)state;

    sim_run(hold_for_3_ms, NULL);

    assert_string_equal(story, "3ms a:ok");
}

static int
release_at_the_time_out(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    hd_loop_call_later(hd_loop_running(), HD_MS(5), release_from_callback,
                       NULL);
    start(visit_within_5_ms, "a");
    start(visit, "b");
    settle();
    return HD_OK;
}

static void
a_time_out_just_after_the_wake_up_passes_the_lock_on(void **state)
{
    (void)state;

    sim_run(release_at_the_time_out, NULL);

    assert_string_equal(story, "release:ok 5ms a:TIMEDOUT b:ok");
    assert_false(hd_lock_is_locked(&lock));
}

static int
take_within_nothing(void *arg)
{
    (void)arg;
    tell_status("main", hd_lock_acquire_for(&lock, 0));
    tell_status("again", hd_lock_acquire_for(&lock, 0));
    tell_status("yield", hd_yield());
    return hd_lock_release(&lock);
}

static void
with_no_time_at_all_only_a_free_lock_is_taken(void **state)
{
    (void)state;

    sim_run(take_within_nothing, NULL);

    assert_string_equal(story, "main:ok again:TIMEDOUT yield:ok");
}

/* ---- misuse ---- */

static int
release_a_free_lock(void *arg)
{
    (void)arg;
    return hd_lock_release(&lock);
}

static void
releasing_a_free_lock_is_not_held(void **state)
{
    (void)state;

    const int status = sim_run(release_a_free_lock, NULL);

    assert_int_equal(status, HD_E_NOT_HELD);
    assert_int_equal(sim_count(HD_LOG_MISUSE), 1);
}

static void
acquire_from_callback(void *arg)
{
    (void)arg;
    tell_status("acquire", hd_lock_acquire(&lock));
    tell_status("acquire_for", hd_lock_acquire_for(&lock, HD_MS(1)));
}

static int
call_acquire(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), acquire_from_callback, NULL);
    settle();
    return HD_OK;
}

static void
acquiring_outside_of_a_task_is_no_task(void **state)
{
    (void)state;

    sim_run(call_acquire, NULL);

    assert_string_equal(story, "acquire:NO_TASK acquire_for:NO_TASK");
    assert_false(hd_lock_is_locked(&lock));
}

static int
acquire(void *arg)
{
    (void)arg;
    return hd_lock_acquire(&lock);
}

static void
waiting_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;
    lock.locked = true;

    const int status =
        status_on_another_loop(visit, acquire, release_a_free_lock);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "waiter:ok");
}

/* ---- points ---- */

static int
take_and_give(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    HD_TRY(hd_lock_release(&lock));
    HD_TRY(hd_lock_acquire_for(&lock, HD_S(1)));
    return hd_lock_release(&lock);
}

static void
where_awaits_are_points_acquiring_is_and_releasing_is_not(void **state)
{
    (void)state;

    const size_t points = count_points(take_and_give);

    assert_int_equal(points, 2);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_free_lock_is_taken_at_once),
        TEST(zeroed_storage_is_a_free_lock),
        TEST(lock_serves_waiters_in_arrival_order),
        TEST(a_comer_does_not_overtake_a_woken_waiter),
        TEST(a_waiter_cancelled_in_line_is_passed_over),
        TEST(a_cancelled_head_of_the_line_wakes_the_next),
        TEST(a_waiter_cancelled_just_after_its_wake_up_wakes_the_next),
        TEST(a_line_of_cancelled_waiters_keeps_nobody_out),
        TEST(a_wait_ends_when_its_time_is_up),
        TEST(a_lock_that_comes_in_time_is_taken),
        TEST(a_time_out_just_after_the_wake_up_passes_the_lock_on),
        TEST(with_no_time_at_all_only_a_free_lock_is_taken),
        TEST(releasing_a_free_lock_is_not_held),
        TEST(acquiring_outside_of_a_task_is_no_task),
        TEST(waiting_behind_another_loop_is_foreign_loop),
        TEST(where_awaits_are_points_acquiring_is_and_releasing_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
