/*
 * Events: who has been woken is woken for good, whatever becomes of the flag,
 * and a cancelled waiter wakes and keeps nobody.
 */
#include "trap.h"
#include <heddle/heddle.h>

#define TASKS 3

static struct hd_event event;
static struct hd_task *tasks[TASKS];
static bool waits[TASKS];

static int
wait_for_it(void *arg)
{
    const size_t number = (size_t)(uintptr_t)arg;
    waits[number] = true;
    const int status = hd_event_wait(&event);
    waits[number] = false;
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    return status;
}

static int
set_and_clear(void *arg)
{
    (void)arg;
    hd_event_init(&event);
    for (size_t i = 0; i < TASKS; i++) {
        waits[i] = false;
        tasks[i] = hd_task_spawn(wait_for_it, NUMBER(i));
    }
    HD_TRY(trap_dawdle(3));
    const size_t victim = hd_choose(TASKS);
    if (hd_choose(2) == 0) {
        hd_task_cancel(tasks[victim]);
        HD_TRY(trap_dawdle(2));
    }
    bool waited[TASKS];
    memcpy(waited, waits, sizeof(waited));
    hd_event_set(&event);
    hd_event_clear(&event);
    HD_TRY(trap_dawdle(2));
    const bool asked = hd_task_cancel(tasks[victim]);
    HD_TRY(hd_sleep(HD_MS(1)));
    for (size_t i = 0; i < TASKS; i++) {
        if (waited[i]) {
            HOLDS(hd_task_is_done(tasks[i]) || !trap_is_exact());
        }
    }
    if (asked && waited[victim]) {
        trap_meet();
    }
    hd_event_set(&event);
    for (size_t i = 0; i < TASKS; i++) {
        HOLDS(hd_await(tasks[i]) == HD_OK || i == victim);
    }
    HOLDS(event.waiters.first == NULL);
    return HD_OK;
}

static void
a_set_event_wakes_all_that_wait_for_good(void **state)
{
    (void)state;

    trap_body(set_and_clear);
}

static int
wait_2_us(void *arg)
{
    (void)arg;
    const int status = hd_event_wait_for(&event, HD_US(2));
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT);
    HOLDS(hd_task_cancelling(hd_task_current()) == 0);
    HOLDS(hd_yield() == HD_OK);
    return status;
}

static int
set_as_the_time_is_up(void *arg)
{
    (void)arg;
    hd_event_init(&event);
    struct hd_task *a = hd_task_spawn(wait_2_us, NULL);
    struct hd_task *b = hd_task_spawn(wait_2_us, NULL);
    HD_TRY(hd_sleep(HD_US(2)));
    hd_event_set(&event);
    const int first = hd_await(a);
    const int second = hd_await(b);
    if (first != second) {
        trap_meet();
    }
    return HD_OK;
}

static void
a_timeout_is_one_or_none_and_leaves_no_request(void **state)
{
    (void)state;

    trap_timed(set_as_the_time_is_up);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_event_wakes_all_that_wait_for_good),
        cmocka_unit_test(a_timeout_is_one_or_none_and_leaves_no_request),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
