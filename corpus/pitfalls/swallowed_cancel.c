/*
 * A worker polls, and goes on to the next round whatever the last one came to:
 * also if that was its own cancellation. It ends with 0, so who cancelled it
 * takes it for done.
 *
 * Shows: swallowed-cancel. Fixed: the status goes up. Near misses: a worker
 * that takes the request back, which says that it means it, and one that makes
 * another error of it.
 */
#include <heddle/test.h>

#define ROUNDS 3

static int
poll_once(void)
{
    return hd_sleep(HD_MS(10));
}

static int
poll_whatever_comes(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        (void)poll_once();
    }
    return 0;
}

static int
poll_all(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        HD_TRY(poll_once());
    }
    return 0;
}

static int
poll_undaunted(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        if (poll_once() == HD_E_CANCELLED) {
            hd_task_uncancel(hd_task_current());
        }
    }
    return 0;
}

static int
poll_or_fail(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        if (poll_once() < 0) {
            return hd_fail(HD_E_USER, "round %d was cut short", i);
        }
    }
    return 0;
}

static int
stop_early(hd_fn *worker)
{
    struct hd_task *task = hd_task_spawn(worker, NULL);

    HD_CHECK(hd_sleep(HD_MS(15)) == 0);
    hd_task_cancel(task);
    return hd_await(task);
}

HD_TEST(swallowed_cancel_bad)
{
    HD_CHECK(stop_early(poll_whatever_comes) == 0);
}

HD_TEST(swallowed_cancel_fixed)
{
    const int status = stop_early(poll_all);

    HD_CHECK(status == HD_E_CANCELLED || status == 0);
}

HD_TEST(swallowed_cancel_near)
{
    int status = stop_early(poll_undaunted);
    HD_CHECK(status == HD_E_CANCELLED || status == 0);

    status = stop_early(poll_or_fail);
    HD_CHECK(status == HD_E_USER || status == HD_E_CANCELLED || status == 0);
}
