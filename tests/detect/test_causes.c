/*
 * Why a wait will not end: each cause in a program that has it, under all its
 * schedules, and a program that looks alike and has it not.
 */
#include "every.h"

static struct hd_lock lock;
static struct hd_semaphore semaphore;
static struct hd_queue queue;
static struct hd_barrier barrier;
static struct hd_future *future;

/* All objects are as new; then the tasks run side by side, and main awaits. */
static int
side_by_side(hd_fn *const *fns, size_t count)
{
    struct hd_task *tasks[4];
    hd_lock_init(&lock);
    hd_semaphore_init(&semaphore, 1);
    hd_queue_init(&queue, 2);
    for (size_t i = 0; i < count; i++) {
        tasks[i] = hd_task_spawn(fns[i], NULL);
    }
    for (size_t i = 0; i < count; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    hd_queue_finish(&queue);
    return HD_OK;
}

#define SIDE_BY_SIDE(...)                                                      \
    side_by_side((hd_fn *const[]){__VA_ARGS__},                                \
                 sizeof((hd_fn *const[]){__VA_ARGS__}) / sizeof(hd_fn *))

/* ---- locks ---- */

static int
take_and_end(void *arg)
{
    (void)arg;
    return hd_lock_acquire(&lock);
}

static int
take_and_give(void *arg)
{
    HD_TRY(take_and_end(arg));
    HD_TRY(hd_yield());
    return hd_lock_release(&lock);
}

static int
take_and_sleep(void *arg)
{
    HD_TRY(take_and_end(arg));
    return hd_sleep(HD_FOREVER);
}

static int
kept_lock(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(take_and_end, take_and_give);
}

static int
given_lock(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(take_and_give, take_and_give);
}

static int
slept_on(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(take_and_sleep, take_and_give);
}

static void
a_lock_that_was_never_released_is_told(void **state)
{
    (void)state;
    assert_every(kept_lock, NULL, "deadlock",
                 "0.2 waits for a lock for ever: 0.1 took it and ended without "
                 "releasing it");
    assert_clean(given_lock, NULL);
}

static void
look_for_the_sleeper(void *context)
{
    unsigned *waiting = context;
    assert_int_equal(found.count, 1);
    const char *message = found.items[0].message;
    *waiting +=
        strcmp(message, "0.2 waits for a lock for ever: 0.1 took it and "
                        "sleeps for ever") == 0;
    if (*waiting == 0) {
        assert_string_equal(message, "0.1 sleeps for ever");
    }
}

static void
a_lock_whose_holder_sleeps_for_ever_is_told(void **state)
{
    unsigned waiting = 0;
    (void)state;
    every_schedule(slept_on, NULL, look_for_the_sleeper, &waiting);
    assert_true(waiting > 0);
}

static int
cancelled_holder(void *arg)
{
    hd_lock_init(&lock);
    struct hd_task *holder = hd_task_spawn(take_and_sleep, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    (void)hd_task_cancel(holder);
    (void)hd_await(holder);
    return hd_await(hd_task_spawn(take_and_give, arg));
}

static void
a_lock_whose_holder_was_cancelled_is_told(void **state)
{
    (void)state;
    assert_every(cancelled_holder, NULL, "deadlock",
                 "0.2 waits for a lock for ever: 0.1 took it and was cancelled "
                 "without releasing it");
}

/* ---- semaphores ---- */

static int
take_permit(void *arg)
{
    (void)arg;
    return hd_semaphore_acquire(&semaphore);
}

static int
borrow_permit(void *arg)
{
    HD_TRY(take_permit(arg));
    return hd_semaphore_release(&semaphore);
}

static int
kept_permit(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(take_permit, borrow_permit);
}

static int
lent_permit(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(borrow_permit, borrow_permit);
}

/* A semaphore of none, as a signal: who acquires it need not release it. */
static int
signal_twice(void *arg)
{
    (void)arg;
    HD_TRY(hd_semaphore_release(&semaphore));
    return hd_semaphore_release(&semaphore);
}

static int
too_few_signals(void *arg)
{
    (void)arg;
    hd_semaphore_init(&semaphore, 0);
    struct hd_task *signals = hd_task_spawn(signal_twice, NULL);
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_semaphore_acquire(&semaphore));
    }
    return hd_await(signals);
}

static void
a_permit_that_was_never_given_back_is_told(void **state)
{
    (void)state;
    assert_every(kept_permit, NULL, "deadlock",
                 "0.2 waits for a semaphore for ever: 0.1 took it and ended "
                 "without releasing it");
    assert_clean(lent_permit, NULL);
}

static void
a_semaphore_that_signals_is_held_by_nobody(void **state)
{
    (void)state;
    assert_always(
        too_few_signals,
        "the test waits for a semaphore for ever: 0.1, which released "
        "it last, has ended");
}

/* ---- queues ---- */

static int
get_one(void *arg)
{
    void *item;
    (void)arg;
    return hd_queue_get(&queue, &item);
}

static int
get_two(void *arg)
{
    HD_TRY(get_one(arg));
    return get_one(arg);
}

static int
put_one(void *arg)
{
    return hd_queue_put(&queue, arg);
}

static int
put_four(void *arg)
{
    for (int i = 0; i < 4; i++) {
        HD_TRY(put_one(arg));
    }
    return HD_OK;
}

static int
nobody_puts(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(get_one);
}

static int
one_is_missing(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(get_two, put_one);
}

static int
nobody_gets(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(put_four);
}

static int
getter_leaves(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(put_four, get_one);
}

static int
put_and_join(void *arg)
{
    HD_TRY(put_one(arg));
    return hd_queue_join(&queue);
}

static int
get_and_finish(void *arg)
{
    HD_TRY(get_one(arg));
    return hd_queue_task_done(&queue);
}

static int
never_done(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(put_and_join, get_one);
}

static int
all_done(void *arg)
{
    (void)arg;
    return SIDE_BY_SIDE(put_and_join, get_and_finish);
}

static void
an_empty_queue_says_who_put_what_in(void **state)
{
    (void)state;
    assert_every(nobody_puts, NULL, "deadlock",
                 "0.1 waits for an item in a queue for ever: nobody has ever "
                 "put anything into it");
    assert_every(one_is_missing, NULL, "deadlock",
                 "the one item that was put has been taken");
}

static void
a_full_queue_says_who_took_what_out(void **state)
{
    (void)state;
    assert_every(nobody_gets, NULL, "deadlock",
                 "0.1 waits for room in a queue for ever: nobody has ever got "
                 "anything out of it");
    assert_every(getter_leaves, NULL, "deadlock",
                 "nobody takes the 2 items in it any more");
}

static void
work_that_was_never_called_done_is_told(void **state)
{
    (void)state;
    assert_every(never_done, NULL, "deadlock",
                 "0.1 waits in hd_queue_join for ever: 1 item was taken and "
                 "never called done (hd_queue_task_done)");
    assert_clean(all_done, NULL);
}

/* ---- barriers and futures ---- */

static int
come(void *arg)
{
    (void)arg;
    const int place = hd_barrier_wait(&barrier);
    return place < 0 ? place : HD_OK;
}

static int
two_of_three(void *arg)
{
    (void)arg;
    hd_barrier_init(&barrier, 3);
    return SIDE_BY_SIDE(come, come);
}

static int
three_of_three(void *arg)
{
    (void)arg;
    hd_barrier_init(&barrier, 3);
    return SIDE_BY_SIDE(come, come, come);
}

static void
a_barrier_says_how_many_have_come(void **state)
{
    (void)state;
    assert_every(two_of_three, NULL, "deadlock",
                 "2 tasks wait at a barrier for ever: 2 of 3 have come");
    assert_clean(three_of_three, NULL);
}

static int
unset_future(void *arg)
{
    future = hd_future_create();
    if (arg != NULL) {
        HD_TRY(hd_future_set(future, NULL));
    }
    return hd_await(future);
}

static int
await_future(void *arg)
{
    (void)arg;
    return hd_await(future);
}

static int
dropped_future(void *arg)
{
    (void)arg;
    future = hd_future_create();
    struct hd_task *task = hd_task_spawn(await_future, NULL);
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_future_release(future);
    return hd_await(task);
}

static int
gathered_future(void *arg)
{
    (void)arg;
    future = hd_future_create();
    return hd_gather(future);
}

static void
a_future_that_nobody_sets_is_told(void **state)
{
    (void)state;
    assert_every(
        unset_future, NULL, "deadlock",
        "the test waits for a future for ever: nobody has ever set it");
    assert_every(
        gathered_future, NULL, "deadlock",
        "the test waits for a future for ever: nobody has ever set it");
    assert_every(dropped_future, NULL, "deadlock",
                 "0.1 waits for a future for ever: the test released its last "
                 "handle without setting it");
    assert_clean(unset_future, &lock);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_that_was_never_released_is_told),
        cmocka_unit_test(a_lock_whose_holder_sleeps_for_ever_is_told),
        cmocka_unit_test(a_lock_whose_holder_was_cancelled_is_told),
        cmocka_unit_test(a_permit_that_was_never_given_back_is_told),
        cmocka_unit_test(a_semaphore_that_signals_is_held_by_nobody),
        cmocka_unit_test(an_empty_queue_says_who_put_what_in),
        cmocka_unit_test(a_full_queue_says_who_took_what_out),
        cmocka_unit_test(work_that_was_never_called_done_is_told),
        cmocka_unit_test(a_barrier_says_how_many_have_come),
        cmocka_unit_test(a_future_that_nobody_sets_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
