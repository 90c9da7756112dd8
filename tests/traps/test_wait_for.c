/*
 * wait_for: neither a result nor a cancellation is lost where they meet
 * (bpo-37658, gh-86296), and what was started for the wait has ended when it
 * returns (bpo-32751), however often the caller is cancelled.
 */
#include "trap.h"
#include <heddle/heddle.h>

static int opened; /* resources that somebody must close */
static bool runs;  /* the function that is waited for */

/* Opens; who gets HD_OK closes. */
static int
open_one(void *arg)
{
    (void)arg;
    runs = true;
    const int status = trap_dawdle(3);
    opened += status == HD_OK;
    runs = false;
    return status;
}

static int
use(void *arg)
{
    (void)arg;
    const int status = hd_wait_for_call(open_one, NULL, HD_US(2));
    HOLDS(status == HD_OK || status == HD_E_CANCELLED ||
          status == HD_E_TIMEDOUT);
    HOLDS(!runs);
    if (status == HD_OK) {
        opened--;
    }
    HOLDS(opened == 0);
    return status == HD_E_CANCELLED ? status : hd_yield();
}

static int
cancel_the_user(void *arg)
{
    (void)arg;
    opened = 0;
    runs = false;
    struct hd_task *user = hd_task_spawn(use, NULL);
    HD_TRY(trap_dawdle(4));
    if (hd_task_cancel(user)) {
        trap_meet();
        HOLDS(hd_await(user) == HD_E_CANCELLED);
    } else {
        HOLDS(hd_await(user) == HD_OK);
    }
    HOLDS(opened == 0 && !runs);
    HOLDS(trap_tasks() == 1);
    return HD_OK;
}

static void
neither_result_nor_cancellation_is_lost(void **state)
{
    (void)state;

    trap_timed(cancel_the_user);
}

/* ---- one that takes its time to end ---- */

static int
clean_up_slowly(void *arg)
{
    (void)arg;
    runs = true;
    int status = hd_sleep(HD_US(5));
    for (int i = 0; i < 2 && status == HD_E_CANCELLED; i++) {
        (void)hd_yield();
    }
    runs = false;
    return status;
}

static int
wait_3_us(void *arg)
{
    (void)arg;
    const int status = hd_wait_for_call(clean_up_slowly, NULL, HD_US(3));
    HOLDS(!runs);
    return status;
}

static int
cancel_the_user_twice(void *arg)
{
    (void)arg;
    runs = false;
    struct hd_task *user = hd_task_spawn(wait_3_us, NULL);
    HD_TRY(hd_choose(2) == 0 ? trap_dawdle(2) : hd_sleep(HD_US(3)));
    const bool first = hd_task_cancel(user);
    HD_TRY(trap_dawdle(3));
    const bool second = hd_task_cancel(user);
    if (first && second) {
        trap_meet();
    }
    const int status = hd_await(user);
    /* HD_OK: on a machine that is slow enough both times are up at once. */
    HOLDS(status == HD_E_TIMEDOUT || status == HD_E_CANCELLED ||
          status == HD_OK);
    HOLDS(status == HD_E_CANCELLED || !second);
    HOLDS(!runs && trap_tasks() == 1);
    return HD_OK;
}

static void
no_number_of_cancellations_leaves_a_task_behind(void **state)
{
    (void)state;

    trap_timed(cancel_the_user_twice);
}

/* ---- the time and the result ---- */

static struct hd_future *future;

static int
wait_2_us(void *arg)
{
    void *value = NULL;
    (void)arg;
    const int status = hd_wait_for_future(future, HD_US(2), &value);
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT);
    HOLDS((status == HD_OK) == (value != NULL));
    HOLDS(hd_future_is_cancelled(future) == (status == HD_E_TIMEDOUT));
    HOLDS(hd_task_cancelling(hd_task_current()) == 0);
    return hd_yield();
}

static int
set_as_the_time_is_up(void *arg)
{
    int anything;
    (void)arg;
    future = hd_future_create();
    struct hd_task *task = hd_task_spawn(wait_2_us, NULL);
    HD_TRY(hd_sleep(HD_US(2)));
    if (hd_future_is_done(future)) {
        trap_meet();
    } else {
        HOLDS(hd_future_set(future, &anything) == HD_OK);
    }
    HOLDS(hd_await(task) == HD_OK);
    hd_future_release(future);
    return HD_OK;
}

static void
it_is_the_result_or_the_timeout(void **state)
{
    (void)state;

    trap_timed(set_as_the_time_is_up);
}

/* A time-out around it that is up as it is done: no request is left over. */
static int
wait_in_a_scope(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    HD_TRY(hd_timeout_begin(&timeout, HD_US(2)));
    int status = hd_wait_for(future, HD_US(9));
    status = hd_timeout_end(&timeout, status);
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT);
    if (status == HD_OK && hd_timeout_is_expired(&timeout)) {
        trap_meet();
    }
    HOLDS(hd_task_cancelling(hd_task_current()) == 0);
    return hd_yield();
}

static int
set_as_the_scope_ends(void *arg)
{
    (void)arg;
    future = hd_future_create();
    struct hd_task *task = hd_task_spawn(wait_in_a_scope, NULL);
    HD_TRY(hd_sleep(HD_US(2)));
    if (!hd_future_is_done(future)) {
        HOLDS(hd_future_set(future, NULL) == HD_OK);
    }
    HOLDS(hd_await(task) == HD_OK);
    hd_future_release(future);
    return HD_OK;
}

static void
a_scope_that_expires_with_it_leaves_no_request(void **state)
{
    (void)state;

    trap_timed(set_as_the_scope_ends);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neither_result_nor_cancellation_is_lost),
        cmocka_unit_test(no_number_of_cancellations_leaves_a_task_behind),
        cmocka_unit_test(it_is_the_result_or_the_timeout),
        cmocka_unit_test(a_scope_that_expires_with_it_leaves_no_request),
    };
    return cmocka_run_group_tests_name("wait_for", tests, NULL, NULL);
}
