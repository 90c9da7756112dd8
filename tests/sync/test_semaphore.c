#include "story.h"

static struct hd_semaphore semaphore;

static int
set_up(void **state)
{
    (void)state;
    hd_semaphore_init(&semaphore, 0);
    story_begin();
    return 0;
}

static int
take(void *name)
{
    tell_status(name, hd_semaphore_acquire(&semaphore));
    return HD_OK;
}

static int
take_within_5_ms(void *name)
{
    const int status = hd_semaphore_acquire_for(&semaphore, HD_MS(5));
    tell_time();
    tell_status(name, status);
    return HD_OK;
}

static void
tell_value(void)
{
    tell("%u%s", hd_semaphore_value(&semaphore),
         hd_semaphore_is_locked(&semaphore) ? "-locked" : "");
}

/* ---- taking and giving ---- */

static int
take_two(void *arg)
{
    (void)arg;
    take(NAME("main"));
    tell_value();
    take(NAME("main"));
    tell_value();
    hd_semaphore_release(&semaphore);
    tell_value();
    return HD_OK;
}

static void
as_many_as_its_value_are_taken_at_once(void **state)
{
    (void)state;
    hd_semaphore_init(&semaphore, 2);

    sim_run(take_two, NULL);

    assert_string_equal(story, "main:ok 1 main:ok 0-locked 1");
    assert_int_equal(sim_count(HD_LOG_SUSPEND), 0);
    assert_int_equal(sim_count(HD_LOG_ACT), 3);
}

static int
give_two_to_three(void *arg)
{
    (void)arg;
    start(take, "a");
    start(take, "b");
    start(take, "c");
    hd_semaphore_release(&semaphore);
    hd_semaphore_release(&semaphore);
    tell_value();
    settle();
    tell("third");
    hd_semaphore_release(&semaphore);
    settle();
    tell_value();
    return HD_OK;
}

static void
waiters_are_served_in_arrival_order(void **state)
{
    (void)state;

    sim_run(give_two_to_three, NULL);

    assert_string_equal(story, "0-locked a:ok b:ok third c:ok 0-locked");
}

static int
come_behind_a_woken_one(void *arg)
{
    (void)arg;
    start(take, "a");
    hd_semaphore_release(&semaphore);
    hd_semaphore_release(&semaphore);
    tell_value();
    take(NAME("main"));
    tell_value();
    return HD_OK;
}

static void
a_comer_waits_behind_a_woken_waiter_who_wakes_it(void **state)
{
    (void)state;

    sim_run(come_behind_a_woken_one, NULL);

    assert_string_equal(story, "1-locked a:ok main:ok 0-locked");
}

/* ---- cancellation ---- */

static int
cancel_in_line(void *arg)
{
    (void)arg;
    struct hd_task *a = start(take, "a");
    start(take, "b");
    hd_task_cancel(a);
    hd_semaphore_release(&semaphore);
    tell_value();
    settle();
    tell_value();
    return HD_OK;
}

static void
a_waiter_cancelled_in_line_is_passed_over(void **state)
{
    (void)state;

    sim_run(cancel_in_line, NULL);

    assert_string_equal(story, "0-locked a:CANCELLED b:ok 0-locked");
}

static int
cancel_the_woken(void *arg)
{
    (void)arg;
    struct hd_task *a = start(take, "a");
    start(take, "b");
    hd_semaphore_release(&semaphore);
    hd_task_cancel(a);
    settle();
    tell_value();
    return HD_OK;
}

static void
a_waiter_cancelled_just_after_its_wake_up_passes_its_unit_on(void **state)
{
    (void)state;

    sim_run(cancel_the_woken, NULL);

    assert_string_equal(story, "a:CANCELLED b:ok 0-locked");
}

static int
cancel_the_only_one(void *arg)
{
    (void)arg;
    struct hd_task *a = start(take, "a");
    hd_semaphore_release(&semaphore);
    tell_value();
    hd_task_cancel(a);
    settle();
    tell_value();
    return HD_OK;
}

static void
with_nobody_in_line_the_unit_is_put_back(void **state)
{
    (void)state;

    sim_run(cancel_the_only_one, NULL);

    assert_string_equal(story, "0-locked a:CANCELLED 1");
}

static int
come_past_the_cancelled(void *arg)
{
    (void)arg;
    struct hd_task *a = start(take, "a");
    hd_task_cancel(a);
    hd_semaphore_release(&semaphore);
    tell_value();
    take(NAME("main"));
    settle();
    tell_value();
    return HD_OK;
}

static void
a_line_of_cancelled_waiters_keeps_nobody_out(void **state)
{
    (void)state;

    sim_run(come_past_the_cancelled, NULL);

    assert_string_equal(story, "1 main:ok a:CANCELLED 0-locked");
}

/* ---- time ---- */

static int
give_after_10_ms(void *arg)
{
    (void)arg;
    start(take_within_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(10)));
    hd_semaphore_release(&semaphore);
    settle();
    tell_value();
    return HD_OK;
}

static void
a_wait_ends_when_its_time_is_up(void **state)
{
    (void)state;

    sim_run(give_after_10_ms, NULL);

    assert_string_equal(story, "5ms a:TIMEDOUT 1");
}

static int
give_after_3_ms(void *arg)
{
    (void)arg;
    start(take_within_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(3)));
    hd_semaphore_release(&semaphore);
    settle();
    tell_value();
    return HD_OK;
}

static void
a_unit_that_comes_in_time_is_taken(void **state)
{
    (void)state;

    sim_run(give_after_3_ms, NULL);

    assert_string_equal(story, "3ms a:ok 0-locked");
}

static void
give_from_callback(void *arg)
{
    (void)arg;
    hd_semaphore_release(&semaphore);
}

static int
give_at_the_time_out(void *arg)
{
    (void)arg;
    hd_loop_call_later(hd_loop_running(), HD_MS(5), give_from_callback, NULL);
    start(take_within_5_ms, "a");
    settle();
    tell_value();
    return HD_OK;
}

static void
a_time_out_just_after_the_wake_up_puts_the_unit_back(void **state)
{
    (void)state;

    sim_run(give_at_the_time_out, NULL);

    assert_string_equal(story, "5ms a:TIMEDOUT 1");
}

/* ---- misuse ---- */

static int
give_one(void *arg)
{
    (void)arg;
    return hd_semaphore_release(&semaphore);
}

static void
a_bounded_one_refuses_to_be_overrun(void **state)
{
    (void)state;
    hd_semaphore_init_bounded(&semaphore, 2);

    const int status = sim_run(give_one, NULL);

    assert_int_equal(status, HD_E_OVERRUN);
    assert_int_equal(hd_semaphore_value(&semaphore), 2);
    assert_int_equal(sim_count(HD_LOG_MISUSE), 1);
}

static void
an_unbounded_one_grows_above_its_first_value(void **state)
{
    (void)state;
    hd_semaphore_init(&semaphore, 2);

    const int status = sim_run(give_one, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(hd_semaphore_value(&semaphore), 3);
}

static void
take_from_callback(void *arg)
{
    (void)arg;
    tell_status("acquire", hd_semaphore_acquire(&semaphore));
    tell_status("acquire_for", hd_semaphore_acquire_for(&semaphore, 1));
}

static int
call_take(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), take_from_callback, NULL);
    settle();
    return HD_OK;
}

static void
acquiring_outside_of_a_task_is_no_task(void **state)
{
    (void)state;
    hd_semaphore_init(&semaphore, 1);

    sim_run(call_take, NULL);

    assert_string_equal(story, "acquire:NO_TASK acquire_for:NO_TASK");
    assert_int_equal(hd_semaphore_value(&semaphore), 1);
}

static int
only_take(void *arg)
{
    (void)arg;
    return hd_semaphore_acquire(&semaphore);
}

static void
waiting_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;

    const int status = status_on_another_loop(take, only_take, give_one);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "waiter:ok");
}

/* ---- points ---- */

static int
take_and_give(void *arg)
{
    (void)arg;
    HD_TRY(hd_semaphore_acquire(&semaphore));
    return hd_semaphore_release(&semaphore);
}

static void
where_awaits_are_points_acquiring_is_and_releasing_is_not(void **state)
{
    (void)state;
    hd_semaphore_init(&semaphore, 1);

    const size_t points = count_points(take_and_give);

    assert_int_equal(points, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(as_many_as_its_value_are_taken_at_once),
        TEST(waiters_are_served_in_arrival_order),
        TEST(a_comer_waits_behind_a_woken_waiter_who_wakes_it),
        TEST(a_waiter_cancelled_in_line_is_passed_over),
        TEST(a_waiter_cancelled_just_after_its_wake_up_passes_its_unit_on),
        TEST(with_nobody_in_line_the_unit_is_put_back),
        TEST(a_line_of_cancelled_waiters_keeps_nobody_out),
        TEST(a_wait_ends_when_its_time_is_up),
        TEST(a_unit_that_comes_in_time_is_taken),
        TEST(a_time_out_just_after_the_wake_up_puts_the_unit_back),
        TEST(a_bounded_one_refuses_to_be_overrun),
        TEST(an_unbounded_one_grows_above_its_first_value),
        TEST(acquiring_outside_of_a_task_is_no_task),
        TEST(waiting_behind_another_loop_is_foreign_loop),
        TEST(where_awaits_are_points_acquiring_is_and_releasing_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
