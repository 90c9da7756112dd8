/*
 * "Asyncio, you are a complex beast", Hello world as a coroutine, as of Python
 * 3.11: wait no longer makes tasks of bare coroutines, it refuses them. In C
 * the types refuse first: hd_wait() takes futures. Who converts what he is
 * given asks hd_wait_refuse_coro().
 *
 * Shows: invalid-call, and never-awaited, since the coroutine never runs.
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

HD_TEST(b2x_wait_coroutine)
{
    struct hd_coro *hello = hd_coro_create(helloworld, NULL);

    if (hd_wait_refuse_coro(hello) == HD_E_INVALID) {
        puts("Passing coroutines is forbidden, use tasks explicitly.");
    }
}
