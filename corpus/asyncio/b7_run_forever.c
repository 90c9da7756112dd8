/*
 * "Asyncio, you are a complex beast", run_forever: the loop keeps control until
 * something calls stop. Here a timer does, after five seconds; it was armed
 * first, so the sixth line is not printed any more.
 *
 * Shows: pending-at-close. Nobody ends the task.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
start(void *arg)
{
    (void)arg;
    for (;;) {
        puts("in start");
        HD_TRY(hd_sleep(HD_S(1)));
    }
}

static void
stop(void *arg)
{
    hd_loop_stop(arg);
}

HD_TEST(b7_run_forever, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();

    hd_loop_call_later(loop, HD_S(5), stop, loop);
    hd_loop_spawn(loop, start, NULL);
    HD_CHECK(hd_loop_run_forever(loop) == 0);
}
