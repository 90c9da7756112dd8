/*
 * "Asyncio" (notes), 2.1 Coroutine: m = main() makes an object and runs
 * nothing. Python prints its class; C has none to print.
 *
 * Shows: never-awaited.
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

HD_TEST(n1_never_awaited, .loop = HD_LOOP_NONE)
{
    struct hd_coro *m = hd_coro_create(await_and_print, NULL);

    /* Not executed yet: a coroutine, not 4. */
    puts(m != NULL ? "a coroutine" : "nothing");
}
