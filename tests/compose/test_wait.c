#include "memory.h"
#include "story.h"

/* ---- until ---- */

struct request {
    enum hd_wait_until until;
    uint64_t timeout_ns;
};

/* Wait for a (1 ms), b (2 ms, fails) and c (3 ms), then for all of them. */
static int
wait_for_three(void *arg)
{
    const struct request *request = arg;
    struct hd_future *futures[] = {start(WORKER("a", 1)),
                                   start(FAILER("b", 2, BROKEN)),
                                   start(WORKER("c", 3))};
    size_t done = 99;
    const int status =
        hd_wait(futures, 3, request->until, request->timeout_ns, &done);
    tell_status("wait", status);
    tell("%zu", done);
    tell_time();
    for (int i = 0; i < 3; i++) {
        (void)hd_await(futures[i]);
    }
    return status;
}

static void
wait_for_all_waits_for_all(void **state)
{
    (void)state;
    struct request request = {HD_ALL_COMPLETED, HD_FOREVER};

    sim_run(wait_for_three, &request);

    assert_string_equal(story, "a b c wait:ok 3 3ms");
}

static void
wait_for_the_first_ends_with_the_first(void **state)
{
    (void)state;
    struct request request = {HD_FIRST_COMPLETED, HD_FOREVER};

    sim_run(wait_for_three, &request);

    assert_string_equal(story, "a wait:ok 1 1ms b c");
}

static void
wait_for_the_first_error_ends_with_it(void **state)
{
    (void)state;
    struct request request = {HD_FIRST_ERROR, HD_FOREVER};

    sim_run(wait_for_three, &request);

    assert_string_equal(story, "a b wait:ok 2 2ms c");
}

static int
wait_for_an_error_that_never_comes(void *arg)
{
    (void)arg;
    struct hd_future *futures[] = {start(WORKER("a", 9)),
                                   start(WORKER("b", 1))};
    (void)hd_yield();
    hd_future_cancel(futures[0]);
    const int status = hd_wait(futures, 2, HD_FIRST_ERROR, HD_FOREVER, NULL);
    tell_status("wait", status);
    tell_time();
    return status;
}

static void
a_cancelled_future_is_no_error(void **state)
{
    (void)state;

    sim_run(wait_for_an_error_that_never_comes, NULL);

    assert_string_equal(story, "a:CANCELLED b wait:ok 1ms");
}

static void
the_timeout_is_a_success_that_cancels_nobody(void **state)
{
    (void)state;
    struct request request = {HD_ALL_COMPLETED, HD_US(1500)};

    sim_run(wait_for_three, &request);

    assert_string_equal(story, "a wait:ok 1 1ms b c");
}

static void
a_timeout_of_nothing_takes_a_turn(void **state)
{
    (void)state;
    struct request request = {HD_ALL_COMPLETED, 0};

    sim_run(wait_for_three, &request);

    assert_string_equal(story, "wait:ok 0 0ms a b c");
}

/* ---- what it does not do ---- */

static int
wait_without_looking(void *arg)
{
    (void)arg;
    struct hd_future *b = start(FAILER("b", 1, BROKEN));
    return hd_wait(&b, 1, HD_FIRST_ERROR, HD_FOREVER, NULL);
}

static void
waiting_is_not_looking(void **state)
{
    (void)state;

    const int status = sim_run(wait_without_looking, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(unretrieved(), 1);
}

static int
wait_for_long(void *arg)
{
    size_t done = 99;
    const int status = hd_wait(arg, 2, HD_ALL_COMPLETED, HD_FOREVER, &done);
    tell("%zu", done);
    return tell_status("wait", status);
}

static int
cancel_who_waits(void *arg)
{
    (void)arg;
    struct hd_future *futures[] = {start(WORKER("a", 2)),
                                   start(WORKER("b", 3))};
    struct hd_task *task = hd_task_spawn(wait_for_long, futures);
    (void)hd_sleep(HD_MS(1));
    hd_task_cancel(task);
    (void)hd_await(task);
    return hd_gather(futures[0], futures[1]);
}

static void
cancelling_the_caller_cancels_nobody_else(void **state)
{
    (void)state;

    const int status = sim_run(cancel_who_waits, NULL);

    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "99 wait:CANCELLED a b");
}

static int
wait_for_what_is_done(void *arg)
{
    (void)arg;
    struct hd_future *futures[] = {hd_future_create(), hd_future_create()};
    hd_future_set(futures[0], NULL);
    hd_task_spawn(speak, say("other"));
    tell_status("wait",
                hd_wait(futures, 2, HD_FIRST_COMPLETED, HD_FOREVER, NULL));
    hd_future_release(futures[0]);
    hd_future_release(futures[1]);
    return HD_OK;
}

static void
wait_suspends_even_if_all_is_done(void **state)
{
    (void)state;

    sim_run(wait_for_what_is_done, NULL);

    assert_string_equal(story, "other wait:ok");
}

static int
wait_twice_for_the_same(void *arg)
{
    (void)arg;
    struct hd_future *a = start(WORKER("a", 1));
    struct hd_future *futures[] = {a, a, a};
    size_t done = 99;
    tell_status("wait",
                hd_wait(futures, 3, HD_ALL_COMPLETED, HD_FOREVER, &done));
    tell("%zu", done);
    return HD_OK;
}

static void
a_future_given_twice_counts_once(void **state)
{
    (void)state;

    sim_run(wait_twice_for_the_same, NULL);

    assert_string_equal(story, "a wait:ok 1");
}

/* ---- misuse ---- */

static void
wait_from_callback(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    tell_status("callback",
                hd_wait(&future, 1, HD_ALL_COMPLETED, HD_FOREVER, NULL));
    hd_future_release(future);
}

static int
misuse_wait(void *arg)
{
    (void)arg;
    const enum hd_wait_until all = HD_ALL_COMPLETED;
    hd_loop_call_soon(hd_loop_running(), wait_from_callback, NULL);
    (void)hd_yield();
    struct hd_future *gone = stale();
    tell_status("none", hd_wait(NULL, 0, all, HD_FOREVER, NULL));
    tell_status("until",
                hd_wait(&gone, 1, (enum hd_wait_until)7, HD_FOREVER, NULL));
    tell_status("stale", hd_wait(&gone, 1, all, HD_FOREVER, NULL));
    struct hd_loop *other = hd_loop_create();
    struct hd_future *foreign = hd_loop_future(other);
    tell_status("foreign", hd_wait(&foreign, 1, all, HD_FOREVER, NULL));
    hd_loop_destroy(other);
    tell_status("coro", hd_wait_refuse_coro(NULL));
    return HD_OK;
}

static void
misuses_are_defined_errors(void **state)
{
    (void)state;

    sim_run(misuse_wait, NULL);

    assert_string_equal(story, "callback:NO_TASK none:INVALID until:INVALID "
                               "stale:STALE foreign:FOREIGN_LOOP coro:INVALID");
    assert_int_equal(misuses(), 6);
}

/* ---- memory ---- */

#define MANY 20

static int
wait_for_many(void *arg)
{
    const uint64_t *timeout_ns = arg;
    struct hd_future *futures[MANY];
    for (int i = 0; i < MANY; i++) {
        futures[i] = hd_future_create();
    }
    const int status =
        hd_wait(futures, MANY, HD_ALL_COMPLETED, *timeout_ns, NULL);
    for (int i = 0; i < MANY; i++) {
        hd_future_release(futures[i]);
    }
    return status;
}

static size_t held_before, held_after;

static int
wait_again_and_again(void *arg)
{
    (void)arg;
    uint64_t timeout_ns = HD_MS(1);
    HD_TRY(wait_for_many(&timeout_ns));
    held_before = memory_held();
    HD_TRY(wait_for_many(&timeout_ns));
    held_after = memory_held();
    return HD_OK;
}

static void
wait_gives_its_memory_back(void **state)
{
    (void)state;

    const int status = sim_run(wait_again_and_again, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(held_after, held_before);
}

static int
wait_without_memory(void *arg)
{
    (void)arg;
    struct hd_future *futures[MANY];
    for (int i = 0; i < MANY; i++) {
        futures[i] = hd_future_create();
        hd_future_set(futures[i], NULL);
    }
    size_t nth = 0;
    do {
        memory_fail_at(++nth);
        tell_status("wait",
                    hd_wait(futures, MANY, HD_ALL_COMPLETED, HD_MS(1), NULL));
    } while (memory_has_failed());
    memory_fail_at(0);
    for (int i = 0; i < MANY; i++) {
        hd_future_release(futures[i]);
    }
    return HD_OK;
}

/* The children's room; then the timers' heap, which is empty at first. */
static void
wait_survives_each_lack_of_memory(void **state)
{
    (void)state;

    sim_run(wait_without_memory, NULL);

    assert_string_equal(story, "wait:NO_MEMORY wait:NO_MEMORY wait:ok");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wait_for_all_waits_for_all),
        TEST(wait_for_the_first_ends_with_the_first),
        TEST(wait_for_the_first_error_ends_with_it),
        TEST(a_cancelled_future_is_no_error),
        TEST(the_timeout_is_a_success_that_cancels_nobody),
        TEST(a_timeout_of_nothing_takes_a_turn),
        TEST(waiting_is_not_looking),
        TEST(cancelling_the_caller_cancels_nobody_else),
        TEST(wait_suspends_even_if_all_is_done),
        TEST(a_future_given_twice_counts_once),
        TEST(misuses_are_defined_errors),
        TEST(wait_gives_its_memory_back),
        TEST(wait_survives_each_lack_of_memory),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
