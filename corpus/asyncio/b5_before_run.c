/*
 * "Asyncio, you are a complex beast", Hello world as a coroutine: a task given
 * to the loop before it runs. It runs first only because loops are FIFO: where
 * the other one overtakes it, the loop stops too early.
 *
 * Shows: pending-at-close, if tasks may overtake each other.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
helloworld(void *arg)
{
    (void)arg;
    puts("Hello world from a coroutine!");
    return 0;
}

HD_TEST(b5_before_run, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();

    hd_loop_spawn(loop, helloworld, NULL);
    HD_CHECK(hd_loop_run_fn(loop, helloworld, NULL) == 0);
}
