/*
 * Futures, their callbacks and timers: a callback comes once or was taken
 * away, a timer fires or was cancelled, never both; a ring of tasks that wait
 * for each other can be cancelled.
 */
#include "trap.h"
#include <heddle/heddle.h>

static struct hd_future *future;
static int calls[3];
static int removed;

static void
note(struct hd_future *done, void *arg)
{
    HOLDS(done == future && hd_future_is_done(done));
    calls[(uintptr_t)arg]++;
}

/* The first to come removes the third, and adds one more of the second. */
static void
change_the_others(struct hd_future *done, void *arg)
{
    note(done, arg);
    removed += (int)hd_future_off_done(done, note, NUMBER(2));
    HOLDS(hd_future_on_done(done, note, NUMBER(1)) == HD_OK);
}

static int
set_it(void *arg)
{
    (void)arg;
    HD_TRY(trap_dawdle(3));
    return hd_future_set(future, NULL);
}

static int
add_and_remove(void *arg)
{
    (void)arg;
    memset(calls, 0, sizeof(calls));
    removed = 0;
    future = hd_future_create();
    struct hd_task *setter = hd_task_spawn(set_it, NULL);
    HD_TRY(trap_dawdle(2));
    HOLDS(hd_future_on_done(future, change_the_others, NUMBER(0)) == HD_OK);
    HD_TRY(trap_dawdle(2));
    HOLDS(hd_future_on_done(future, note, NUMBER(2)) == HD_OK);
    HD_TRY(trap_dawdle(2));
    if (hd_choose(2) == 1) {
        const size_t count = hd_future_off_done(future, note, NUMBER(2));
        HOLDS(count == 0 || !hd_future_is_done(future));
        removed += (int)count;
    }
    HOLDS(hd_await(setter) == HD_OK);
    HD_TRY(hd_sleep(HD_US(1)));
    HOLDS(calls[0] == 1);
    HOLDS(calls[1] == 1);
    HOLDS(calls[2] + removed == 1);
    if (removed > 0) {
        trap_meet();
    }
    hd_future_release(future);
    return HD_OK;
}

static void
a_callback_comes_once_or_was_removed(void **state)
{
    (void)state;

    trap_body(add_and_remove);
}

/* ---- timers ---- */

static void
fire(void *arg)
{
    calls[(uintptr_t)arg]++;
}

static int
cancel_as_it_fires(void *arg)
{
    (void)arg;
    memset(calls, 0, sizeof(calls));
    struct hd_loop *loop = hd_loop_running();
    struct hd_handle *timers[3];
    for (uintptr_t i = 0; i < 3; i++) {
        timers[i] = hd_loop_call_later(loop, HD_US(2), fire, NUMBER(i));
    }
    HD_TRY(hd_sleep(HD_US(2)));
    const size_t which = hd_choose(3);
    const bool pending = hd_handle_is_pending(timers[which]);
    const bool cancelled = hd_handle_cancel(timers[which]);
    HOLDS(cancelled == pending);
    HOLDS(!hd_handle_cancel(timers[which]));
    while (calls[0] + calls[1] + calls[2] + cancelled < 3) {
        HD_TRY(hd_sleep(HD_US(1)));
    }
    for (size_t i = 0; i < 3; i++) {
        HOLDS(calls[i] == (i == which && cancelled ? 0 : 1));
    }
    if (cancelled) {
        trap_meet();
    }
    return HD_OK;
}

static void
a_timer_fires_or_was_cancelled(void **state)
{
    (void)state;

    trap_timed(cancel_as_it_fires);
}

/* ---- a ring ---- */

static struct hd_task *ring[3];

static int
await_the_next(void *arg)
{
    const uintptr_t number = (uintptr_t)arg;
    return hd_await(ring[(number + 1) % 3]);
}

static int
cancel_a_ring(void *arg)
{
    (void)arg;
    for (uintptr_t i = 0; i < 3; i++) {
        ring[i] = hd_task_spawn(await_the_next, NUMBER(i));
    }
    HD_TRY(trap_dawdle(3));
    hd_task_cancel(ring[hd_choose(3)]);
    HD_TRY(trap_dawdle(2));
    hd_task_cancel(ring[hd_choose(3)]);
    for (size_t i = 0; i < 3; i++) {
        HOLDS(hd_await(ring[i]) == HD_E_CANCELLED);
    }
    trap_meet();
    return HD_OK;
}

static void
who_waits_for_himself_round_a_corner_can_be_cancelled(void **state)
{
    (void)state;

    trap_body(cancel_a_ring);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_comes_once_or_was_removed),
        cmocka_unit_test(a_timer_fires_or_was_cancelled),
        cmocka_unit_test(who_waits_for_himself_round_a_corner_can_be_cancelled),
    };
    return cmocka_run_group_tests_name("future", tests, NULL, NULL);
}
