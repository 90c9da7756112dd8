/*
 * Deadlines are whole milliseconds here: the libuv host rounds up to these.
 */
#include "programs.h"

#include <string.h>

static int
sleeps(void *arg)
{
    const uint64_t *ms = arg;
    return hd_sleep(HD_MS(*ms));
}

static int
yields(void *arg)
{
    const uint64_t *times = arg;
    for (uint64_t i = 0; i < *times; i++) {
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
fails(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(2)));
    return hd_fail(HD_E_USER, "on purpose");
}

static int
does_nothing(void *arg)
{
    (void)arg;
    return HD_OK;
}

static const uint64_t numbers[] = {0, 1, 2, 3, 4, 5};

static void *
number(int n)
{
    return (void *)(uintptr_t)&numbers[n];
}

/* ---- tasks and time ---- */

static int
spawn_and_await(void *arg)
{
    (void)arg;
    struct hd_task *a = hd_task_spawn(does_nothing, NULL);
    struct hd_task *b = hd_task_spawn(yields, number(3));
    struct hd_task *c = hd_task_spawn(fails, NULL);
    (void)hd_await(b);
    (void)hd_await(a);
    return hd_await(c);
}

static int
equal_sleeps(void *arg)
{
    (void)arg;
    struct hd_task *tasks[4];
    for (int i = 0; i < 4; i++) {
        tasks[i] = hd_task_spawn(sleeps, number(3));
    }
    for (int i = 3; i >= 0; i--) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static int
different_sleeps(void *arg)
{
    (void)arg;
    struct hd_task *tasks[5];
    for (int i = 0; i < 5; i++) {
        tasks[i] = hd_task_spawn(sleeps, number(5 - i));
    }
    struct hd_task *other = hd_task_spawn(yields, number(4));
    HD_TRY(hd_sleep(HD_MS(2)));
    HD_TRY(hd_sleep(HD_S(100)));
    for (int i = 0; i < 5; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return hd_await(other);
}

static int
yields_for_ever(void *arg)
{
    (void)arg;
    for (;;) {
        HD_TRY(hd_yield());
    }
}

/* Time moves on although somebody could always step. */
static int
yields_beside_a_sleep(void *arg)
{
    (void)arg;
    struct hd_task *busy = hd_task_spawn(yields_for_ever, NULL);
    HD_TRY(hd_sleep(HD_MS(3)));
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(busy);
    return hd_await(busy);
}

static int
spawns(void *arg)
{
    const uint64_t *depth = arg;
    if (*depth == 0) {
        return hd_sleep(HD_MS(1));
    }
    struct hd_task *a = hd_task_spawn(spawns, number((int)*depth - 1));
    struct hd_task *b = hd_task_spawn(spawns, number((int)*depth - 1));
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static int
nested_spawns(void *arg)
{
    (void)arg;
    return spawns(number(4));
}

static int
cancels(void *arg)
{
    (void)arg;
    struct hd_task *unborn = hd_task_spawn(does_nothing, NULL);
    struct hd_task *sleeper = hd_task_spawn(sleeps, number(5));
    struct hd_task *yielder = hd_task_spawn(yields_for_ever, NULL);
    hd_task_cancel(unborn);
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(sleeper);
    hd_task_cancel(yielder);
    (void)hd_await(sleeper);
    (void)hd_await(yielder);
    return hd_await(unborn) == HD_E_CANCELLED ? HD_OK : HD_E_INVALID;
}

static int
leaves_early(void *arg)
{
    (void)arg;
    hd_task_spawn(sleeps, number(5));
    hd_task_spawn(yields_for_ever, NULL);
    return hd_sleep(HD_MS(1));
}

static int
deadlocks(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(1)));
    struct hd_future *never = hd_future_create();
    return hd_await(never);
}

/* ---- callbacks ---- */

static void
on_call(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    int *left = arg;
    if (--*left > 0) {
        hd_loop_call_soon(loop, on_call, left);
        hd_loop_call_later(loop, HD_MS(1), on_call, left);
    }
}

static int
calls(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    int left = 12;
    (void)arg;
    hd_loop_call_soon(loop, on_call, &left);
    hd_loop_call_later(loop, 0, on_call, &left);
    hd_loop_call_later(loop, HD_MS(2), on_call, &left);
    struct hd_handle *first = hd_loop_call_later(loop, HD_MS(1), on_call, NULL);
    struct hd_handle *soon = hd_loop_call_soon(loop, on_call, NULL);
    hd_loop_call_at(loop, hd_loop_now(loop) + HD_MS(2), on_call, &left);
    hd_handle_cancel(first);
    hd_handle_cancel(soon);
    HD_TRY(hd_loop_call_soon_threadsafe(loop, on_call, &left));
    return hd_sleep(HD_MS(20));
}

/* ---- objects ---- */

struct shared {
    struct hd_lock lock;
    struct hd_queue queue;
    struct hd_event event;
    struct hd_semaphore semaphore;
};
static struct shared shared;

static void
share(void)
{
    memset(&shared, 0, sizeof(shared));
    hd_queue_init(&shared.queue, 2);
    hd_semaphore_init(&shared.semaphore, 2);
}

static int
locks(void *arg)
{
    const uint64_t *ms = arg;
    HD_TRY(hd_lock_acquire(&shared.lock));
    const int status = hd_sleep(HD_MS(*ms));
    hd_lock_release(&shared.lock);
    return status;
}

static int
contention(void *arg)
{
    (void)arg;
    share();
    struct hd_task *a = hd_task_spawn(locks, number(2));
    struct hd_task *b = hd_task_spawn(locks, number(3));
    struct hd_task *c = hd_task_spawn(locks, number(1));
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(b);
    const int status = hd_gather(a, c);
    (void)hd_await(b);
    return status;
}

static int
puts_items(void *arg)
{
    for (int i = 0; i < 5; i++) {
        HD_TRY(hd_queue_put(&shared.queue, arg));
        if (i % 2 == 0) {
            HD_TRY(hd_sleep(HD_MS(1)));
        }
    }
    return HD_OK;
}

static int
queues(void *arg)
{
    void *item;
    (void)arg;
    share();
    struct hd_task *a = hd_task_spawn(puts_items, number(1));
    struct hd_task *b = hd_task_spawn(puts_items, number(2));
    for (int i = 0; i < 10; i++) {
        HD_TRY(hd_queue_get(&shared.queue, &item));
    }
    const int late = hd_queue_get_for(&shared.queue, &item, HD_MS(3));
    HD_TRY(hd_gather(a, b));
    hd_queue_finish(&shared.queue);
    return late == HD_E_TIMEDOUT ? HD_OK : HD_E_INVALID;
}

static int
timeouts(void *arg)
{
    struct hd_timeout outer;
    (void)arg;
    int status = hd_wait_for_call(sleeps, number(5), HD_MS(2));
    status = hd_wait_for_call(sleeps, number(2), HD_MS(2));
    status = hd_wait_for_call(does_nothing, NULL, HD_MS(2));
    HD_TRY(hd_timeout_begin(&outer, HD_MS(3)));
    status = hd_wait_for_call(yields_for_ever, NULL, HD_MS(4));
    status = hd_timeout_end(&outer, status);
    return status == HD_E_TIMEDOUT ? HD_OK : HD_E_INVALID;
}

/* ---- whatever the seed says ---- */

static int storm(void *arg);

static int
storm_op(const uint64_t *depth)
{
    void *item;
    switch (hd_random(10)) {
    case 0:
        return hd_yield();
    case 1:
        return locks(number((int)hd_random(4)));
    case 2:
        return hd_queue_put_for(&shared.queue, &shared, HD_MS(2));
    case 3:
        return hd_queue_get_for(&shared.queue, &item, HD_MS(3));
    case 4:
        hd_event_set(&shared.event);
        return HD_OK;
    case 5:
        hd_event_clear(&shared.event);
        return hd_event_wait_for(&shared.event, HD_MS(1));
    case 6:
        return hd_wait_for_call(storm, number((int)*depth), HD_MS(2));
    case 7:
        return hd_semaphore_acquire_for(&shared.semaphore, HD_MS(1)) == HD_OK
                   ? hd_semaphore_release(&shared.semaphore)
                   : HD_OK;
    case 8: {
        struct hd_task *task = hd_task_spawn(storm, number((int)*depth));
        HD_TRY(hd_yield());
        hd_task_cancel(task);
        return hd_await(task);
    }
    default:
        return hd_sleep(HD_MS(hd_random(4)));
    }
}

static int
storm(void *arg)
{
    const uint64_t *depth = arg;
    struct hd_task *tasks[2] = {NULL, NULL};
    if (*depth == 0) {
        return hd_sleep(HD_MS(hd_random(3)));
    }
    const uint64_t less = *depth - 1;
    for (int i = 0; i < 2; i++) {
        tasks[i] = hd_task_spawn(storm, number((int)less));
        if (storm_op(&numbers[less]) == HD_E_CANCELLED &&
            hd_task_cancelling(hd_task_current()) > 0) {
            return HD_E_CANCELLED;
        }
    }
    for (int i = 0; i < 2; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static int
storms(void *arg)
{
    (void)arg;
    share();
    for (int i = 0; i < 20; i++) {
        const int status = storm(number(5));
        if (status == HD_E_CANCELLED) {
            return status;
        }
    }
    hd_queue_finish(&shared.queue);
    return HD_OK;
}

/* ---- runs ---- */

static void
stop_now(void *arg)
{
    hd_loop_stop(arg);
}

static void
stops(struct hd_loop *loop)
{
    int left = 3;
    hd_loop_spawn(loop, sleeps, number(2));
    hd_loop_call_soon(loop, on_call, &left);
    hd_loop_stop(loop);
    hd_loop_run_forever(loop);
    hd_loop_call_later(loop, HD_MS(1), stop_now, loop);
    hd_loop_run_forever(loop);
    hd_loop_call_soon(loop, stop_now, loop);
    hd_loop_call_soon(loop, on_call, &left);
    hd_loop_run_forever(loop);
    hd_loop_call_later(loop, HD_MS(9), stop_now, loop);
    hd_loop_run_forever(loop);
}

static void
runs_until_twice(struct hd_loop *loop)
{
    struct hd_future *future = hd_loop_future(loop);
    struct hd_task *task = hd_loop_spawn(loop, sleeps, number(3));
    hd_loop_run_until(loop, task);
    hd_loop_run_until(loop, task);
    hd_loop_call_later(loop, HD_MS(1), stop_now, loop);
    hd_loop_run_until(loop, future);
    hd_future_set(future, NULL);
    hd_loop_run_until(loop, future);
    hd_loop_run_fn(loop, nested_spawns, NULL);
    hd_loop_close(loop);
    hd_loop_run_fn(loop, nested_spawns, NULL);
    hd_loop_close(loop);
}

static void
never_stops(struct hd_loop *loop)
{
    hd_loop_spawn(loop, sleeps, number(1));
    hd_loop_run_forever(loop);
}

/* Main is called 0, and what it leaves is cancelled. */
int hd_loop_run_main(struct hd_loop *loop, hd_fn *fn, void *arg,
                     uint64_t place);

#define AS_MAIN(fn)                                                            \
    static void run_##fn(struct hd_loop *loop)                                 \
    {                                                                          \
        hd_loop_run_main(loop, fn, NULL, 0);                                   \
    }

AS_MAIN(spawn_and_await)
AS_MAIN(equal_sleeps)
AS_MAIN(different_sleeps)
AS_MAIN(yields_beside_a_sleep)
AS_MAIN(yields_for_ever)
AS_MAIN(nested_spawns)
AS_MAIN(cancels)
AS_MAIN(leaves_early)
AS_MAIN(deadlocks)
AS_MAIN(calls)
AS_MAIN(contention)
AS_MAIN(queues)
AS_MAIN(timeouts)
AS_MAIN(storms)

const struct named_program programs[] = {
    {"spawn_and_await", run_spawn_and_await, HD_OUTCOME_OK},
    {"equal_sleeps", run_equal_sleeps, HD_OUTCOME_OK},
    {"different_sleeps", run_different_sleeps, HD_OUTCOME_OK},
    {"yields_beside_a_sleep", run_yields_beside_a_sleep, HD_OUTCOME_OK},
    {"yields_for_ever", run_yields_for_ever, HD_OUTCOME_LIMIT},
    {"nested_spawns", run_nested_spawns, HD_OUTCOME_OK},
    {"cancels", run_cancels, HD_OUTCOME_OK},
    {"leaves_early", run_leaves_early, HD_OUTCOME_OK},
    {"deadlocks", run_deadlocks, HD_OUTCOME_DEADLOCK},
    {"calls", run_calls, HD_OUTCOME_OK},
    {"contention", run_contention, HD_OUTCOME_OK},
    {"queues", run_queues, HD_OUTCOME_OK},
    {"timeouts", run_timeouts, HD_OUTCOME_OK},
    {"storms", run_storms, HD_OUTCOME_OK},
    {"stops", stops, HD_OUTCOME_OK},
    {"runs_until_twice", runs_until_twice, HD_OUTCOME_OK},
    {"never_stops", never_stops, HD_OUTCOME_DEADLOCK},
    {NULL, NULL, HD_OUTCOME_OK},
};
