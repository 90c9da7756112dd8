/*
 * Gather: cancelling it reaches all children, also through another gather, and
 * is not swallowed where errors are kept (bpo-32684); children that are just
 * finishing change nothing about that.
 */
#include "trap.h"
#include <heddle/heddle.h>

#define CHILDREN 3
#define BROKEN HD_E_USER

static struct hd_future *children[CHILDREN];
static unsigned flags;

static int
work(void *arg)
{
    const uintptr_t number = (uintptr_t)arg;
    for (uintptr_t i = 0; i < number; i++) {
        HD_TRY(hd_yield());
    }
    return number == 2 ? hd_fail(BROKEN, "broke") : HD_OK;
}

static void
start(void)
{
    for (uintptr_t i = 0; i < CHILDREN; i++) {
        children[i] = HD_FUTURE(hd_task_spawn(work, NUMBER(i)));
    }
}

static int
gather_them(void *arg)
{
    (void)arg;
    const int status = hd_gather_array(children, CHILDREN, flags);
    const bool asked = hd_task_cancelling(hd_task_current()) > 0;
    HOLDS(status == HD_OK || status == HD_E_CANCELLED || status == BROKEN);
    HOLDS(status != HD_OK || (flags & HD_GATHER_KEEP_ERRORS) || asked);
    if (status == HD_OK || asked) {
        for (size_t i = 0; i < CHILDREN; i++) {
            HOLDS(hd_future_is_done(children[i]) || status != HD_OK);
        }
    }
    return status;
}

/* Who is asked to end while it gathers ends, and so do all children. */
static int
cancel_who_gathers(void *arg)
{
    (void)arg;
    flags = hd_choose(2) == 1 ? HD_GATHER_KEEP_ERRORS : 0;
    start();
    struct hd_task *task = hd_task_spawn(gather_them, NULL);
    HD_TRY(trap_dawdle(4));
    const bool asked = hd_task_cancel(task);
    const int status = hd_await(task);
    if (asked) {
        trap_meet();
        HOLDS(status == HD_E_CANCELLED || !trap_is_exact());
    }
    (void)hd_gather_array(children, CHILDREN, HD_GATHER_KEEP_ERRORS);
    HOLDS(trap_tasks() == 1);
    return HD_OK;
}

static void
cancelling_a_gather_is_never_swallowed(void **state)
{
    (void)state;

    trap_large(cancel_who_gathers);
}

/* ---- one in the other ---- */

static int
sleep_long(void *arg)
{
    const int status = hd_sleep(HD_MS(1));
    (void)arg;
    return status;
}

static int
cancel_the_outermost(void *arg)
{
    struct hd_future *leaves[3], *inner, *outer;
    (void)arg;
    leaves[0] = HD_FUTURE(hd_task_spawn(sleep_long, NULL));
    leaves[1] = HD_FUTURE(hd_task_spawn(work, NUMBER(1)));
    leaves[2] = HD_FUTURE(hd_task_spawn(sleep_long, NULL));
    inner = hd_gather_future(leaves, 3, hd_choose(2));
    outer = hd_gather_future(&inner, 1, hd_choose(2));
    HD_TRY(trap_dawdle(3));
    HOLDS(hd_future_cancel(outer));
    trap_meet();
    HOLDS(hd_await(outer) == HD_E_CANCELLED);
    HD_TRY(hd_sleep(HD_US(1)));
    HOLDS(hd_future_is_cancelled(leaves[0]));
    HOLDS(hd_future_is_cancelled(leaves[2]));
    HOLDS(hd_future_is_done(inner));
    hd_future_release(outer);
    hd_future_release(inner);
    HOLDS(trap_tasks() == 1);
    HOLDS(trap_unretrieved() == 0);
    return HD_OK;
}

static void
cancelling_reaches_through_gathers(void **state)
{
    (void)state;

    trap_body(cancel_the_outermost);
}

/* ---- two that fail ---- */

static int
let_two_fail(void *arg)
{
    struct hd_task *first, *second;
    (void)arg;
    first = hd_task_spawn(work, NUMBER(2));
    second = hd_task_spawn(work, NUMBER(2));
    HOLDS(hd_gather(first, second) == BROKEN);
    HD_TRY(hd_sleep(HD_US(1)));
    HOLDS(hd_task_is_done(first) && hd_task_is_done(second));
    hd_task_release(first);
    hd_task_release(second);
    HOLDS(trap_unretrieved() == 0);
    trap_meet();
    return HD_OK;
}

static void
the_second_error_counts_as_looked_at(void **state)
{
    (void)state;

    trap_body(let_two_fail);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancelling_a_gather_is_never_swallowed),
        cmocka_unit_test(cancelling_reaches_through_gathers),
        cmocka_unit_test(the_second_error_counts_as_looked_at),
    };
    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
