/*
 * Conditions: a notification survives the cancellation of its receiver
 * (gh-112202), and the lock is held on return whatever happened (bpo-32841,
 * gh-86766).
 */
#include "trap.h"
#include <heddle/heddle.h>

static struct hd_condition condition;
static int owner; /* of the lock, or -1 */
static int goods;
static bool took[2]; /* by whom one was taken */

static void
begin(void)
{
    hd_condition_init(&condition, NULL);
    owner = -1;
    goods = 0;
    took[0] = took[1] = false;
}

static int
enter(int who)
{
    const int status = hd_condition_acquire(&condition);
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    if (status == HD_OK) {
        HOLDS(owner == -1);
        owner = who;
    }
    return status;
}

static void
leave(int who)
{
    HOLDS(owner == who);
    owner = -1;
    HOLDS(hd_condition_release(&condition) == HD_OK);
}

/* Wait once: the lock is ours again, and nobody else's, on return. */
static int
wait_as(int who)
{
    HOLDS(owner == who);
    owner = -1;
    const int status = hd_condition_wait(&condition);
    HOLDS(hd_condition_is_locked(&condition));
    HOLDS(owner == -1);
    owner = who;
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    return status;
}

/* ---- consumers ---- */

static int
consume(void *arg)
{
    const int who = (int)(uintptr_t)arg;
    HD_TRY(enter(who));
    int status = HD_OK;
    while (goods == 0 && status == HD_OK) {
        status = wait_as(who);
    }
    if (status == HD_OK) {
        goods--;
        took[who] = true;
    }
    leave(who);
    return status;
}

static int
produce_one(void)
{
    HD_TRY(enter(9));
    goods++;
    HOLDS(hd_condition_notify(&condition, 1) == HD_OK);
    leave(9);
    return HD_OK;
}

/* What is in the store has somebody to take it, as long as anybody waits. */
static int
cancel_one_of_two(void *arg)
{
    struct hd_task *tasks[2];
    (void)arg;
    begin();
    tasks[0] = hd_task_spawn(consume, NUMBER(0));
    tasks[1] = hd_task_spawn(consume, NUMBER(1));
    HD_TRY(trap_dawdle(3));
    HD_TRY(produce_one());
    HD_TRY(trap_dawdle(3));
    const size_t victim = hd_choose(2);
    hd_task_cancel(tasks[victim]);
    (void)hd_await(tasks[victim]);
    if (took[victim]) {
        HD_TRY(produce_one());
    } else {
        trap_meet();
    }
    HOLDS(hd_await(tasks[1 - victim]) == HD_OK);
    HOLDS(goods == 0);
    HOLDS(!hd_condition_is_locked(&condition));
    HOLDS(condition.waiters.first == NULL);
    return HD_OK;
}

static void
a_notification_outlives_its_receiver(void **state)
{
    (void)state;

    trap_body(cancel_one_of_two);
}

static int
wait_once(void *arg)
{
    const int who = (int)(uintptr_t)arg;
    HD_TRY(enter(who));
    const int status = wait_as(who);
    leave(who);
    return status;
}

/* One notification, one cancellation: exactly the other one goes on. */
static int
notify_and_cancel_at_once(void *arg)
{
    (void)arg;
    begin();
    struct hd_task *a = hd_task_spawn(wait_once, NUMBER(0));
    struct hd_task *b = hd_task_spawn(wait_once, NUMBER(1));
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(enter(9));
    HOLDS(hd_condition_notify(&condition, 1) == HD_OK);
    leave(9);
    HD_TRY(trap_dawdle(2));
    hd_task_cancel(a);
    const int status = hd_await(a);
    HD_TRY(hd_sleep(HD_MS(1)));
    if (status == HD_E_CANCELLED) {
        trap_meet();
        HOLDS(hd_task_is_done(b));
    } else {
        HOLDS(!hd_task_is_done(b));
        hd_task_cancel(b);
    }
    (void)hd_await(b);
    return HD_OK;
}

static void
one_notification_wakes_one_that_is_not_cancelled(void **state)
{
    (void)state;

    trap_body(notify_and_cancel_at_once);
}

static int
cancel_without_notifying(void *arg)
{
    (void)arg;
    begin();
    struct hd_task *a = hd_task_spawn(wait_once, NUMBER(0));
    struct hd_task *b = hd_task_spawn(wait_once, NUMBER(1));
    HD_TRY(trap_dawdle(3));
    hd_task_cancel(a);
    HOLDS(hd_await(a) == HD_E_CANCELLED || !trap_is_exact());
    HD_TRY(hd_sleep(HD_MS(1)));
    HOLDS(!hd_task_is_done(b));
    hd_task_cancel(b);
    HOLDS(hd_await(b) == HD_E_CANCELLED);
    trap_meet();
    return HD_OK;
}

static void
a_cancellation_alone_wakes_nobody(void **state)
{
    (void)state;

    trap_body(cancel_without_notifying);
}

/* ---- taking the lock back ---- */

static int
hold_for_two_turns(void *arg)
{
    HD_TRY(enter(2));
    (void)arg;
    (void)hd_yield();
    (void)hd_yield();
    HOLDS(hd_condition_notify_all(&condition) == HD_OK);
    leave(2);
    return HD_OK;
}

static int
cancel_twice(void *arg)
{
    (void)arg;
    begin();
    struct hd_task *waiter = hd_task_spawn(wait_once, NUMBER(0));
    struct hd_task *holder = hd_task_spawn(hold_for_two_turns, NULL);
    HD_TRY(trap_dawdle(3));
    const bool first = hd_task_cancel(waiter);
    HD_TRY(trap_dawdle(3));
    const bool second = hd_task_cancel(waiter);
    if (first && second) {
        trap_meet();
    }
    HOLDS(hd_await(waiter) == HD_E_CANCELLED || !second);
    HOLDS(hd_await(holder) == HD_OK);
    HOLDS(!hd_condition_is_locked(&condition));
    return HD_OK;
}

static void
no_number_of_cancellations_returns_without_the_lock(void **state)
{
    (void)state;

    trap_body(cancel_twice);
}

/* ---- time ---- */

static int
wait_2_us(void *arg)
{
    const int who = (int)(uintptr_t)arg;
    HD_TRY(enter(who));
    owner = -1;
    const int status = hd_condition_wait_for(&condition, HD_US(2));
    HOLDS(hd_condition_is_locked(&condition) && owner == -1);
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT);
    HOLDS(hd_task_cancelling(hd_task_current()) == 0);
    owner = who;
    leave(who);
    return status;
}

static int
notify_as_the_time_is_up(void *arg)
{
    (void)arg;
    begin();
    struct hd_task *hasty = hd_task_spawn(wait_2_us, NUMBER(0));
    HD_TRY(hd_yield());
    struct hd_task *patient = hd_task_spawn(wait_once, NUMBER(1));
    HD_TRY(hd_sleep(HD_US(2)));
    HD_TRY(enter(9));
    HOLDS(hd_condition_notify(&condition, 1) == HD_OK);
    leave(9);
    const int status = hd_await(hasty);
    HD_TRY(hd_sleep(HD_MS(1)));
    if (hd_task_is_done(patient)) {
        trap_meet();
    } else {
        /* It had not begun to wait, or the hasty one was notified. */
        HOLDS(status == HD_OK || !trap_is_exact());
        hd_task_cancel(patient);
    }
    (void)hd_await(patient);
    HOLDS(!hd_condition_is_locked(&condition));
    return HD_OK;
}

static void
a_timeout_at_the_moment_of_the_notification_loses_nothing(void **state)
{
    (void)state;

    trap_explore(&(struct trap){.body = notify_as_the_time_is_up});
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notification_outlives_its_receiver),
        cmocka_unit_test(one_notification_wakes_one_that_is_not_cancelled),
        cmocka_unit_test(a_cancellation_alone_wakes_nobody),
        cmocka_unit_test(no_number_of_cancellations_returns_without_the_lock),
        cmocka_unit_test(
            a_timeout_at_the_moment_of_the_notification_loses_nothing),
    };
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
