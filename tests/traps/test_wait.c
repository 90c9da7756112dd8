/*
 * wait: it cancels nobody, whether it is cancelled itself, has seen enough or
 * runs out of time; and what it promises is true when it returns.
 */
#include "trap.h"
#include <heddle/heddle.h>

#define CHILDREN 3
#define BROKEN HD_E_USER

static struct hd_future *children[CHILDREN];
static enum hd_wait_until until;

static int
work(void *arg)
{
    const uintptr_t number = (uintptr_t)arg;
    const int status = hd_sleep(HD_US(number));
    HOLDS(status == HD_OK);
    return number == 1 ? hd_fail(BROKEN, "broke") : HD_OK;
}

static bool
is_promised(size_t done, bool failed)
{
    switch (until) {
    case HD_FIRST_COMPLETED:
        return done > 0;
    case HD_FIRST_ERROR:
        return failed || done == CHILDREN;
    default:
        return done == CHILDREN;
    }
}

static int
wait_2_us(void *arg)
{
    size_t done = 0;
    (void)arg;
    const uint64_t begun_ns = hd_loop_now(hd_loop_running());
    const int status = hd_wait(children, CHILDREN, until, HD_US(2), &done);
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    if (status == HD_OK) {
        const uint64_t now_ns = hd_loop_now(hd_loop_running());
        /* The second fails after 1 us; nobody waits for longer than that. */
        HOLDS(until != HD_FIRST_ERROR || now_ns - begun_ns == HD_US(1) ||
              !trap_is_exact());
        HOLDS(is_promised(done, hd_future_is_done(children[1])) ||
              now_ns - begun_ns >= HD_US(2));
    }
    return status;
}

static int
cancel_who_waits(void *arg)
{
    (void)arg;
    until = (enum hd_wait_until)hd_choose(3);
    for (uintptr_t i = 0; i < CHILDREN; i++) {
        children[i] = HD_FUTURE(hd_task_spawn(work, NUMBER(i)));
    }
    struct hd_task *waiter = hd_task_spawn(wait_2_us, NULL);
    HD_TRY(hd_sleep(HD_US(hd_choose(3))));
    const bool asked = hd_task_cancel(waiter);
    const int status = hd_await(waiter);
    HOLDS(status == (asked ? HD_E_CANCELLED : HD_OK));
    if (asked && hd_future_is_done(children[0])) {
        trap_meet();
    }
    (void)hd_gather_array(children, CHILDREN, HD_GATHER_KEEP_ERRORS);
    for (size_t i = 0; i < CHILDREN; i++) {
        HOLDS(!hd_future_is_cancelled(children[i]));
    }
    HOLDS(trap_tasks() == 1);
    return HD_OK;
}

static void
waiting_cancels_nobody_and_keeps_its_promise(void **state)
{
    (void)state;

    trap_large(cancel_who_waits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_cancels_nobody_and_keeps_its_promise),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
