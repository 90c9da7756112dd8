/*
 * Scheduled callbacks: soon, later, at a time; futures' callbacks.
 */
#include "outside.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

static void
say(void *word)
{
    tell("%s", (const char *)word);
}

static void
say_the_time(void *word)
{
    tell("%s", (const char *)word);
    tell_time();
}

/* ---- order ---- */

static int
call_three_soon(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    hd_loop_call_soon(loop, say, NAME("a"));
    struct hd_task *task = hd_task_spawn(speak, NAME("task"));
    hd_loop_call_soon(loop, say, NAME("b"));
    tell("main");
    return hd_await(task);
}

static void
callbacks_and_tasks_come_in_the_order_of_scheduling(void **state)
{
    (void)state;

    sim_run(call_three_soon, NULL);

    assert_string_equal(story, "main a task b");
}

static int
call_at_times(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    hd_loop_call_later(loop, HD_MS(20), say_the_time, NAME("late"));
    hd_loop_call_at(loop, HD_MS(10), say_the_time, NAME("early"));
    hd_loop_call_later(loop, HD_MS(10), say_the_time, NAME("equal"));
    hd_loop_call_later(loop, 0, say_the_time, NAME("now"));
    settle();
    return HD_OK;
}

static void
timers_fire_by_deadline_then_by_the_order_of_calls(void **state)
{
    (void)state;

    sim_run(call_at_times, NULL);

    assert_string_equal(story, "now 0ms early 10ms equal 10ms late 20ms");
}

static int
call_in_the_past(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(10)));
    hd_loop_call_at(loop, HD_MS(3), say_the_time, NAME("past"));
    hd_loop_call_soon(loop, say_the_time, NAME("soon"));
    settle();
    return HD_OK;
}

static void
a_time_in_the_past_fires_in_the_next_turn_after_what_is_ready(void **state)
{
    (void)state;

    sim_run(call_in_the_past, NULL);

    assert_string_equal(story, "soon 10ms past 10ms");
}

static void
say_and_call_again(void *word)
{
    say(word);
    hd_loop_call_soon(hd_loop_running(), say, NAME("again"));
}

static int
call_from_a_callback(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    hd_loop_call_soon(loop, say_and_call_again, NAME("first"));
    hd_loop_call_soon(loop, say, NAME("second"));
    settle();
    return HD_OK;
}

static void
what_a_callback_schedules_comes_in_the_next_turn(void **state)
{
    (void)state;

    sim_run(call_from_a_callback, NULL);

    assert_string_equal(story, "first second again");
}

static int
call_never(void *arg)
{
    (void)arg;
    hd_loop_call_later(hd_loop_running(), HD_FOREVER, say, NAME("never"));
    settle();
    return HD_OK;
}

static void
a_delay_for_ever_never_fires(void **state)
{
    (void)state;

    sim_run(call_never, NULL);

    assert_string_equal(story, "");
}

/* ---- handles ---- */

static void
tell_handle(struct hd_handle *handle)
{
    tell("%d%u", hd_handle_is_pending(handle),
         (unsigned)(hd_handle_when(handle) / HD_MS(1)));
}

static int
look_at_handles(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    struct hd_handle *soon = hd_loop_call_soon(loop, say, NAME("soon"));
    struct hd_handle *later =
        hd_loop_call_later(loop, HD_MS(7), say, NAME("later"));
    tell_handle(soon);
    tell_handle(later);
    settle();
    tell_handle(soon);
    tell_handle(later);
    return HD_OK;
}

static void
a_handle_is_pending_until_its_callback_has_run(void **state)
{
    (void)state;

    sim_run(look_at_handles, NULL);

    assert_string_equal(story, "10 17 soon later 00 00");
}

static int
cancel_handles(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    struct hd_handle *soon = hd_loop_call_soon(loop, say, NAME("soon"));
    struct hd_handle *later =
        hd_loop_call_later(loop, HD_MS(7), say, NAME("later"));
    tell("%d", hd_handle_cancel(soon));
    tell("%d", hd_handle_cancel(later));
    tell("%d", hd_handle_cancel(soon));
    tell_handle(later);
    settle();
    return HD_OK;
}

static void
a_cancelled_callback_never_comes(void **state)
{
    (void)state;

    sim_run(cancel_handles, NULL);

    assert_string_equal(story, "1 1 0 00");
}

static int
cancel_a_used_handle(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    struct hd_handle *old = hd_loop_call_soon(loop, say, NAME("old"));
    HD_TRY(hd_yield());
    struct hd_handle *young = hd_loop_call_soon(loop, say, NAME("young"));
    tell("%d", hd_handle_cancel(old));
    tell("%d", hd_handle_is_pending(young));
    tell("%d", hd_handle_cancel(NULL));
    return hd_yield();
}

static void
a_used_handle_cannot_cancel_who_has_its_slot_now(void **state)
{
    (void)state;

    sim_run(cancel_a_used_handle, NULL);

    assert_string_equal(story, "old 0 1 0 young");
}

static struct hd_handle *own_handle;

static void
cancel_own(void *arg)
{
    (void)arg;
    tell("%d", hd_handle_is_pending(own_handle));
    tell("%d", hd_handle_cancel(own_handle));
}

static int
call_who_cancels_itself(void *arg)
{
    own_handle = hd_loop_call_soon(hd_loop_running(), cancel_own, arg);
    return hd_yield();
}

static void
a_running_callback_has_used_up_its_handle(void **state)
{
    (void)state;

    sim_run(call_who_cancels_itself, NULL);

    assert_string_equal(story, "0 0");
}

static void
call_on_a_closed_loop(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    hd_loop_close(loop);
    tell("%d", hd_loop_call_soon(loop, say, arg) == NULL);
    tell("%d", hd_loop_call_later(loop, 1, say, arg) == NULL);
    tell("%d", hd_loop_call_at(loop, 1, say, arg) == NULL);
    tell_status("safe", hd_loop_call_soon_threadsafe(loop, say, arg));
    hd_loop_destroy(loop);
}

static void
nothing_is_scheduled_on_a_closed_loop(void **state)
{
    (void)state;

    run_outside(call_on_a_closed_loop, NULL);

    assert_string_equal(story, "1 1 1 safe:LOOP_CLOSED");
    assert_int_equal(sim_count(HD_LOG_CLOSED), 4);
}

static int
call_threadsafe(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    tell_status("a", hd_loop_call_soon_threadsafe(loop, say, NAME("a")));
    hd_loop_call_soon(loop, say, NAME("b"));
    settle();
    return HD_OK;
}

static void
from_its_own_thread_threadsafe_is_call_soon(void **state)
{
    (void)state;

    sim_run(call_threadsafe, NULL);

    assert_string_equal(story, "a:ok a b");
}

static int
call_and_end(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    hd_loop_call_later(loop, HD_S(100), say, NAME("never"));
    return HD_OK;
}

static void
a_timer_that_is_left_is_dropped_with_its_loop(void **state)
{
    (void)state;

    sim_run(call_and_end, NULL);

    assert_string_equal(story, "");
    assert_int_equal(sim_world()->now_ns, 0);
}

/* ---- futures' callbacks ---- */

static void
say_done(struct hd_future *future, void *word)
{
    tell("%s%d", (const char *)word, hd_future_is_done(future));
}

static int
three_on_done(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    tell_status("add", hd_future_on_done(future, say_done, NAME("a")));
    hd_future_on_done(future, say_done, NAME("b"));
    HD_TRY(hd_future_set(future, NULL));
    tell("set");
    hd_future_on_done(future, say_done, NAME("c"));
    settle();
    return HD_OK;
}

static void
callbacks_of_a_future_come_soon_after_it_is_done_in_order(void **state)
{
    (void)state;

    sim_run(three_on_done, NULL);

    assert_string_equal(story, "add:ok set a1 b1 c1");
}

static int
callbacks_and_waiters(void *arg)
{
    struct hd_task *task = hd_task_spawn(succeed, NULL);
    (void)arg;
    hd_future_on_done(HD_FUTURE(task), say_done, NAME("before"));
    HD_TRY(hd_await(task));
    tell("main");
    return hd_yield();
}

static void
callbacks_and_waiters_come_in_the_order_of_their_coming(void **state)
{
    (void)state;

    sim_run(callbacks_and_waiters, NULL);

    assert_string_equal(story, "before1 main");
}

static int
take_callbacks_away(void *arg)
{
    struct hd_future *future = hd_future_create();
    char *const a = NAME("a");
    (void)arg;
    hd_future_on_done(future, say_done, a);
    hd_future_on_done(future, say_done, NAME("b"));
    hd_future_on_done(future, say_done, a);
    tell("%zu", hd_future_off_done(future, say_done, a));
    tell("%zu", hd_future_off_done(future, say_done, a));
    HD_TRY(hd_future_set(future, NULL));
    settle();
    return HD_OK;
}

static void
taking_a_callback_away_takes_every_equal_pair(void **state)
{
    (void)state;

    sim_run(take_callbacks_away, NULL);

    assert_string_equal(story, "2 0 b1");
}

static int
take_away_too_late(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    hd_future_on_done(future, say_done, NAME("a"));
    HD_TRY(hd_future_set(future, NULL));
    tell("%zu", hd_future_off_done(future, say_done, NAME("a")));
    return hd_yield();
}

static void
a_callback_on_its_way_still_comes(void **state)
{
    (void)state;

    sim_run(take_away_too_late, NULL);

    assert_string_equal(story, "0 a1");
}

static int
on_done_of_the_stale(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    hd_future_release(future);
    tell_status("add", hd_future_on_done(future, say_done, NULL));
    tell("%zu", hd_future_off_done(future, say_done, NULL));
    return HD_OK;
}

static void
a_stale_future_takes_no_callbacks(void **state)
{
    (void)state;

    sim_run(on_done_of_the_stale, NULL);

    assert_string_equal(story, "add:STALE 0");
}

static int
release_before_the_callback(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    hd_future_on_done(future, say_done, NAME("a"));
    HD_TRY(hd_future_set(future, NULL));
    hd_future_release(future);
    HD_TRY(hd_yield());
    tell_status("result", hd_future_result(future, NULL));
    return HD_OK;
}

static void
a_future_lives_until_its_callbacks_have_run(void **state)
{
    (void)state;

    sim_run(release_before_the_callback, NULL);

    assert_string_equal(story, "a1 result:STALE");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(callbacks_and_tasks_come_in_the_order_of_scheduling),
        TEST(timers_fire_by_deadline_then_by_the_order_of_calls),
        TEST(a_time_in_the_past_fires_in_the_next_turn_after_what_is_ready),
        TEST(what_a_callback_schedules_comes_in_the_next_turn),
        TEST(a_delay_for_ever_never_fires),
        TEST(a_handle_is_pending_until_its_callback_has_run),
        TEST(a_cancelled_callback_never_comes),
        TEST(a_used_handle_cannot_cancel_who_has_its_slot_now),
        TEST(a_running_callback_has_used_up_its_handle),
        TEST(nothing_is_scheduled_on_a_closed_loop),
        TEST(from_its_own_thread_threadsafe_is_call_soon),
        TEST(a_timer_that_is_left_is_dropped_with_its_loop),
        TEST(callbacks_of_a_future_come_soon_after_it_is_done_in_order),
        TEST(callbacks_and_waiters_come_in_the_order_of_their_coming),
        TEST(taking_a_callback_away_takes_every_equal_pair),
        TEST(a_callback_on_its_way_still_comes),
        TEST(a_stale_future_takes_no_callbacks),
        TEST(a_future_lives_until_its_callbacks_have_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
