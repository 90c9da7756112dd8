/*
 * Two mirrors are asked for a file and the faster one wins. The slower one is
 * forgotten, and still at it when the program ends.
 *
 * Shows: left-early. Fixed: the loser is cancelled and awaited. Near miss: the
 * loser is not cancelled but has a deadline of its own, and is awaited.
 */
#include <heddle/test.h>

#define MIRRORS 2

static int
ask_mirror(void *arg)
{
    return hd_sleep(HD_MS(*(int *)arg));
}

static int
ask_mirror_in_time(void *arg)
{
    const int status = hd_wait_for_call(ask_mirror, arg, HD_MS(2));

    return status == HD_E_TIMEDOUT ? 0 : status;
}

static void
ask_both(hd_fn *asking, struct hd_future **mirrors)
{
    static int ms[MIRRORS] = {1, 5};

    for (int i = 0; i < MIRRORS; i++) {
        mirrors[i] = HD_FUTURE(hd_task_spawn(asking, &ms[i]));
    }
    HD_CHECK(hd_wait(mirrors, MIRRORS, HD_FIRST_COMPLETED, HD_FOREVER, NULL) ==
             0);
}

HD_TEST(first_completed_bad)
{
    struct hd_future *mirrors[MIRRORS];

    ask_both(ask_mirror, mirrors);
    HD_CHECK(hd_future_result(mirrors[0], NULL) == 0);
}

HD_TEST(first_completed_fixed)
{
    struct hd_future *mirrors[MIRRORS];

    ask_both(ask_mirror, mirrors);
    for (int i = 0; i < MIRRORS; i++) {
        hd_future_cancel(mirrors[i]);
    }
    HD_CHECK(hd_gather_array(mirrors, MIRRORS, HD_GATHER_KEEP_ERRORS) == 0);
}

HD_TEST(first_completed_near)
{
    struct hd_future *mirrors[MIRRORS];

    ask_both(ask_mirror_in_time, mirrors);
    HD_CHECK(hd_gather_array(mirrors, MIRRORS, 0) == 0);
}
