/*
 * Locks: a waiter that is cancelled when it has been called already must call
 * the next one (bpo-27585, bpo-32734).
 */
#include "trap.h"
#include <heddle/heddle.h>

#define TASKS 3

static struct hd_lock lock;
static struct hd_task *tasks[TASKS];
static int owner;
static struct trap_line line;

static void
begin(void)
{
    hd_lock_init(&lock);
    owner = -1;
    line = (struct trap_line){.arrived = 0};
}

/* True if the first in line has been called, and has not stepped yet. */
static bool
one_is_called(void)
{
    const struct hd_waiter *first = (const void *)lock.waiters.first;
    return first != NULL && !hd_lock_is_locked(&lock);
}

static int
hold_for_a_turn(int number)
{
    HOLDS(owner == -1);
    owner = number;
    line.served[line.served_count++] = (uintptr_t)number;
    const int status = hd_yield();
    HOLDS(owner == number);
    owner = -1;
    HOLDS(hd_lock_release(&lock) == HD_OK);
    return status;
}

static int
contend(void *arg)
{
    const int number = (int)(uintptr_t)arg;
    line.arrivals[line.arrived++] = (uintptr_t)number;
    const int status = hd_lock_acquire(&lock);
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    return status == HD_OK ? hold_for_a_turn(number) : status;
}

static int
contend_in_time(void *arg)
{
    const int number = (int)(uintptr_t)arg;
    line.arrivals[line.arrived++] = (uintptr_t)number;
    const int status = hd_lock_acquire_for(&lock, HD_US(2));
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT);
    if (status == HD_E_TIMEDOUT) {
        return status;
    }
    HOLDS(owner == -1);
    owner = number;
    line.served[line.served_count++] = (uintptr_t)number;
    const int slept = hd_sleep(HD_US(2));
    HOLDS(owner == number);
    owner = -1;
    HOLDS(hd_lock_release(&lock) == HD_OK);
    return slept;
}

static void
start(hd_fn *fn)
{
    for (size_t i = 0; i < TASKS; i++) {
        tasks[i] = hd_task_spawn(fn, NUMBER(i));
    }
}

static void
cancel_one(void)
{
    if (one_is_called()) {
        trap_meet();
    }
    hd_task_cancel(tasks[hd_choose(TASKS)]);
}

static void
finish(void)
{
    for (size_t i = 0; i < TASKS; i++) {
        (void)hd_await(tasks[i]);
    }
    HOLDS(!hd_lock_is_locked(&lock));
    HOLDS(lock.waiters.first == NULL);
    if (trap_is_exact()) {
        trap_line_check(&line);
    }
}

static int
cancel_some(void *arg)
{
    (void)arg;
    begin();
    start(contend);
    HD_TRY(trap_dawdle(4));
    cancel_one();
    HD_TRY(trap_dawdle(2));
    cancel_one();
    finish();
    return HD_OK;
}

static void
no_cancellation_loses_the_lock(void **state)
{
    (void)state;

    trap_large(cancel_some);
}

static int
cancel_one_of_three(void *arg)
{
    (void)arg;
    begin();
    start(contend);
    HD_TRY(trap_dawdle(4));
    cancel_one();
    finish();
    return HD_OK;
}

static void
a_waiter_that_was_called_passes_the_lock_on(void **state)
{
    (void)state;

    trap_body(cancel_one_of_three);
}

static int
let_the_time_be_up(void *arg)
{
    (void)arg;
    begin();
    start(contend_in_time);
    finish();
    trap_meet();
    return HD_OK;
}

static void
a_timeout_at_the_moment_of_the_release_loses_nothing(void **state)
{
    (void)state;

    trap_timed(let_the_time_be_up);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_waiter_that_was_called_passes_the_lock_on),
        cmocka_unit_test(no_cancellation_loses_the_lock),
        cmocka_unit_test(a_timeout_at_the_moment_of_the_release_loses_nothing),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
