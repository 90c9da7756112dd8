/*
 * A watchdog's timer counts the beats that are missing; a worker takes them
 * back when it has done its round.
 *
 * Shows: lost-update against a callback: a missing beat is overwritten by what
 * the worker computed before its round. Fixed: the worker sets the counter back
 * after the round, without looking at what it was.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct watchdog {
    int missing;
    int rounds;
};

static void
beat_is_due(void *arg)
{
    struct watchdog *watchdog = arg;

    watchdog->missing++;
}

static int
do_round(struct watchdog *watchdog)
{
    HD_TRY(hd_yield());
    watchdog->rounds++;
    return 0;
}

static int
work(void *arg)
{
    struct watchdog *watchdog = arg;
    const int missing = watchdog->missing;

    HD_TRY(do_round(watchdog));
    watchdog->missing = missing > 0 ? missing - 1 : 0;
    return 0;
}

static int
work_and_reset(void *arg)
{
    struct watchdog *watchdog = arg;

    HD_TRY(do_round(watchdog));
    watchdog->missing = 0;
    return 0;
}

static void
one_round(hd_fn *how)
{
    struct watchdog *watchdog = calloc(1, sizeof(*watchdog));

    HD_CHECK(watchdog != NULL);
    watchdog->missing = 1;
    struct hd_task *worker = hd_task_spawn(how, watchdog);
    hd_loop_call_soon(hd_loop_running(), beat_is_due, watchdog);
    HD_CHECK(hd_await(worker) == 0);
    HD_CHECK(hd_sleep(HD_MS(1)) == 0);
    free(watchdog);
}

HD_TEST(watchdog_beats_bad)
{
    one_round(work);
}

HD_TEST(watchdog_beats_fixed)
{
    one_round(work_and_reset);
}
