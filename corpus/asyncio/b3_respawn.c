/*
 * "Asyncio, you are a complex beast", Hello world as a coroutine: a coroutine
 * that schedules itself again. No endless loop: when the first one is done the
 * loop stops, after the turn in which the second one runs. The third is left.
 *
 * Shows: pending-at-close.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
helloworld(void *arg)
{
    (void)arg;
    puts("Hello world from a coroutine!");
    hd_task_detach(hd_task_spawn(helloworld, NULL));
    return 0;
}

HD_TEST(b3_respawn, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();

    HD_CHECK(hd_loop_run_fn(loop, helloworld, NULL) == 0);
}
