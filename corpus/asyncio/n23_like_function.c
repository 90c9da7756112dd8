/*
 * "Asyncio" (notes), Common errors: a coroutine is called as if it were a
 * function, and not awaited. Nothing is printed by it.
 *
 * Shows: never-awaited.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
coro(void *arg)
{
    (void)arg;
    puts("coro is running");
    return 0;
}

HD_TEST(n23_like_function)
{
    hd_coro_create(coro, NULL);
    puts("main done");
}
