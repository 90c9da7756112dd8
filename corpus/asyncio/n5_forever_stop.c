/*
 * "Asyncio" (notes), 2.2 Event loop: run_forever, until it is told to stop.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static void
stop(void *arg)
{
    struct hd_loop *loop = arg;

    printf("stopped after %.2f seconds\n", (double)hd_loop_now(loop) / 1e9);
    hd_loop_stop(loop);
}

HD_TEST(n5_forever_stop, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_create();

    hd_loop_call_later(loop, HD_S(3), stop, loop);
    HD_CHECK(hd_loop_run_forever(loop) == 0);
    hd_loop_destroy(loop);
}
