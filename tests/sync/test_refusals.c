/*
 * Synchronisation: each allocation fails in turn. Only a time-out needs
 * memory, and a queue that grows; what waits without one cannot fail.
 */
#include "refusals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- lock, event, condition, semaphore ---- */

static int
acquire_a_lock(void *arg)
{
    struct hd_lock lock = {0};
    (void)arg;
    const bool taken =
        answer(hd_lock_acquire_for(&lock, HD_MS(1)), HD_OK) == HD_OK;
    HOLDS(hd_lock_is_locked(&lock) == taken);
    if (!taken) {
        HOLDS(hd_lock_acquire(&lock) == HD_OK);
    }
    answer(hd_lock_acquire_for(&lock, HD_MS(1)), HD_E_TIMEDOUT);
    HOLDS(hd_lock_release(&lock) == HD_OK);
    HOLDS(!hd_lock_is_locked(&lock));
    return HD_OK;
}

static int
wait_for_an_event(void *arg)
{
    struct hd_event event;
    (void)arg;
    hd_event_init(&event);
    answer(hd_event_wait_for(&event, HD_MS(1)), HD_E_TIMEDOUT);
    hd_event_set(&event);
    answer(hd_event_wait_for(&event, HD_MS(1)), HD_OK);
    return HD_OK;
}

/* The lock is held on return, also if there was no wait. */
static int
wait_for_a_condition(void *arg)
{
    struct hd_condition condition;
    (void)arg;
    hd_condition_init(&condition, NULL);
    HOLDS(hd_condition_acquire(&condition) == HD_OK);
    answer(hd_condition_wait_for(&condition, HD_MS(1)), HD_E_TIMEDOUT);
    HOLDS(hd_condition_is_locked(&condition));
    HOLDS(hd_condition_release(&condition) == HD_OK);
    return HD_OK;
}

static int
acquire_a_semaphore(void *arg)
{
    struct hd_semaphore semaphore;
    (void)arg;
    hd_semaphore_init_bounded(&semaphore, 1);
    const bool taken =
        answer(hd_semaphore_acquire_for(&semaphore, HD_MS(1)), HD_OK) == HD_OK;
    HOLDS(hd_semaphore_value(&semaphore) == !taken);
    if (!taken) {
        HOLDS(hd_semaphore_acquire(&semaphore) == HD_OK);
    }
    answer(hd_semaphore_acquire_for(&semaphore, HD_MS(1)), HD_E_TIMEDOUT);
    HOLDS(hd_semaphore_release(&semaphore) == HD_OK);
    return HD_OK;
}

/* ---- with two tasks: who waits when somebody else cannot be started ---- */

static int
come(void *arg)
{
    const int place = hd_barrier_wait(arg);
    return place < 0 ? place : HD_OK;
}

static int
meet_at_a_barrier(void *arg)
{
    struct hd_barrier barrier;
    (void)arg;
    hd_barrier_init(&barrier, 2);
    struct hd_task *one = hd_task_spawn(come, &barrier);
    struct hd_task *other = hd_task_spawn(come, &barrier);
    had(one);
    had(other);
    const bool complete = one != NULL && other != NULL;
    if (!complete) {
        hd_barrier_abort(&barrier);
    }
    finish_task(one, complete ? HD_OK : HD_E_BROKEN);
    finish_task(other, complete ? HD_OK : HD_E_BROKEN);
    return HD_OK;
}

static int
pass_a_lock_on(void *arg)
{
    struct hd_lock *lock = arg;
    HD_TRY(hd_lock_acquire_for(lock, HD_MS(9)));
    const int status = hd_yield();
    hd_lock_release(lock);
    return status;
}

/* The refusal is the task's answer. */
static int
stand_in_line(void *arg)
{
    struct hd_lock lock = {0};
    struct hd_task *tasks[3];
    (void)arg;
    for (size_t i = 0; i < COUNT(tasks); i++) {
        tasks[i] = hd_task_spawn(pass_a_lock_on, &lock);
        had(tasks[i]);
    }
    for (size_t i = 0; i < COUNT(tasks); i++) {
        finish_task(tasks[i], HD_OK);
    }
    HOLDS(!hd_lock_is_locked(&lock));
    return HD_OK;
}

/* ---- queues ---- */

static int
by_value(const void *a, const void *b)
{
    return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

/* More than fit at first; one that was refused is put once more. */
static void
fill(struct hd_queue *queue, size_t count)
{
    for (uintptr_t i = 1; i <= count; i++) {
        if (answer(hd_queue_put_now(queue, (void *)i), HD_OK) < 0) {
            HOLDS(hd_queue_size(queue) == i - 1);
            HOLDS(hd_queue_put_now(queue, (void *)i) == HD_OK);
        }
    }
}

static void
empty(struct hd_queue *queue, size_t count, bool backwards)
{
    for (uintptr_t i = 1; i <= count; i++) {
        void *item = NULL;
        HOLDS(hd_queue_get_now(queue, &item) == HD_OK);
        HOLDS((uintptr_t)item == (backwards ? count + 1 - i : i));
        HOLDS(hd_queue_task_done(queue) == HD_OK);
    }
    HOLDS(hd_queue_join(queue) == HD_OK);
    hd_queue_finish(queue);
}

static int
fill_a_queue(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init(&queue, 0);
    fill(&queue, 20);
    empty(&queue, 20, false);
    return HD_OK;
}

static int
fill_a_lifo(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init_lifo(&queue, 0);
    fill(&queue, 20);
    empty(&queue, 20, true);
    return HD_OK;
}

static int
fill_by_priority(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init_priority(&queue, 0, by_value);
    fill(&queue, 20);
    empty(&queue, 20, false);
    return HD_OK;
}

/* As a full one waits for room, and an empty one for items. */
static void
wait_for_a_queue(struct hd_queue *queue)
{
    void *item = queue;
    const bool put =
        answer(hd_queue_put_for(queue, queue, HD_MS(1)), HD_OK) == HD_OK;
    HOLDS(hd_queue_size(queue) == put);
    if (!put) {
        HOLDS(hd_queue_put(queue, queue) == HD_OK);
    }
    answer(hd_queue_put_for(queue, queue, HD_MS(1)), HD_E_TIMEDOUT);
    const bool got =
        answer(hd_queue_get_for(queue, &item, HD_MS(1)), HD_OK) == HD_OK;
    HOLDS(item == queue);
    if (!got) {
        HOLDS(hd_queue_get(queue, &item) == HD_OK);
    }
    answer(hd_queue_get_for(queue, &item, HD_MS(1)), HD_E_TIMEDOUT);
    HOLDS(hd_queue_is_empty(queue));
    hd_queue_finish(queue);
}

static int
wait_for_the_first(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init(&queue, 1);
    wait_for_a_queue(&queue);
    return HD_OK;
}

static int
wait_for_the_last(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init_lifo(&queue, 1);
    wait_for_a_queue(&queue);
    return HD_OK;
}

static int
wait_for_the_least(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init_priority(&queue, 1, by_value);
    wait_for_a_queue(&queue);
    return HD_OK;
}

static int
put_two(void *arg)
{
    struct hd_queue *queue = arg;
    HD_TRY(hd_queue_put(queue, queue));
    return hd_queue_put(queue, queue);
}

/* One who had to wait for room does not need memory as well. */
static int
put_from_a_task(void *arg)
{
    struct hd_queue queue;
    void *item;
    (void)arg;
    hd_queue_init(&queue, 1);
    struct hd_task *task = hd_task_spawn(put_two, &queue);
    had(task);
    HOLDS(hd_yield() == HD_OK);
    while (hd_queue_get_now(&queue, &item) == HD_OK) {
        HOLDS(hd_yield() == HD_OK);
    }
    finish_task(task, HD_OK);
    hd_queue_finish(&queue);
    return HD_OK;
}

static void
each_call_answers_for_its_allocation(void **state)
{
    static const struct refusals_program programs[] = {
        PROGRAM(acquire_a_lock),       PROGRAM(wait_for_an_event),
        PROGRAM(wait_for_a_condition), PROGRAM(acquire_a_semaphore),
        PROGRAM(meet_at_a_barrier),    PROGRAM(stand_in_line),
        PROGRAM(fill_a_queue),         PROGRAM(fill_a_lifo),
        PROGRAM(fill_by_priority),     PROGRAM(wait_for_the_first),
        PROGRAM(wait_for_the_last),    PROGRAM(wait_for_the_least),
        PROGRAM(put_from_a_task),
    };
    (void)state;

    refusals_try(programs, COUNT(programs));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_answers_for_its_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
