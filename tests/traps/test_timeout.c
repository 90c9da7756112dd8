/*
 * Time-out scopes: which of several that are up at once says so, what an
 * outside cancellation at the same moment does, and that no request is left
 * over (gh-102780, gh-134471, gh-116720).
 */
#include "trap.h"
#include <heddle/heddle.h>

static struct hd_task *
self(void)
{
    return hd_task_current();
}

/* Nothing of what happened ends a later wait. */
static void
check_that_nothing_is_left(uint32_t cancelling)
{
    HOLDS(hd_task_cancelling(self()) == cancelling);
    HOLDS(hd_yield() == HD_OK);
    HOLDS(hd_sleep(HD_US(1)) == HD_OK);
}

/* ---- one in the other ---- */

static uint64_t outer_ns, inner_ns;

static int
nest(void)
{
    struct hd_timeout outer, inner;
    HD_TRY(hd_timeout_begin(&outer, outer_ns));
    HD_TRY(hd_timeout_begin(&inner, inner_ns));
    const int inside = hd_timeout_end(&inner, hd_sleep(HD_FOREVER));
    const int between = inside == HD_E_TIMEDOUT ? hd_sleep(HD_FOREVER) : inside;
    const int outside = hd_timeout_end(&outer, between);
    HOLDS(inside == HD_E_TIMEDOUT || inside == HD_E_CANCELLED);
    if (hd_timeout_is_expired(&inner) && hd_timeout_is_expired(&outer)) {
        trap_meet();
    }
    /* Who is outermost of those that expired gets the blame. */
    HOLDS((inside == HD_E_CANCELLED) <= hd_timeout_is_expired(&outer));
    return outside;
}

static int
let_both_expire(void *arg)
{
    (void)arg;
    outer_ns = HD_US(2 + hd_choose(2));
    inner_ns = HD_US(2 + hd_choose(2));
    HOLDS(nest() == HD_E_TIMEDOUT);
    check_that_nothing_is_left(0);
    return HD_OK;
}

static void
the_outermost_of_those_that_expired_says_so(void **state)
{
    (void)state;

    trap_timed(let_both_expire);
}

/* ---- a cancellation from outside ---- */

static int
sleep_in_a_scope(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    HD_TRY(hd_timeout_begin(&timeout, HD_US(2)));
    const int status = hd_timeout_end(&timeout, hd_sleep(HD_FOREVER));
    HOLDS(status == HD_E_TIMEDOUT || status == HD_E_CANCELLED);
    HOLDS(hd_task_cancelling(self()) == (status == HD_E_CANCELLED));
    if (hd_timeout_is_expired(&timeout) && status == HD_E_CANCELLED) {
        trap_meet();
    }
    return status == HD_E_CANCELLED ? status : hd_sleep(HD_US(9));
}

static int
cancel_as_it_expires(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(sleep_in_a_scope, NULL);
    HD_TRY(hd_sleep(HD_US(2)));
    const bool asked = hd_task_cancel(task);
    HOLDS(hd_await(task) == (asked ? HD_E_CANCELLED : HD_OK));
    return HD_OK;
}

static void
a_cancellation_at_the_moment_of_the_timeout_is_not_lost(void **state)
{
    (void)state;

    trap_timed(cancel_as_it_expires);
}

/* ---- a clean-up that takes time ---- */

static int
clean_up_in_time(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    int status = hd_sleep(HD_MS(1));
    HOLDS(status == HD_E_CANCELLED);
    const uint32_t before = hd_task_cancelling(self());
    HD_TRY(hd_timeout_begin(&timeout, HD_US(2)));
    const int cleaned = hd_timeout_end(&timeout, hd_sleep(HD_FOREVER));
    if (hd_task_cancelling(self()) == before) {
        HOLDS(cleaned == HD_E_TIMEDOUT);
        trap_meet();
        HOLDS(hd_yield() == HD_OK || hd_task_cancelling(self()) > before);
    } else {
        HOLDS(cleaned == HD_E_CANCELLED);
    }
    return status;
}

/* Once, or again as the clean-up's time is up. */
static int
cancel_and_perhaps_again(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(clean_up_in_time, NULL);
    HD_TRY(hd_yield());
    HD_TRY(hd_yield());
    HD_TRY(hd_sleep(HD_US(1)));
    hd_task_cancel(task);
    if (hd_choose(2) == 1) {
        HD_TRY(hd_sleep(HD_US(2)));
        hd_task_cancel(task);
    }
    HOLDS(hd_await(task) == HD_E_CANCELLED);
    return HD_OK;
}

static void
a_cancelled_task_may_use_timeouts_in_its_cleanup(void **state)
{
    (void)state;

    trap_body(cancel_and_perhaps_again);
}

/* ---- requests that are there before ---- */

static int
begin_while_being_cancelled(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    hd_task_cancel(self());
    HD_TRY(hd_timeout_begin(&timeout, HD_US(hd_choose(2))));
    const int status = hd_timeout_end(&timeout, hd_sleep(HD_FOREVER));
    if (hd_timeout_is_expired(&timeout)) {
        trap_meet();
    }
    HOLDS(status == HD_E_CANCELLED);
    HOLDS(hd_task_uncancel(self()) == 0);
    check_that_nothing_is_left(0);
    return HD_OK;
}

static int
take_back_before_it_is_told(void *arg)
{
    (void)arg;
    hd_task_cancel(self());
    hd_task_cancel(self());
    HOLDS(hd_task_uncancel(self()) == 1);
    HOLDS(hd_task_uncancel(self()) == 0);
    check_that_nothing_is_left(0);
    trap_meet();
    return HD_OK;
}

static void
an_earlier_cancellation_is_not_swallowed(void **state)
{
    (void)state;

    trap_timed(begin_while_being_cancelled);
}

static void
a_request_that_was_taken_back_is_not_delivered(void **state)
{
    (void)state;

    trap_body(take_back_before_it_is_told);
}

/* ---- rescheduling ---- */

static struct hd_timeout shared;

static int
reschedule_it(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_US(2)));
    if (shared.state == HD_TIMEOUT_ENTERED) {
        trap_meet();
        return hd_timeout_reschedule(&shared, hd_loop_now(hd_loop_running()) +
                                                  HD_US(hd_choose(2)));
    }
    return HD_OK;
}

static int
reschedule_as_it_expires(void *arg)
{
    (void)arg;
    HD_TRY(hd_timeout_begin(&shared, HD_US(2)));
    struct hd_task *other = hd_task_spawn(reschedule_it, NULL);
    const int status = hd_timeout_end(&shared, hd_sleep(HD_FOREVER));
    HOLDS(status == HD_E_TIMEDOUT);
    HOLDS(hd_timeout_is_expired(&shared));
    check_that_nothing_is_left(0);
    HOLDS(hd_await(other) == HD_OK);
    return HD_OK;
}

static void
a_rescheduled_scope_expires_once(void **state)
{
    (void)state;

    trap_body(reschedule_as_it_expires);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_outermost_of_those_that_expired_says_so),
        cmocka_unit_test(
            a_cancellation_at_the_moment_of_the_timeout_is_not_lost),
        cmocka_unit_test(a_cancelled_task_may_use_timeouts_in_its_cleanup),
        cmocka_unit_test(an_earlier_cancellation_is_not_swallowed),
        cmocka_unit_test(a_request_that_was_taken_back_is_not_delivered),
        cmocka_unit_test(a_rescheduled_scope_expires_once),
    };
    return cmocka_run_group_tests_name("timeout", tests, NULL, NULL);
}
