/*
 * "Asyncio" (notes), 2.2 Event loop: the program of n1, run.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

/* The value of 2 + 2. */
static int
custom_coro(void *arg)
{
    static int four;

    (void)arg;
    four = 2 + 2;
    hd_return(&four);
    return 0;
}

static int
await_and_print(void *arg)
{
    void *result;

    (void)arg;
    HD_TRY(hd_await_value(hd_coro_create(custom_coro, NULL), &result));
    printf("%d\n", *(int *)result);
    return 0;
}

HD_TEST(n2_run, .loop = HD_LOOP_NONE)
{
    HD_CHECK(hd_run(await_and_print, NULL) == 0);
}
