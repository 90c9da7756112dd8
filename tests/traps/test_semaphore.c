/*
 * Semaphores: no unit is lost or made by a cancellation, whoever was woken
 * with it, and nobody is overtaken (bpo-45997, gh-90155).
 */
#include "sync/line.h"
#include "trap.h"
#include <heddle/heddle.h>

#define TASKS 3

static struct hd_semaphore semaphore;
static struct hd_task *tasks[TASKS];
static uint32_t holders, units;
static struct trap_line line;

static void
begin(uint32_t value)
{
    hd_semaphore_init_bounded(&semaphore, value);
    units = value;
    holders = 0;
    line = (struct trap_line){.arrived = 0};
}

static int
hold_for_a_turn(void *arg)
{
    line.arrivals[line.arrived++] = (uintptr_t)arg;
    const int status = hd_semaphore_acquire(&semaphore);
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    HD_TRY(status);
    line.served[line.served_count++] = (uintptr_t)arg;
    holders++;
    HOLDS(holders <= units);
    const int rested = hd_yield();
    holders--;
    HOLDS(hd_semaphore_release(&semaphore) == HD_OK);
    return rested;
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
    struct hd_task *victim = tasks[hd_choose(TASKS)];
    if (semaphore.waiters.first != NULL && hd_task_cancel(victim)) {
        trap_meet();
    }
}

static void
finish(void)
{
    for (size_t i = 0; i < TASKS; i++) {
        (void)hd_await(tasks[i]);
    }
    HOLDS(holders == 0);
    HOLDS(hd_semaphore_value(&semaphore) == units);
    HOLDS(semaphore.waiters.first == NULL);
    if (trap_is_exact()) {
        trap_line_check(&line);
    }
}

static int
cancel_one_of_one_unit(void *arg)
{
    (void)arg;
    begin(1);
    start(hold_for_a_turn);
    HD_TRY(trap_dawdle(4));
    cancel_one();
    finish();
    return HD_OK;
}

static void
a_waiter_that_was_woken_gives_its_unit_back(void **state)
{
    (void)state;

    trap_body(cancel_one_of_one_unit);
}

static int
cancel_two_of_two_units(void *arg)
{
    (void)arg;
    begin(2);
    start(hold_for_a_turn);
    HD_TRY(trap_dawdle(3));
    cancel_one();
    HD_TRY(trap_dawdle(2));
    cancel_one();
    finish();
    return HD_OK;
}

static void
no_cancellation_changes_the_count(void **state)
{
    (void)state;

    trap_large(cancel_two_of_two_units);
}

/* ---- several units at once, while somebody comes ---- */

static int
only_take(void *arg)
{
    (void)arg;
    struct hd_task *self = hd_task_get(hd_task_current(), 0);
    const bool is_first = hd_line_is_void(&semaphore.waiters);
    const uint32_t steps = self->actor.steps;
    const int status = hd_semaphore_acquire(&semaphore);
    HOLDS(is_first || self->actor.steps > steps);
    holders += status == HD_OK;
    return status;
}

/* Three units, four comers of whom one may give up: all units are used. */
static int
release_several_while_one_is_cancelled(void *arg)
{
    (void)arg;
    hd_semaphore_init(&semaphore, 0);
    holders = 0;
    start(only_take);
    HD_TRY(trap_dawdle(3));
    hd_semaphore_release(&semaphore);
    HD_TRY(trap_dawdle(2));
    cancel_one();
    for (size_t i = 1; i < TASKS; i++) {
        hd_semaphore_release(&semaphore);
    }
    struct hd_task *late = hd_task_spawn(only_take, NULL);
    HD_TRY(hd_sleep(HD_MS(1)));
    HOLDS(holders == TASKS);
    HOLDS(hd_semaphore_value(&semaphore) == 0);
    hd_semaphore_release(&semaphore);
    for (size_t i = 0; i < TASKS; i++) {
        (void)hd_await(tasks[i]);
    }
    HD_TRY(hd_await(late));
    HOLDS(holders + hd_semaphore_value(&semaphore) == TASKS + 1);
    return HD_OK;
}

static void
every_unit_finds_its_waiter(void **state)
{
    (void)state;

    trap_body(release_several_while_one_is_cancelled);
}

/* ---- time ---- */

static int
hold_for_2_us(void *arg)
{
    const int status = hd_semaphore_acquire_for(&semaphore, HD_US(2));
    (void)arg;
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT);
    HD_TRY(status);
    holders++;
    HOLDS(holders <= units);
    const int slept = hd_sleep(HD_US(2));
    holders--;
    HOLDS(hd_semaphore_release(&semaphore) == HD_OK);
    return slept;
}

static int
let_the_time_be_up(void *arg)
{
    (void)arg;
    begin(1);
    start(hold_for_2_us);
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
        cmocka_unit_test(a_waiter_that_was_woken_gives_its_unit_back),
        cmocka_unit_test(no_cancellation_changes_the_count),
        cmocka_unit_test(every_unit_finds_its_waiter),
        cmocka_unit_test(a_timeout_at_the_moment_of_the_release_loses_nothing),
    };
    return cmocka_run_group_tests_name("semaphore", tests, NULL, NULL);
}
