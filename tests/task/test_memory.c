/*
 * Out of memory: each allocation of a busy program fails in turn; it ends in
 * order, with a defined status, every time.
 */
#include "memory.h"
#include "outside.h"
#include <stdlib.h>

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

static void
ring(struct hd_future *future, void *arg)
{
    (void)future;
    (void)arg;
}

static int
fail_loudly(void *arg)
{
    (void)arg;
    return hd_fail(HD_E_USER, "a message of its own allocation");
}

/* What each step may come to: done, or out of memory. */
static int
expect(int status)
{
    if (status != HD_OK && status != HD_E_NO_MEMORY) {
        tell("%s", hd_status_name(status));
    }
    return status;
}

static void
try_tasks(void)
{
    struct hd_task *task = hd_task_spawn(succeed, NULL);
    if (task != NULL) {
        hd_task_set_name(task, "named");
        (void)hd_task_name(task);
        expect(hd_await(task));
        hd_task_release(task);
    }
    struct hd_task *failing = hd_task_spawn(fail_loudly, NULL);
    if (failing != NULL) {
        const int status = hd_await(failing);
        if (status != HD_E_USER) {
            tell("%d", status); /* the message may be lost, not the status */
        }
        const struct hd_error *error = hd_task_error(failing);
        if (error != NULL && error->code != HD_E_USER) {
            tell("%d", error->code);
        }
    }
}

static void
try_futures_and_coros(void)
{
    struct hd_future *future = hd_future_create();
    if (future != NULL) {
        expect(hd_future_on_done(future, ring, NULL));
        expect(hd_future_set(future, NULL));
        hd_future_release(future);
    }
    struct hd_coro *coro = hd_coro_create(succeed, NULL);
    if (coro != NULL) {
        expect(hd_await(coro));
    }
    struct hd_coro *spawned = hd_coro_create(succeed, NULL);
    struct hd_task *task = spawned ? hd_task_from_coro(spawned) : NULL;
    if (task != NULL) {
        expect(hd_await(task));
    }
}

static int
try_everything(void *arg)
{
    memory_fail_at((size_t)(uintptr_t)arg);
    try_tasks();
    try_futures_and_coros();
    hd_loop_call_later(hd_loop_running(), HD_S(9), free, NULL);
    for (unsigned i = 0; i < 20; i++) { /* more than the first heap holds */
        hd_loop_call_later(hd_loop_running(), HD_S(9) + i, free, NULL);
    }
    hd_task_spawn(wait_for_ever, NULL); /* left for the runner to end */
    expect(hd_sleep(HD_MS(1)));
    expect(hd_yield());
    return HD_OK;
}

static void
each_allocation_that_fails_is_a_status_or_null(void **state)
{
    size_t nth = 0;
    (void)state;

    do {
        nth++;
        assert_int_equal(sim_run(try_everything, (void *)(uintptr_t)nth),
                         HD_OK);
    } while (memory_has_failed() && nth < 200);
    memory_fail_at(0);

    assert_in_range(nth, 15, 199);
    assert_string_equal(story, "");
}

static void
make_a_loop(void *arg)
{
    memory_fail_at((size_t)(uintptr_t)arg);
    struct hd_loop *loop = hd_loop_create();
    if (loop != NULL) {
        expect(hd_loop_run_fn(loop, succeed, NULL));
    }
    hd_loop_destroy(loop);
    expect(hd_run(succeed, NULL));
}

static void
a_loop_that_cannot_be_had_is_null(void **state)
{
    size_t nth = 0;
    (void)state;

    do {
        nth++;
        run_outside(make_a_loop, (void *)(uintptr_t)nth);
    } while (memory_has_failed() && nth < 50);
    memory_fail_at(0);

    assert_in_range(nth, 4, 49);
    assert_string_equal(story, "");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_allocation_that_fails_is_a_status_or_null),
        TEST(a_loop_that_cannot_be_had_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
