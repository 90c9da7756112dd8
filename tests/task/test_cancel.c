/*
 * Cancellation: a request that ends the wait in which a task stands.
 */
#include "outside.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

/* Sleep for ever; tell how it ended and how many requests there are. */
static int
sleeper(void *name)
{
    const int status = tell_status(name, hd_sleep(HD_FOREVER));
    tell("%u", hd_task_cancelling(hd_task_current()));
    return status;
}

static int
tell_end(const char *who, struct hd_task *task)
{
    tell_status(who, hd_await(task));
    tell("%d", hd_task_is_cancelled(task));
    return HD_OK;
}

/* ---- when ---- */

static int
cancel_before_start(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(speak, NAME("ran"));
    tell("%d", hd_task_cancel(task));
    return tell_end("end", task);
}

static void
a_task_cancelled_before_its_start_never_runs(void **state)
{
    (void)state;

    sim_run(cancel_before_start, NULL);

    assert_string_equal(story, "1 end:CANCELLED 1");
}

static int
cancel_while_waiting(void *arg)
{
    (void)arg;
    struct hd_task *task = start(sleeper, "sleeper");
    hd_task_cancel(task);
    tell("asked");
    return tell_end("end", task);
}

static void
a_waiting_task_is_cancelled_in_its_wait(void **state)
{
    (void)state;

    sim_run(cancel_while_waiting, NULL);

    assert_string_equal(story, "asked sleeper:CANCELLED 1 end:CANCELLED 1");
}

static int
yielder(void *name)
{
    return tell_status(name, hd_yield());
}

static int
cancel_while_ready(void *arg)
{
    (void)arg;
    struct hd_task *task = start(yielder, "yielder");
    hd_task_cancel(task);
    return tell_end("end", task);
}

static void
a_ready_task_is_cancelled_in_its_yield(void **state)
{
    (void)state;

    sim_run(cancel_while_ready, NULL);

    assert_string_equal(story, "yielder:CANCELLED end:CANCELLED 1");
}

static int
wait_for_future(void *future)
{
    return tell_status("waiter", hd_await((struct hd_future *)future));
}

static int
cancel_after_the_wake_up(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    struct hd_task *task = hd_task_spawn(wait_for_future, future);
    HD_TRY(hd_yield());
    HD_TRY(hd_future_set(future, NULL));
    hd_task_cancel(task);
    return tell_end("end", task);
}

static void
a_task_that_was_woken_but_has_not_run_is_cancelled_all_the_same(void **state)
{
    (void)state;

    sim_run(cancel_after_the_wake_up, NULL);

    assert_string_equal(story, "waiter:CANCELLED end:CANCELLED 1");
}

static int
cancel_oneself(void *arg)
{
    (void)arg;
    tell("%d", hd_task_cancel(hd_task_current()));
    tell("runs-on");
    return tell_status("yield", hd_yield());
}

static int
await_who_cancels_itself(void *arg)
{
    (void)arg;
    return tell_end("end", hd_task_spawn(cancel_oneself, NULL));
}

static void
a_running_task_is_cancelled_in_its_next_wait(void **state)
{
    (void)state;

    sim_run(await_who_cancels_itself, NULL);

    assert_string_equal(story, "1 runs-on yield:CANCELLED end:CANCELLED 1");
}

static int
cancel_oneself_and_return(void *arg)
{
    (void)arg;
    hd_task_cancel(hd_task_current());
    return HD_OK;
}

static int
await_who_returns_at_once(void *arg)
{
    (void)arg;
    return tell_end("end", hd_task_spawn(cancel_oneself_and_return, NULL));
}

static void
a_task_that_returns_before_its_next_wait_is_cancelled_still(void **state)
{
    (void)state;

    sim_run(await_who_returns_at_once, NULL);

    assert_string_equal(story, "end:CANCELLED 1");
}

static int
cancel_the_done(void *arg)
{
    (void)arg;
    struct hd_task *task = start(succeed, NULL);
    tell("%d", hd_task_cancel(task));
    return tell_end("end", task);
}

static void
a_task_that_is_done_cannot_be_cancelled(void **state)
{
    (void)state;

    sim_run(cancel_the_done, NULL);

    assert_string_equal(story, "0 end:ok 0");
}

static int
cancel_main(void *arg)
{
    (void)arg;
    hd_task_cancel(hd_task_current());
    return hd_yield();
}

static void
a_main_that_is_cancelled_ends_the_run_cancelled(void **state)
{
    (void)state;

    const int status = sim_run(cancel_main, NULL);

    assert_int_equal(status, HD_E_CANCELLED);
}

/* ---- what it does with it ---- */

static int
swallow(void *arg)
{
    (void)arg;
    tell_status("wait", hd_sleep(HD_FOREVER));
    return HD_OK;
}

static int
cancel_who_swallows(void *arg)
{
    (void)arg;
    struct hd_task *task = start(swallow, NULL);
    hd_task_cancel(task);
    return tell_end("end", task);
}

static void
a_task_may_swallow_its_cancellation(void **state)
{
    (void)state;

    sim_run(cancel_who_swallows, NULL);

    assert_string_equal(story, "wait:CANCELLED end:ok 0");
}

static int
clean_up(void *arg)
{
    (void)arg;
    const int status = hd_sleep(HD_FOREVER);
    tell_status("clean", hd_sleep(HD_MS(5)));
    return status;
}

static int
cancel_who_cleans_up(void *arg)
{
    (void)arg;
    struct hd_task *task = start(clean_up, NULL);
    hd_task_cancel(task);
    return tell_end("end", task);
}

static void
one_request_ends_one_wait(void **state)
{
    (void)state;

    sim_run(cancel_who_cleans_up, NULL);

    assert_string_equal(story, "clean:ok end:CANCELLED 1");
}

static int
cancel_twice(void *arg)
{
    (void)arg;
    struct hd_task *task = start(clean_up, NULL);
    hd_task_cancel(task);
    HD_TRY(hd_yield());
    hd_task_cancel(task);
    tell("%u", hd_task_cancelling(task));
    return tell_end("end", task);
}

static void
a_second_request_ends_a_second_wait(void **state)
{
    (void)state;

    sim_run(cancel_twice, NULL);

    assert_string_equal(story, "2 clean:CANCELLED end:CANCELLED 1");
}

static int
cancel_and_fail(void *arg)
{
    (void)arg;
    (void)hd_sleep(HD_FOREVER);
    return HD_E_USER;
}

static int
cancel_who_fails(void *arg)
{
    (void)arg;
    struct hd_task *task = start(cancel_and_fail, NULL);
    hd_task_cancel(task);
    tell("%d", hd_await(task));
    tell("%d", hd_task_is_cancelled(task));
    return HD_OK;
}

static void
a_task_may_fail_instead_of_being_cancelled(void **state)
{
    (void)state;

    sim_run(cancel_who_fails, NULL);

    assert_string_equal(story, "-10000 0");
}

/* ---- counting ---- */

static int
take_back(void *arg)
{
    struct hd_task *self = hd_task_current();
    (void)arg;
    (void)hd_sleep(HD_FOREVER);
    tell("%u", hd_task_cancelling(self));
    tell("%u", hd_task_uncancel(self));
    tell("%u", hd_task_uncancel(self));
    tell("%u", hd_task_uncancel(self));
    return hd_yield();
}

static int
cancel_twice_at_once(void *arg)
{
    (void)arg;
    struct hd_task *task = start(take_back, NULL);
    hd_task_cancel(task);
    hd_task_cancel(task);
    return tell_end("end", task);
}

static void
requests_are_counted_and_taken_back_one_by_one(void **state)
{
    (void)state;

    sim_run(cancel_twice_at_once, NULL);

    /* As in asyncio both of them end the one wait. */
    assert_string_equal(story, "2 1 0 0 end:ok 0");
}

/* ---- through others ---- */

static int
wait_for_task(void *task)
{
    const int status = hd_await((struct hd_task *)task);
    tell("%u", hd_task_cancelling(hd_task_current()));
    return status;
}

static int
cancel_a_chain(void *arg)
{
    (void)arg;
    struct hd_task *c = start(sleeper, "c");
    struct hd_task *b = hd_task_spawn(wait_for_task, c);
    HD_TRY(hd_yield());
    struct hd_task *a = hd_task_spawn(wait_for_task, b);
    HD_TRY(hd_yield());
    hd_task_cancel(a);
    tell_end("a", a);
    tell_end("b", b);
    return tell_end("c", c);
}

static void
cancelling_goes_down_to_what_is_waited_for(void **state)
{
    (void)state;

    sim_run(cancel_a_chain, NULL);

    assert_string_equal(story, "c:CANCELLED 1 1 1 a:CANCELLED 1 b:CANCELLED 1 "
                               "c:CANCELLED 1");
}

static int
cancel_the_last_of_a_chain(void *arg)
{
    (void)arg;
    struct hd_task *b = start(sleeper, "b");
    struct hd_task *a = hd_task_spawn(wait_for_task, b);
    HD_TRY(hd_yield());
    hd_task_cancel(b);
    return tell_end("a", a);
}

static void
who_waits_for_a_cancelled_task_sees_that_it_was_not_him(void **state)
{
    (void)state;

    sim_run(cancel_the_last_of_a_chain, NULL);

    assert_string_equal(story, "b:CANCELLED 1 0 a:CANCELLED 1");
}

static int
cancel_who_waits_for_who_swallows(void *arg)
{
    (void)arg;
    struct hd_task *b = start(swallow, NULL);
    struct hd_task *a = hd_task_spawn(wait_for_task, b);
    HD_TRY(hd_yield());
    hd_task_cancel(a);
    tell_end("a", a);
    return tell_end("b", b);
}

static void
a_request_swallowed_below_does_not_come_back(void **state)
{
    (void)state;

    sim_run(cancel_who_waits_for_who_swallows, NULL);

    assert_string_equal(story, "wait:CANCELLED 1 a:ok 0 b:ok 0");
}

static int
cancel_who_waits_for_a_future(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    struct hd_task *task = hd_task_spawn(wait_for_future, future);
    HD_TRY(hd_yield());
    hd_task_cancel(task);
    tell("%d", hd_future_is_cancelled(future));
    return tell_end("end", task);
}

static void
the_future_that_a_cancelled_task_waits_for_is_cancelled(void **state)
{
    (void)state;

    sim_run(cancel_who_waits_for_a_future, NULL);

    assert_string_equal(story, "1 waiter:CANCELLED end:CANCELLED 1");
}

/* ---- rings ---- */

static struct hd_task *ring[3];

static int
wait_for_next(void *arg)
{
    const uintptr_t i = (uintptr_t)arg;
    HD_TRY(hd_yield());
    return hd_await(ring[(i + 1) % 3]);
}

static int
cancel_a_ring(void *arg)
{
    (void)arg;
    for (uintptr_t i = 0; i < 3; i++) {
        ring[i] = hd_task_spawn(wait_for_next, (void *)i);
    }
    HD_TRY(hd_sleep(HD_MS(1)));
    tell("%d", hd_task_cancel(ring[1]));
    for (uintptr_t i = 0; i < 3; i++) {
        tell_end("end", ring[i]);
    }
    return HD_OK;
}

static void
a_ring_of_waits_comes_apart_when_one_is_cancelled(void **state)
{
    (void)state;

    sim_run(cancel_a_ring, NULL);

    assert_string_equal(story,
                        "1 end:CANCELLED 1 end:CANCELLED 1 end:CANCELLED 1");
}

/* ---- futures' cancellation ---- */

static int
cancel_futures(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    tell("%d", hd_future_cancel(future));
    tell("%d", hd_future_cancel(future));
    tell("%d%d", hd_future_is_done(future), hd_future_is_cancelled(future));
    tell_status("result", hd_future_result(future, NULL));
    tell_status("await", hd_await(future));
    tell_status("set", hd_future_set(future, NULL));
    struct hd_task *task = start(sleeper, "task");
    tell("%d", hd_future_cancel(HD_FUTURE(task)));
    return tell_end("end", task);
}

static void
a_future_is_cancelled_once_and_a_task_by_its_own_way(void **state)
{
    (void)state;

    sim_run(cancel_futures, NULL);

    assert_string_equal(story, "1 0 11 result:CANCELLED await:CANCELLED "
                               "set:DONE 1 task:CANCELLED 1 end:CANCELLED 1");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_task_cancelled_before_its_start_never_runs),
        TEST(a_waiting_task_is_cancelled_in_its_wait),
        TEST(a_ready_task_is_cancelled_in_its_yield),
        TEST(a_task_that_was_woken_but_has_not_run_is_cancelled_all_the_same),
        TEST(a_running_task_is_cancelled_in_its_next_wait),
        TEST(a_task_that_returns_before_its_next_wait_is_cancelled_still),
        TEST(a_task_that_is_done_cannot_be_cancelled),
        TEST(a_main_that_is_cancelled_ends_the_run_cancelled),
        TEST(a_task_may_swallow_its_cancellation),
        TEST(one_request_ends_one_wait),
        TEST(a_second_request_ends_a_second_wait),
        TEST(a_task_may_fail_instead_of_being_cancelled),
        TEST(requests_are_counted_and_taken_back_one_by_one),
        TEST(cancelling_goes_down_to_what_is_waited_for),
        TEST(who_waits_for_a_cancelled_task_sees_that_it_was_not_him),
        TEST(a_request_swallowed_below_does_not_come_back),
        TEST(the_future_that_a_cancelled_task_waits_for_is_cancelled),
        TEST(a_ring_of_waits_comes_apart_when_one_is_cancelled),
        TEST(a_future_is_cancelled_once_and_a_task_by_its_own_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
