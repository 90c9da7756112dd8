/*
 * Shield: no cancellation gets through, and what the inner one comes to is
 * seen by who waits, or by nobody, in which case it is said (gh-86802).
 */
#include "trap.h"
#include <heddle/heddle.h>

#define BROKEN HD_E_USER

static struct hd_task *inner;
static int seen; /* what the shield gave */

static int
work(void *arg)
{
    const int status = trap_dawdle(3);
    HOLDS(status == HD_OK);
    return arg != NULL ? hd_fail(BROKEN, "broke") : HD_OK;
}

static int
wait_behind_a_shield(void *arg)
{
    (void)arg;
    struct hd_future *outer = hd_shield(inner);
    seen = hd_await(outer);
    hd_future_release(outer);
    return seen;
}

static int
cancel_who_waits(void *arg)
{
    const bool fails = hd_choose(2) == 1;
    (void)arg;
    seen = HD_E_PENDING;
    inner = hd_task_spawn(work, fails ? &seen : NULL);
    struct hd_task *waiter = hd_task_spawn(wait_behind_a_shield, NULL);
    HD_TRY(trap_dawdle(4));
    const bool asked = hd_task_cancel(waiter);
    const int status = hd_await(waiter);
    HOLDS((status == HD_E_CANCELLED) == asked || !trap_is_exact());
    HD_TRY(hd_sleep(HD_US(1)));
    HOLDS(hd_task_is_done(inner) && !hd_task_is_cancelled(inner));
    hd_task_release(waiter);
    hd_task_release(inner);
    HD_TRY(hd_sleep(HD_US(1)));
    const bool told = seen == BROKEN || !fails;
    if (!told) {
        trap_meet();
    }
    HOLDS(trap_unretrieved() <= 1);
    HOLDS((trap_unretrieved() == 0) <= (told || seen == HD_E_CANCELLED));
    return HD_OK;
}

static void
no_cancellation_gets_through_a_shield(void **state)
{
    (void)state;

    trap_body(cancel_who_waits);
}

/* The outer future is cancelled, at the moment of the failure or elsewhen. */
static int
cancel_the_shield(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    struct hd_future *outer = hd_shield(future);
    HD_TRY(trap_dawdle(2));
    const bool fails_first = hd_choose(2) == 1;
    if (fails_first) {
        hd_future_fail(future, BROKEN, "broke");
        HD_TRY(trap_dawdle(2));
    }
    const bool taken = hd_future_cancel(outer);
    HD_TRY(trap_dawdle(2));
    if (!fails_first) {
        hd_future_fail(future, BROKEN, "broke");
    }
    HD_TRY(hd_sleep(HD_US(1)));
    const int status = hd_future_result(outer, NULL);
    HOLDS(status == (taken ? HD_E_CANCELLED : BROKEN));
    hd_future_release(outer);
    hd_future_release(future);
    if (taken && fails_first) {
        trap_meet();
    }
    HOLDS(trap_unretrieved() == (taken ? 1 : 0));
    return HD_OK;
}

static void
an_error_is_seen_through_the_shield_or_reported(void **state)
{
    (void)state;

    trap_body(cancel_the_shield);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cancellation_gets_through_a_shield),
        cmocka_unit_test(an_error_is_seen_through_the_shield_or_reported),
    };
    return cmocka_run_group_tests_name("shield", tests, NULL, NULL);
}
