/*
 * "Asyncio, you are a complex beast", Hello world as a coroutine: how do I
 * even run one? On the default loop, until it is done.
 *
 * Shows: nothing.
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

HD_TEST(b1_hello, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();

    HD_CHECK(hd_loop_run_fn(loop, helloworld, NULL) == 0);
}
