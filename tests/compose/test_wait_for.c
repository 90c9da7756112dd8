#include "memory.h"
#include "story.h"

/* ---- in time and late ---- */

static int
wait_for_a_quick_one(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(work, WORKER("a", 1));
    void *value = NULL;
    tell_status("wait", hd_wait_for_task(task, HD_MS(2), &value));
    tell("%s", ((struct worker *)value)->name);
    tell_time();
    return HD_OK;
}

static void
what_is_done_in_time_gives_its_result(void **state)
{
    (void)state;

    sim_run(wait_for_a_quick_one, NULL);

    assert_string_equal(story, "a wait:ok a 1ms");
}

static int
wait_for_a_failing_one(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(work, FAILER("a", 1, BROKEN));
    tell_status("wait", hd_wait_for(task, HD_MS(2)));
    tell("%s", hd_error_current()->message);
    return HD_OK;
}

static void
an_error_comes_with_its_message(void **state)
{
    (void)state;

    sim_run(wait_for_a_failing_one, NULL);

    assert_string_equal(story, "a wait:USER-1 a broke");
    assert_int_equal(unretrieved(), 0);
}

static int
wait_for_a_slow_one(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(work, WORKER("a", 9));
    tell_status("wait", hd_wait_for(task, HD_MS(2)));
    tell("%d", hd_task_is_cancelled(task));
    tell_time();
    return HD_OK;
}

static void
what_is_late_is_cancelled(void **state)
{
    (void)state;

    sim_run(wait_for_a_slow_one, NULL);

    assert_string_equal(story, "a:CANCELLED wait:TIMEDOUT 1 2ms");
}

static int
wait_for_a_stubborn_one(void *arg)
{
    struct hd_task *task = hd_task_spawn(work_stubbornly, arg);
    tell_status("wait", hd_wait_for(task, HD_MS(2)));
    tell_time();
    return HD_OK;
}

static void
it_returns_only_when_the_late_one_has_ended(void **state)
{
    (void)state;

    sim_run(wait_for_a_stubborn_one, WORKER("a", 9));

    assert_string_equal(story, "a:stays a wait:ok 7ms");
}

static void
a_late_one_that_fails_gives_its_error(void **state)
{
    (void)state;

    sim_run(wait_for_a_stubborn_one, FAILER("a", 9, BROKEN));

    assert_string_equal(story, "a:stays a wait:USER-1 7ms");
}

/* ---- no time, and all the time ---- */

static int
wait_for_no_time(void *arg)
{
    (void)arg;
    struct hd_future *done = hd_future_create();
    hd_future_set(done, NULL);
    tell_status("done", hd_wait_for(done, 0));
    struct hd_task *task = hd_task_spawn(work, WORKER("a", 1));
    tell_status("wait", hd_wait_for(task, 0));
    hd_future_release(done);
    return HD_OK;
}

/* The task ends without having begun. */
static void
no_time_is_a_timeout_unless_it_is_done(void **state)
{
    (void)state;

    sim_run(wait_for_no_time, NULL);

    assert_string_equal(story, "done:ok wait:TIMEDOUT");
}

static int
wait_for_ever(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(work, WORKER("a", 1000));
    tell_status("wait", hd_wait_for(task, HD_FOREVER));
    tell_status("call", hd_wait_for_call(work, WORKER("b", 1), HD_FOREVER));
    return HD_OK;
}

static void
for_ever_is_a_plain_await(void **state)
{
    (void)state;

    sim_run(wait_for_ever, NULL);

    assert_string_equal(story, "a wait:ok b call:ok");
}

static int
wait_for_a_done_one(void *arg)
{
    (void)arg;
    struct hd_future *done = hd_future_create();
    hd_future_set(done, NULL);
    hd_task_spawn(speak, say("other"));
    tell_status("wait", hd_wait_for(done, HD_MS(1)));
    hd_future_release(done);
    return HD_OK;
}

static void
with_some_time_it_suspends_even_if_it_is_done(void **state)
{
    (void)state;

    sim_run(wait_for_a_done_one, NULL);

    assert_string_equal(story, "other wait:ok");
}

/* ---- cancellation ---- */

static int
wait_for_5_ms(void *future)
{
    const int status = hd_wait_for_future(future, HD_MS(5), NULL);
    return tell_status("wait", status);
}

static int
cancel_who_waits(void *arg)
{
    struct hd_task *late = hd_task_spawn(work_stubbornly, arg);
    struct hd_task *task = hd_task_spawn(wait_for_5_ms, HD_FUTURE(late));
    hd_task_spawn(cancel_later, CANCELLER(task, 1));
    (void)hd_await(task);
    tell_time();
    return HD_OK;
}

static void
cancelling_the_caller_cancels_what_it_waits_for(void **state)
{
    (void)state;

    sim_run(cancel_who_waits, WORKER("a", 9));

    assert_string_equal(story, "cancel a:stays a wait:CANCELLED 6ms");
}

static int
wait_for_it_and_go_on(void *future)
{
    tell_status("wait", hd_wait_for_future(future, HD_MS(5), NULL));
    return tell_status("next", hd_yield());
}

static int
cancel_who_waits_for_a_failure(void *arg)
{
    struct hd_task *late = hd_task_spawn(work_stubbornly, arg);
    struct hd_task *task =
        hd_task_spawn(wait_for_it_and_go_on, HD_FUTURE(late));
    hd_task_spawn(cancel_later, CANCELLER(task, 1));
    return hd_await(task);
}

static void
an_error_on_the_way_to_the_end_puts_the_cancellation_off(void **state)
{
    (void)state;

    sim_run(cancel_who_waits_for_a_failure, FAILER("a", 9, BROKEN));

    assert_string_equal(story, "cancel a:stays a wait:USER-1 next:CANCELLED");
    assert_int_equal(unretrieved(), 0);
}

static int
cancel_who_waits_twice(void *arg)
{
    (void)arg;
    struct hd_task *late = hd_task_spawn(work_stubbornly, WORKER("a", 9));
    struct hd_task *task = hd_task_spawn(wait_for_5_ms, HD_FUTURE(late));
    hd_task_spawn(cancel_later, CANCELLER(task, 1));
    hd_task_spawn(cancel_later, CANCELLER(task, 3));
    (void)hd_await(task);
    tell_time();
    return hd_await(late);
}

static void
cancelling_twice_leaves_nothing_behind(void **state)
{
    (void)state;

    sim_run(cancel_who_waits_twice, NULL);

    assert_string_equal(story, "cancel a:stays cancel a wait:CANCELLED 3ms");
}

static int
cancel_as_it_is_done(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    struct hd_task *task = hd_task_spawn(wait_for_5_ms, future);
    (void)hd_yield();
    hd_task_cancel(task);
    hd_future_set(future, NULL);
    tell_status("await", hd_await(task));
    tell("%u", hd_task_cancelling(task));
    hd_future_release(future);
    return HD_OK;
}

/* It comes at the next wait, or at the end of the task. */
static void
a_result_at_the_moment_of_cancellation_puts_it_off(void **state)
{
    (void)state;

    sim_run(cancel_as_it_is_done, NULL);

    assert_string_equal(story, "wait:ok await:CANCELLED 1");
}

/* ---- coroutines and calls ---- */

static int
wait_for_coros(void *arg)
{
    (void)arg;
    struct hd_coro *quick = hd_coro_create(work, WORKER("a", 1));
    struct hd_coro *slow = hd_coro_create(work, WORKER("b", 9));
    struct hd_coro *plain = hd_coro_create(work, WORKER("c", 1));
    void *value = NULL;
    tell_status("quick", hd_wait_for_coro(quick, HD_MS(2), &value));
    tell("%s", ((struct worker *)value)->name);
    tell_status("slow", hd_wait_for(slow, HD_MS(2)));
    tell_status("plain", hd_wait_for(plain, HD_FOREVER));
    tell_status("again", hd_wait_for(quick, HD_MS(2)));
    return HD_OK;
}

static void
coroutine_objects_can_be_waited_for_once(void **state)
{
    (void)state;

    sim_run(wait_for_coros, NULL);

    assert_string_equal(story, "a quick:ok a b:CANCELLED slow:TIMEDOUT c "
                               "plain:ok again:REUSED");
}

static int
wait_for_calls(void *arg)
{
    (void)arg;
    tell_status("quick", hd_wait_for_call(work, WORKER("a", 1), HD_MS(2)));
    tell_status("slow", hd_wait_for_call(work, WORKER("b", 9), HD_MS(2)));
    return HD_OK;
}

static void
calls_can_be_limited(void **state)
{
    (void)state;

    sim_run(wait_for_calls, NULL);

    assert_string_equal(story, "a quick:ok b:CANCELLED slow:TIMEDOUT");
}

/* ---- misuse ---- */

static void
wait_from_callback(void *arg)
{
    (void)arg;
    tell_status("call", hd_wait_for_call(speak, say("never"), 1));
    tell_status("coro", hd_wait_for_coro(NULL, 1, NULL));
    tell_status("future", hd_wait_for_future(NULL, 1, NULL));
}

static int
misuse_wait_for(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), wait_from_callback, NULL);
    (void)hd_yield();
    tell_status("stale", hd_wait_for(stale(), 1));
    tell_status("self", hd_wait_for(hd_task_current(), HD_FOREVER));
    tell_status("null", hd_wait_for_coro(NULL, 1, NULL));
    struct hd_loop *other = hd_loop_create();
    tell_status("foreign", hd_wait_for(hd_loop_future(other), 1));
    hd_loop_destroy(other);
    return HD_OK;
}

static void
misuses_are_defined_errors(void **state)
{
    (void)state;

    sim_run(misuse_wait_for, NULL);

    assert_string_equal(story,
                        "call:NO_TASK coro:NO_TASK future:NO_TASK stale:STALE "
                        "self:SELF_AWAIT null:INVALID foreign:FOREIGN_LOOP");
    assert_int_equal(misuses(), 7);
}

/* ---- memory ---- */

static size_t held_before, held_after;

static int
wait_again_and_again(void *arg)
{
    (void)wait_for_calls(arg);
    held_before = memory_held();
    (void)wait_for_calls(arg);
    held_after = memory_held();
    return HD_OK;
}

static void
wait_for_gives_its_memory_back(void **state)
{
    (void)state;

    sim_run(wait_again_and_again, NULL);

    assert_int_equal(held_after, held_before);
}

static int
wait_without_memory(void *arg)
{
    (void)arg;
    size_t nth = 0;
    do {
        memory_fail_at(++nth);
        const int status = hd_wait_for_call(speak, say("a"), HD_MS(1));
        tell_status("call", status);
    } while (memory_has_failed());
    memory_fail_at(0);
    return hd_yield();
}

/* The task; then the timers' heap, and the task does not begin. */
static void
wait_for_survives_each_lack_of_memory(void **state)
{
    (void)state;

    sim_run(wait_without_memory, NULL);

    assert_string_equal(story, "call:NO_MEMORY call:NO_MEMORY a call:ok");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_done_in_time_gives_its_result),
        TEST(an_error_comes_with_its_message),
        TEST(what_is_late_is_cancelled),
        TEST(it_returns_only_when_the_late_one_has_ended),
        TEST(a_late_one_that_fails_gives_its_error),
        TEST(no_time_is_a_timeout_unless_it_is_done),
        TEST(for_ever_is_a_plain_await),
        TEST(with_some_time_it_suspends_even_if_it_is_done),
        TEST(cancelling_the_caller_cancels_what_it_waits_for),
        TEST(an_error_on_the_way_to_the_end_puts_the_cancellation_off),
        TEST(cancelling_twice_leaves_nothing_behind),
        TEST(a_result_at_the_moment_of_cancellation_puts_it_off),
        TEST(coroutine_objects_can_be_waited_for_once),
        TEST(calls_can_be_limited),
        TEST(misuses_are_defined_errors),
        TEST(wait_for_gives_its_memory_back),
        TEST(wait_for_survives_each_lack_of_memory),
    };
    return cmocka_run_group_tests_name("wait_for", tests, NULL, NULL);
}
