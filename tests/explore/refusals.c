/*
 * Programs that handle each lack of memory, in every order of their tasks. To
 * be run with --faults=alloc; nothing may be found in any of them.
 */
#include <heddle/test.h>

static int
turn(void *arg)
{
    (void)arg;
    return hd_yield();
}

static bool
is_ok(int status)
{
    return status == HD_OK || status == HD_E_NO_MEMORY;
}

/* Wait for a task, if there is one. */
static void
join(struct hd_task *task)
{
    HD_CHECK(task == NULL || is_ok(hd_await(task)));
}

/* Main ends with the call: nothing of it may be left. */
HD_TEST(a_limited_call_leaves_nothing)
{
    HD_CHECK(is_ok(hd_wait_for_call(turn, NULL, HD_MS(1))));
}

HD_TEST(a_limited_coroutine_leaves_nothing)
{
    struct hd_coro *coro = hd_coro_create(turn, NULL);
    HD_CHECK(coro == NULL || is_ok(hd_wait_for(coro, HD_MS(1))));
}

HD_TEST(what_cannot_be_gathered_goes_on)
{
    struct hd_task *a = hd_task_spawn(turn, NULL);
    struct hd_task *b = hd_task_spawn(turn, NULL);
    if (a != NULL && b != NULL) {
        HD_CHECK(is_ok(hd_gather(a, b)));
    }
    join(a);
    join(b);
}

HD_TEST(what_cannot_be_shielded_goes_on)
{
    struct hd_task *a = hd_task_spawn(turn, NULL);
    struct hd_future *outer = a != NULL ? hd_shield(a) : NULL;
    HD_CHECK(outer == NULL || hd_await(outer) == HD_OK);
    join(a);
}

HD_TEST(a_group_is_of_those_that_could_be_had)
{
    struct hd_group group;
    if (hd_group_begin(&group) == HD_OK) {
        (void)hd_group_spawn(&group, turn, NULL);
        (void)hd_group_spawn(&group, turn, NULL);
        HD_CHECK(hd_group_end(&group, HD_OK) == HD_OK);
    }
}

static int
put_for(void *queue)
{
    return hd_queue_put_for(queue, queue, HD_MS(1));
}

HD_TEST(a_queue_holds_what_was_put)
{
    struct hd_queue queue;
    hd_queue_init(&queue, 1);
    void *item;
    size_t put = 0, got = 0;
    struct hd_task *putters[2];
    for (int i = 0; i < 2; i++) {
        putters[i] = hd_task_spawn(put_for, &queue);
    }
    while (hd_queue_get_for(&queue, &item, HD_MS(2)) == HD_OK) {
        got++;
    }
    for (int i = 0; i < 2; i++) {
        const int status =
            putters[i] != NULL ? hd_await(putters[i]) : HD_E_NO_MEMORY;
        HD_CHECK(is_ok(status) || status == HD_E_TIMEDOUT);
        put += status == HD_OK;
    }
    HD_CHECK(put == got + hd_queue_size(&queue));
    hd_queue_finish(&queue);
}

static int
take_turns(void *lock)
{
    HD_TRY(hd_lock_acquire_for(lock, HD_MS(1)));
    const int status = hd_yield();
    hd_lock_release(lock);
    return status;
}

HD_TEST(a_lock_is_given_back)
{
    struct hd_lock lock = {0};
    struct hd_task *a = hd_task_spawn(take_turns, &lock);
    struct hd_task *b = hd_task_spawn(take_turns, &lock);
    join(a);
    join(b);
    HD_CHECK(!hd_lock_is_locked(&lock));
}

HD_TEST(a_scope_without_a_deadline_ends_as_usual)
{
    struct hd_timeout timeout;
    int status = hd_timeout_begin(&timeout, HD_MS(5));
    status = status < 0 ? status : hd_sleep(HD_MS(1));
    HD_CHECK(is_ok(hd_timeout_end(&timeout, status)));
}

/* ---- without a loop ---- */

HD_TEST(a_run_that_cannot_begin, .loop = HD_LOOP_NONE)
{
    HD_CHECK(is_ok(hd_run(turn, NULL)));
    HD_CHECK(is_ok(hd_run(turn, NULL)));
}

HD_TEST(a_loop_that_cannot_be_had, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_create();
    if (loop != NULL) {
        struct hd_task *task = hd_loop_spawn(loop, turn, NULL);
        HD_CHECK(task == NULL || hd_loop_run_until(loop, task) == HD_OK);
        HD_CHECK(is_ok(hd_loop_run_fn(loop, turn, NULL)));
    }
    hd_loop_destroy(loop);
}

HD_TEST(a_coroutine_of_no_loop, .loop = HD_LOOP_NONE)
{
    struct hd_coro *coro = hd_coro_create(turn, NULL);
    hd_coro_destroy(coro);
    hd_loop_destroy(hd_loop_default());
    hd_loop_set_default(NULL);
}
